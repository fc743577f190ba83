"""Which line a case takes, and who sits in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refusal
from onmaru.masters.organization import queries as organization
from onmaru.office.signatories import rules
from onmaru.office.signatories.models import Line, Seat
from onmaru.office.signatories.queries.facts import Case
from onmaru.office.signatories.rules import Place


def in_force(rows: QuerySet, on: date) -> QuerySet:
    """The dated rules that hold on a day."""
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


def find(case: Case) -> Line | None:
    """The first line that fits the case."""
    company = case.company.pk if case.company else None
    rows = in_force(Line.objects.filter(kind__in=["", case.kind]), case.on)
    rows = rows.filter(Q(company=None) | Q(company=company)).order_by("place", "id")
    return next((one for one in rows if _fits(one, case)), None)


def _fits(line: Line, case: Case) -> bool:
    weight = case.weight if case.weight is not None else Decimal(0)
    enough = line.from_amount is None or weight >= line.from_amount
    within = line.below_amount is None or weight < line.below_amount
    return enough and within and case.stands_in(line.department_id) and case.holds(line.condition)


def lay(line: Line | None, case: Case) -> tuple[list[Place], list[Refusal]]:
    """The people of a line for this case, and a reason for each place in which nobody sits."""
    places: list[Place] = []
    empty: list[Refusal] = []
    for seat in line.seats.select_related("person", "department") if line else ():
        person = _sitting(seat, case)
        if person is None:
            empty.append(rules.SEAT_EMPTY("steps", seat=seat))
            continue
        role, up_to = seat.role, seat.final_up_to
        name = person.display_name
        places.append(Place(role, person.pk, name, seat.is_fixed, up_to, seat.signs_after))
    return rules.settled(places, case.drafter.pk if case.drafter else None), empty


def _sitting(seat: Seat, case: Case) -> User | None:
    if seat.whose == Seat.Whose.PERSON:
        return seat.person
    if seat.whose == Seat.Whose.DEPARTMENT:
        return organization.head(seat.department, case.on) if seat.department else None
    above = [*case.above.values()]
    reach = {
        Seat.Whose.HEAD: above[:1],
        Seat.Whose.ABOVE: above[1:2] or above[:1],
        Seat.Whose.TOP: above[-1:],
    }
    return organization.head(reach[Seat.Whose(seat.whose)][0], case.on) if above else None
