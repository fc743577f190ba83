"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from datetime import timedelta

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.organization.models import Department
from onmaru.office.approval import commands
from onmaru.office.approval.commands.drafting import Asked
from onmaru.office.approval.models import Absence, Approval, Demand, Line, Role
from onmaru.workbench.tests import samples


def _person(place: int, word: str) -> User:
    name = f"{word}{place}"
    return User.objects.create(username=name, full_name=f"직원 {name}", is_superuser=True)


def approval(by: Actor, place: int) -> Approval:
    """Documents about departments."""
    record = samples.first(Department, by, place)
    steps = [Asked(Role.DECIDE, _person(place, "signer").pk)]
    drafter = identity.actor(_person(place, "drafter"))
    given = {"kind": "organization.department", "record_id": record.pk, "steps": steps}
    return commands.drafting.draft(by=drafter, today=samples.DAY, title=f"기안 {place}", **given)


def line(by: Actor, place: int) -> Line:
    """Lines that end with the head of the company."""
    seats = [{"role": "review", "whose": "head"}, {"role": "decide", "whose": "top"}]
    return commands.lines.create(
        by=by, name=f"결재선 {place}", place=place, starts_on=samples.DAY, seats=seats
    )


def demand(by: Actor, place: int) -> Demand:
    """Demands on one command."""
    given = {"name": f"통제 {place}", "command": "organization.department.archive", "starts_on": samples.DAY}
    return commands.demands.create(by=by, **given)


def absence(by: Actor, place: int) -> Absence:
    """Days off of one person after the other."""
    days = {"starts_on": samples.DAY, "ends_on": samples.DAY + timedelta(days=place)}
    return commands.absences.create(
        by=by, person=_person(place, "away"), deputy=_person(place, "deputy"), reason=f"연차 {place}", **days
    )
