"""What people say on any record, and who follows it. A record is named by its kind and key."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
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
