"""What people have to do, on any record or on none, and the calendars that show it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.office.discussion.models import Hanging


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


class Feed(models.Model):
    """The secret address under which a calendar program reads a person's activities; only its digest is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_default=Now())
