"""What people are told, and how each of them wants to be told."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.kernel.sealed import SealedField


class Notice(models.Model):
    """Something a person is told, in that person's words. ``once`` keeps the same thing from being told twice.

    ``push_due_at`` is when it becomes a push to each browser, empty for none; ``mail_due`` says that the next digest
    is to hold it.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=40)
    words = models.CharField(_("what happened"), max_length=300)
    excerpt = models.CharField(_("excerpt"), max_length=300, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("by"), max_length=100, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())
    on_screen = models.BooleanField(default=True)
    read_at = models.DateTimeField(_("read"), null=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True)
    mail_due = models.BooleanField(default=False)
    push_due_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None, on_screen=True)),
            models.Index(
                fields=["push_due_at"], name="notice_push_due", condition=Q(push_due_at__isnull=False)
            ),
            models.Index(
                fields=["snoozed_until"], name="notice_snoozed", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["person"], name="notice_mail_due", condition=Q(mail_due=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "once"], condition=~Q(once=""), name="told_once"),
        ]

    def __str__(self) -> str:
        return self.words


class Choice(models.Model):
    """How one person wants to hear of one kind of notice; without a row, as the kind itself says."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    screen = models.BooleanField()
    mail = models.BooleanField()
    push = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_choice_per_person_and_kind")
        ]


class Hours(models.Model):
    """When a person is left alone, and when the digest of what they have not read goes out; their clock's time."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_hours"
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest_at = models.TimeField(_("digest at"), default=time(8, 30))
    digest_sent_on = models.DateField(null=True)


class Digest(models.Model):
    """A mail with what a person has not read; written before it is sent, so that a second try is the same mail."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="digest_unsent", condition=Q(sent_at=None))]


class Device(Record):
    """A browser that takes pushes for a person (RFC 8030): where to send them and how to encrypt them."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices", verbose_name=_("user")
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    name = models.CharField(_("browser"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("device for pushes")
        verbose_name_plural = _("devices for pushes")

    def __str__(self) -> str:
        return self.name


class Push(models.Model):
    """A notice on its way to one browser, gone when it is over. ``due_at`` is when it is tried (again)."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pushes")
    device = models.ForeignKey(Device, models.CASCADE, related_name="pushes")
    due_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="push_due")]
        constraints = [models.UniqueConstraint(fields=["notice", "device"], name="pushed_once_to_a_device")]


class PushKey(models.Model):
    """The key by which push services know this house (VAPID, RFC 8292): one row, made when it is first needed."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    private = SealedField(max_length=300)
    public = models.CharField(max_length=120)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_push_key")]
