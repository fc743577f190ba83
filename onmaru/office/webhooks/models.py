"""Webhooks, and the requests that they are told by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.kernel.sealed import SealedField


class Webhook(Record):
    """An address of another program that is told by signed requests (Standard Webhooks).

    After a rotation requests bear the signature of the secret before, too, until ``former_until``.
    """

    name = models.CharField(_("webhook"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500)
    secret = SealedField(_("secret"), max_length=200, editable=False)
    former = SealedField(max_length=200, editable=False, blank=True, default="")
    former_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("looked after by"),
        editable=False,
    )

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class Message(Record):
    """One request to a webhook: written with what caused it, sent until it is taken, always with the same ``uid``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Taken")
        FAILED = "failed", _("Given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages", verbose_name=_("webhook"))
    uid = models.CharField(_("message id"), max_length=60, unique=True)
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True)
    answered = models.CharField(_("answer"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("taken at"), null=True)

    class Meta:
        verbose_name = _("message of a webhook")
        verbose_name_plural = _("messages of webhooks")
        indexes = [
            models.Index(fields=["next_at"], name="webhook_due", condition=Q(state="waiting")),
            models.Index(fields=["webhook", "created_at"], name="webhook_by_time"),
        ]

    def __str__(self) -> str:
        return self.uid
