"""Legal numbers: a counter per company, series and fiscal year, and the register of what was given."""

from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """The last number given in a series. Locked only by the last statement before a commit."""

    company_id = models.BigIntegerField()
    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "series", "year"], name="one_counter_per_series")
        ]


class LegalNumber(models.Model):
    """A number and the record that bears it. Append-only: a cancelled document keeps its number."""

    company_id = models.BigIntegerField()
    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveBigIntegerField()
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "series", "year", "sequence"], name="legal_number_unique"
            ),
        ]
