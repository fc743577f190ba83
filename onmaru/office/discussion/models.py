"""What people say, attach and plan on any record, and who follows it. A record is named by its kind and key."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import parts
from onmaru.kernel.models import Record


class Hanging(Record):
    """A row that hangs on a record of any kind and is seen with it; ``about`` is what that was called then."""

    subject_kind = models.CharField(_("belongs to"), max_length=60, blank=True)
    subject_id = models.BigIntegerField(_("record"), null=True, blank=True)
    company_id = models.BigIntegerField(null=True, editable=False)
    about = models.CharField(_("about"), max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True


class Comment(Hanging):
    """Something said about a record; ``mentions`` are the users called by an @."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="comments",
        verbose_name=_("author"),
        null=True,
        editable=False,
    )
    author_name = models.CharField(_("by"), max_length=100, editable=False)
    text = models.TextField(_("comment"), max_length=10_000)
    mentions = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="comment_by_subject"),
            parts.Index("text", name="comment_parts"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"


class Activity(Hanging):
    """Something to do, once or again and again: a call, a meeting, a task. One that repeats makes its next when done.

    ``due_on`` is its day and ``starts_at`` the moment, where it has one; ``anchor_on`` the day that a series goes by.
    ``uid`` is its name in calendars (RFC 5545).
    """

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        VISIT = "visit", _("Visit")
        LETTER = "letter", _("Letter")

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Repeats(models.TextChoices):
        NEVER = "", _("Once")
        DAILY = "daily", _("Every day")
        WORKDAYS = "workdays", _("Every working day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")
        YEARLY = "yearly", _("Every year")

    class Lead(models.TextChoices):
        NONE = "", _("No reminder")
        THEN = "0", _("When it is due")
        TEN = "10", _("10 minutes before")
        HOUR = "60", _("An hour before")
        DAY = "1440", _("A day before")

    kind = models.CharField(_("kind of activity"), max_length=10, choices=Kind, default=Kind.TASK)
    title = models.CharField(_("what to do"), max_length=200)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activities", verbose_name=_("assigned to")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    due_on = models.DateField(_("due on"))
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes it takes"), null=True, blank=True)
    repeats = models.CharField(_("repeats"), max_length=10, choices=Repeats, blank=True)
    repeats_until = models.DateField(_("repeats until"), null=True, blank=True)
    anchor_on = models.DateField(editable=False)
    remind = models.CharField(_("reminder"), max_length=5, choices=Lead, blank=True)
    remind_at = models.DateTimeField(null=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    outcome = models.TextField(_("outcome"), blank=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.CharField(_("done by"), max_length=100, blank=True, editable=False)
    uid = models.CharField(_("name in calendars"), max_length=250)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "done_at"], name="activity_by_subject"),
            models.Index(fields=["person", "due_on"], name="activity_open", condition=Q(state="open")),
            models.Index(fields=["remind_at"], name="activity_remind", condition=Q(remind_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "uid"], name="one_activity_per_calendar_uid"),
        ]

    def __str__(self) -> str:
        return self.title


class Follow(models.Model):
    """Somebody who is told what is said about a record."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "person"], name="follows_once")
        ]


class Pin(models.Model):
    """An entry of a timeline that stands above all others: the name of its source and its key there."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    source = models.CharField(max_length=20)
    entry_id = models.BigIntegerField()
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "source", "entry_id"], name="pinned_once"
            )
        ]


class Feed(models.Model):
    """The secret address under which a calendar program reads a person's activities; only its digest is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_default=Now())
