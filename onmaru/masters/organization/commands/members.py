"""Who works where, and who heads what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, sql
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.masters.organization.models import Department, Member

TWO_HEADS = refusals.reason("two_heads", _("{person} heads this department in these days."))


@commands.command(label=_("New member"), model=Member)
def create(*, by: Actor, department: Department, **values: Any) -> Member:
    """Put a person into a department from a day on. Refuses two_heads."""
    made = Member(department=department)
    refusals.check(records.problems(made, values, exclude=["department"]))
    refusals.check([_second_head(made)])
    made.save()
    return made


@commands.command(label=_("Edit"), model=Member)
def edit(member: Member, *, by: Actor, **values: Any) -> Member:
    """Change title and days. Who it is and where stands: that is another membership. Refuses two_heads."""
    found = [*records.fixed(member, values, "department", "person"), *records.problems(member, values)]
    refusals.check(found)
    refusals.check([_second_head(member)])
    return member


@commands.command(label=_("End"), model=Member)
def end(member: Member, *, by: Actor, on: date) -> Member:
    """Let a person leave a department; ``on`` is the last day."""
    return records.fill(member, {"ends_on": on})


def _second_head(member: Member) -> Refusal | None:
    """Another head whose days overlap; the department is locked, so that no two come at once."""
    if not member.is_head:
        return None
    sql.lock(Department, member.department_id)
    heads = Member.objects.filter(department=member.department_id, is_head=True).exclude(pk=member.pk)
    overlapping = heads.filter(Q(ends_on=None) | Q(ends_on__gte=member.starts_on))
    if member.ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=member.ends_on)
    other = overlapping.select_related("person").first()
    return TWO_HEADS("is_head", person=other.person) if other else None
