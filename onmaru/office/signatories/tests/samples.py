"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.signatories import commands
from onmaru.office.signatories.models import Absence, Line
from onmaru.workbench.tests import samples


def person(place: int, word: str) -> User:
    """Somebody who may do everything."""
    name = f"{word}{place}"
    return User.objects.create(username=name, full_name=f"직원 {name}", is_superuser=True)


def line(by: Actor, place: int) -> Line:
    """Lines that end with the head of the company."""
    seats = [{"role": "review", "whose": "head"}, {"role": "decide", "whose": "top"}]
    return commands.lines.create(
        by=by, name=f"결재선 {place}", place=place, starts_on=samples.DAY, seats=seats
    )


def absence(by: Actor, place: int) -> Absence:
    """Days off of one person after the other."""
    days: dict[str, Any] = {"starts_on": samples.DAY, "ends_on": samples.DAY + timedelta(days=place)}
    return commands.absences.create(
        by=by, person=person(place, "away"), deputy=person(place, "deputy"), reason=f"연차 {place}", **days
    )
