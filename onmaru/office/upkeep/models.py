"""How much the company's own fields are used."""

from __future__ import annotations

from django.db import models

from onmaru.office.shaping.models import CustomField


class Use(models.Model):
    """How often lists were filtered by a field since a day, and how often its index was read when last looked at."""

    field = models.OneToOneField(CustomField, models.CASCADE, primary_key=True, related_name="+")
    asked = models.PositiveIntegerField(default=0)
    since = models.DateField()
    scans = models.BigIntegerField(default=0)
    used_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.field_id}"
