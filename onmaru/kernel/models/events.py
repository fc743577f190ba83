"""The outbox: facts written in the transaction that made them true, delivered after it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """A fact in the past tense. One log feeds reactions, timeline, webhooks and the warehouse."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), db_default=Now())
    kind = models.CharField(_("event"), max_length=100)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="event_unrelayed", condition=models.Q(relayed_at=None)),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class Delivery(models.Model):
    """An event that a reaction has taken in; written in the reaction's own transaction, so never twice."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    reaction = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "reaction"], name="one_delivery_per_reaction")
        ]
