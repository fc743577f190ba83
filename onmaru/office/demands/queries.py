"""Which demands a command meets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from onmaru.office.demands.models import Demand
from onmaru.office.signatories.queries import lines
from onmaru.office.signatories.queries.facts import Case


def on(command: str, company_id: int | None, on: date) -> QuerySet[Demand]:
    """The demands on a command that hold on a day, in the order in which they were made."""
    rows = lines.in_force(Demand.objects.filter(command=command), on)
    return rows.filter(Q(company=None) | Q(company=company_id)).order_by("id")


def met(found: Iterable[Demand], case: Case) -> Demand | None:
    """The first of these demands whose condition is true of the case."""
    return next((one for one in found if case.holds(one.condition)), None)
