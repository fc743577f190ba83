"""Fiscal years and the months in them that can be locked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.masters.site.models import Company


class FiscalYear(models.Model):
    """A fiscal year, named by the calendar year it begins in; legal numbers count within it."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="fiscal_years", verbose_name=_("company")
    )
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        constraints = [
            models.UniqueConstraint(fields=["company", "year"], name="one_fiscal_year"),
            models.CheckConstraint(
                condition=models.Q(start_on__lte=models.F("end_on")), name="fiscal_year_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Period(Record):
    """A month of the books. ``closing``: only who may post into closing periods; ``closed``: nobody."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSING = "closing", _("Closing")
        CLOSED = "closed", _("Closed")

    company = models.ForeignKey(Company, models.PROTECT, related_name="periods", verbose_name=_("company"))
    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="periods", verbose_name=_("fiscal year")
    )
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    class Meta:
        verbose_name = _("accounting period")
        verbose_name_plural = _("accounting periods")
        constraints = [
            models.UniqueConstraint(fields=["company", "start_on"], name="one_period_per_month"),
            models.CheckConstraint(
                condition=models.Q(start_on__lte=models.F("end_on")), name="period_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_on:%Y-%m}"
