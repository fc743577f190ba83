"""Which commands need an approval."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import Record
from onmaru.masters.site.models import Company
from onmaru.office.signatories.models import Line


class Demand(Record):
    """A command that needs an approval first: on a condition, or where a reason refused it that may be waived.

    ``makes`` is the kind of record that its command makes, if it does: then the record's first step needs it.
    """

    class Run(models.TextChoices):
        ITSELF = "itself", _("By itself, once it is approved")
        DRAFTER = "drafter", _("By the drafter")

    name = models.CharField(_("name"), max_length=80)
    command = models.CharField(_("command"), max_length=100)
    makes = models.CharField(max_length=60, blank=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, verbose_name=_("company"), null=True, blank=True, related_name="+"
    )
    condition = models.CharField(
        _("condition"), max_length=500, blank=True, help_text=_("A formula over the record's fields.")
    )
    refusal = models.CharField(
        _("restriction that it waives"),
        max_length=60,
        blank=True,
        help_text=_("Without one, the approval is needed every time."),
    )
    waiver = models.CharField(_("permission it then runs with"), max_length=100, blank=True)
    line = models.ForeignKey(
        Line, models.PROTECT, verbose_name=_("approval line"), null=True, blank=True, related_name="+"
    )
    runs = models.CharField(_("is carried out"), max_length=10, choices=Run, default=Run.ITSELF)
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("demand for approval")
        verbose_name_plural = _("demands for approval")
        indexes = [models.Index(fields=["command"], name="demand_by_command")]

    def __str__(self) -> str:
        return self.name
