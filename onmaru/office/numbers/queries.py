"""Series of legal numbers, and how they are written."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, ExtractMonth, ExtractYear

from onmaru.kernel import numbering
from onmaru.kernel.models import Counter, NumberFormat
from onmaru.masters.site.models import Company

PLAIN = "{series}-{{year}}-{{number:6}}"


def patterns(company: int) -> dict[str, list[str]]:
    """Every series that is declared or was ever counted in, with every format the company ever had or will have."""
    counted = Counter.objects.filter(company_id=company).values_list("series", flat=True).distinct()
    found = {one: [PLAIN.format(series=one)] for one in sorted({*numbering.declared, *counted})}
    for one in NumberFormat.objects.filter(company_id=company).order_by("id"):
        found.setdefault(one.series, [PLAIN.format(series=one.series)]).append(one.pattern)
    return found


def told(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Formats with the name of their company and the first number of their first day."""
    period = Cast(ExtractYear("starts_on") * 100 + ExtractMonth("starts_on"), IntegerField())
    example = Func(
        F("pattern"), period, F("starts_on"), Value(1), function="kernel_number", output_field=CharField()
    )
    company = Company.objects.filter(pk=OuterRef("company_id")).values("name")
    found: QuerySet[Any] = rows.annotate(company_name=Subquery(company), example=example)
    return found


def named() -> dict[str, str]:
    """The declared series, by their codes as people know them: SO · sales order."""
    return {code: f"{code} · {what}" for code, what in numbering.declared.items()}


def whole() -> list[dict[str, Any]]:
    """The formats that hold or will, as the file of the house's shape keeps them."""
    codes = dict(Company.objects.values_list("pk", "code"))
    newest = NumberFormat.objects.order_by("company_id", "series", "-starts_on", "-id")
    return [
        {"company": codes.get(one.company_id), "series": one.series, "pattern": one.pattern}
        for one in newest.distinct("company_id", "series")
    ]
