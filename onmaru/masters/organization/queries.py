"""Where a person works on a day, and who stands above them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from onmaru.kernel.models import User
from onmaru.masters.organization.models import Department, Member

DEEPEST = 20


def on_day(rows: QuerySet[Member], day: date) -> QuerySet[Member]:
    """The memberships that hold on a day."""
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


def memberships(person_id: int | None, day: date) -> list[Member]:
    """Where a person works on a day: where they head first, else where they have been longest."""
    rows = on_day(Member.objects.filter(person_id=person_id), day)
    return list(rows.select_related("department__company").order_by("-is_head", "starts_on", "id"))


def upwards(department: Department | None) -> dict[int, Department]:
    """A department and those above it, by their keys, the lowest first."""
    found: dict[int, Department] = {}
    while department is not None and department.pk not in found and len(found) < DEEPEST:
        found[department.pk] = department
        department = department.parent
    return found


def head(department: Department, day: date) -> User | None:
    """Who heads a department on a day; nobody who left the house."""
    rows = on_day(Member.objects.filter(department=department, is_head=True), day)
    found = rows.filter(person__is_active=True).select_related("person").first()
    return found.person if found else None


def titles(person_ids: list[int], day: date) -> dict[int, str]:
    """The titles people bear on a day."""
    rows = on_day(Member.objects.filter(person_id__in=person_ids), day).exclude(title="")
    return dict(rows.order_by("is_head", "-starts_on", "-id").values_list("person_id", "title"))
