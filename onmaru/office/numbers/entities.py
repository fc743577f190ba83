"""How the numbers of documents are written, as a list with its examples."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.models import NumberFormat
from onmaru.office.numbers import queries
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Asked

number_formats = Entity(
    NumberFormat,
    icon="hash",
    place=63,
    list="series pattern example company_name starts_on by_month made_by made_at",
    form=["company series", "pattern starts_on"],
    columns={
        "series": Column(choices=Asked(lambda: queries.named().items())),
        "example": Column(_("First number")),
        "company_name": Column(_("Company")),
    },
    annotate=queries.told,
    search="series pattern",
    filters="series",
    order="-starts_on",
)
