"""Approval lines: dated, changed from a day on by a line more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, expressions, records, refusals, trash
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.office.signatories import rules
from onmaru.office.signatories.models import Line, Role, Seat
from onmaru.office.signatories.queries import facts

Rows = Sequence[Mapping[str, Any]]


@commands.command(label=_("New approval line"), model=Line)
def create(*, by: Actor, seats: Rows, **values: Any) -> Line:
    """Lay a line for the documents that fit it. Refuses a condition that cannot be read, and nobody_decides."""
    line = Line()
    refusals.check([*records.problems(line, values), *condition_problems(line.condition, line.kind)])
    line.save()
    _keep_seats(line, seats)
    return line


@commands.command(label=_("Edit"), model=Line)
def edit(line: Line, *, by: Actor, seats: Rows | None = None, **values: Any) -> Line:
    """Change a line. Documents under way keep the people they were drafted with."""
    refusals.check([*records.problems(line, values), *condition_problems(line.condition, line.kind)])
    if seats is not None:
        _keep_seats(line, seats)
        commands.touch(line)
    return line


@commands.command(label=_("End"), model=Line)
def end(line: Line, *, by: Actor, on: date) -> Line:
    """Let a line hold until a day; another takes its place by its own days."""
    return records.fill(line, {"ends_on": on})


delete = trash.deletion(Line)


def _keep_seats(line: Line, rows: Rows) -> None:
    given = [{**row, "ordinal": place} for place, row in enumerate(rows, start=1)]
    # Numbered anew by each save: those that stay move out of the way first.
    for at, seat in enumerate(Seat.objects.filter(line=line), start=1):
        Seat.objects.filter(pk=seat.pk).update(ordinal=10_000 + at)
    kept = records.save_lines(line, Seat, "line", given, name="seats")
    decides = [
        one for one in kept if isinstance(one, Seat) and one.role == Role.DECIDE and not one.signs_after
    ]
    refusals.check([None if decides else rules.NOBODY_DECIDES("seats")])


def condition_problems(condition: str, kind: str) -> list[Refusal]:
    """Why a condition is none for records of a kind."""
    if not condition:
        return []
    try:
        found = expressions.check(condition, facts.samples(kind), field="condition")
    except Refused as refused:
        return list(refused.reasons)
    return [] if found is bool else [NO_CONDITION("condition")]


NO_CONDITION = refusals.reason("no_condition", _("A condition says yes or no: compare something."))
