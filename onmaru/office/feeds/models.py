"""Calendars that are read by their address."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from onmaru.kernel.sealed import SealedField


class Subscription(models.Model):
    """A calendar of a person elsewhere; ``uids`` is what came by it, ``host`` what of its address may be shown."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    url = SealedField(max_length=4000)
    digest = models.CharField(max_length=64)
    host = models.CharField(max_length=250)
    uids = ArrayField(models.CharField(max_length=250), default=list)
    next_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="subscription_once")]
        indexes = [models.Index(fields=["next_at"], name="subscription_due")]

    def __str__(self) -> str:
        return self.host
