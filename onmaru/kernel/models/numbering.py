"""Legal numbers: a counter per company, series and fiscal year, and the register of what was given."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number given in a series. Locked only by the last statement before a commit.

    ``year`` is the fiscal year, or 202611 where a format counts by the month.
    """

    company_id = models.BigIntegerField()
    series = models.CharField(max_length=10)
    year = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "series", "year"], name="one_counter_per_series")
        ]


class LegalNumber(models.Model):
    """A number and the record that bears it. Append-only: a cancelled document keeps its number.

    ``worded`` is how a format of the company wrote it, empty for SERIES-YEAR-000001.
    """

    company_id = models.BigIntegerField()
    series = models.CharField(max_length=10)
    year = models.PositiveIntegerField()
    sequence = models.PositiveBigIntegerField()
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    worded = models.CharField(max_length=30, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "series", "year", "sequence"], name="legal_number_unique"
            ),
        ]


class NumberFormat(models.Model):
    """How a company writes the numbers of a series from a day on; the newest of the last day holds.

    ``pattern`` is fixed letters with {year}, {yy}, {month} and {number:6}. Never changed: another day, another row.
    """

    company_id = models.BigIntegerField(_("company"))
    series = models.CharField(_("series"), max_length=10)
    pattern = models.CharField(_("format"), max_length=60)
    by_month = models.BooleanField(_("counts by the month"), default=False)
    starts_on = models.DateField(_("from"))
    made_by = models.CharField(_("by"), max_length=150, editable=False)
    made_at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("number format")
        verbose_name_plural = _("number formats")
        indexes = [models.Index(fields=["company_id", "series", "-starts_on"], name="format_of_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.pattern}"
