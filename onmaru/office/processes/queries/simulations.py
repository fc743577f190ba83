"""A diagram tried on past records: where each would have gone, without doing anything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.models import Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.processes.models import Process
from onmaru.office.processes.queries import standing
from onmaru.office.processes.rules import diagram, engine

MOST = 200
MOST_MOVES = 200


class Way(NamedTuple):
    """How one record would have gone: by which elements, whether it came to an end, and how long as others took."""

    record: Any
    address: str
    names: list[str]
    ended: bool
    lasted: str


class Simulation(NamedTuple):
    """All ways, and how many came by each element."""

    ways: list[Way]
    counts: dict[str, int]
    names: dict[str, str]


def over(process: Process, days: int, answers: dict[str, str]) -> Simulation:
    """Walk the diagram, as it is drawn now, with the records that were made in the last days, as they are now.

    Steps of people are answered by ``answers`` (by element); calls are passed over, waits end at once. Elements last as
    long as they did on average in the instances there were. Raises Refused as putting in force does.
    """
    root = diagram.read(process.xml)
    elements = diagram.elements(root)
    means = {one.element: one.mean or timedelta(0) for one in standing.of_process(process)}
    by = identity.actor(process.owner)
    entity = happenings.entity_of(process.kind, by)
    rows = happenings.rows_of(Rule(kind=process.kind), by)
    if hasattr(rows.model, "created_at"):
        rows = rows.filter(created_at__gte=timezone.now() - timedelta(days=days))
    ways, counts = [], Counter[str]()
    for record in rows.order_by("-pk")[:MOST] if entity else ():
        walk = engine.begin(process.xml, happenings.values(entity, record, {}, by))  # type: ignore[arg-type]
        ended = _walked(walk, answers)
        path = [key for key in walk.walked() if key in elements]
        counts.update(set(path))
        lasted = sum((means.get(key, timedelta(0)) for key in path), timedelta(0))
        names = [elements[key].name for key in path if elements[key].tag not in diagram.GATEWAYS]
        ways.append(Way(record, f"/{entity.name}/{record.pk}/", names, ended, standing.spoken(lasted)))  # type: ignore[union-attr]
    return Simulation(ways, dict(counts), {key: one.name for key, one in elements.items()})


def _walked(walk: engine.Walk, answers: dict[str, str]) -> bool:
    """Walk to the end; False where the diagram leads nowhere or in a circle."""
    try:
        walk.go()
        for _turn in range(MOST_MOVES):
            tokens = walk.tokens()
            if walk.is_over or not tokens:
                return walk.is_over
            ready = [one for one in tokens if one.is_ready]
            for one in ready or tokens:
                if one.is_ready:
                    walk.done(one.key, {"answer": answers.get(one.element, "")})
                else:
                    walk.pass_over(one.key)
            walk.go()
    except Refused:
        return False
    return False
