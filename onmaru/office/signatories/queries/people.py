"""Who may be put into a line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from onmaru.kernel.models import User
from onmaru.masters.organization import queries as organization
from onmaru.masters.organization.models import Member
from onmaru.office.signatories.queries.facts import Case


@dataclass(frozen=True)
class Person:
    """Somebody who may be put into a line, with where they work."""

    pk: int
    words: str


def able(case: Case) -> list[Person]:
    """Everybody who may sign: who works in the house, with department and title."""
    rows = User.objects.filter(is_active=True).exclude(pk=case.drafter.pk if case.drafter else 0)
    held = organization.on_day(Member.objects.all(), case.on).select_related("department")
    where: dict[int, str] = {}
    for one in held.order_by("is_head", "-id"):
        where[one.person_id] = f"{one.department} {one.title}".strip()
    known = rows.filter(Q(pk__in=where) | Q(grants__isnull=False) | Q(is_superuser=True)).distinct()
    found = [
        Person(one.pk, " · ".join(filter(None, [one.display_name, where.get(one.pk, "")]))) for one in known
    ]
    return sorted(found, key=lambda one: one.words)
