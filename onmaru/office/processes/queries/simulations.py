"""A diagram tried on past records: where each would have gone, without doing anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from onmaru.kernel import expressions, identity
from onmaru.kernel.refusals import Refused
from onmaru.office.automation.models import Rule
from onmaru.office.automation.queries import happenings
from onmaru.office.diagrams.rules import diagram, engine
from onmaru.office.processes.models import Process, Step
from onmaru.office.processes.queries import standing
from onmaru.workbench import shown

MOST = 200
MOST_MOVES = 200


class Way(NamedTuple):
    """How one record would have gone: by which elements, with which answers, to an end or not, and how long."""

    record: Any
    address: str
    names: list[str]
    answers: list[str]
    ended: bool
    lasted: str


class Simulation(NamedTuple):
    """All ways, and how many came by each element."""

    ways: list[Way]
    counts: dict[str, int]
    names: dict[str, str]


def over(process: Process, days: int, answers: dict[str, str]) -> Simulation:
    """Walk the diagram, as it is drawn now, with the records that were made in the last days, as they are now.

    Steps of people are answered as they were on that record when the process ran on it, each time anew; else by
    ``answers`` (by element), where one that begins with = is a formula over the record. Calls are passed over, waits
    end at once. Elements last as long as they did on average. Raises Refused as putting in force does.
    """
    for said in answers.values():
        if said.strip().startswith("="):
            expressions.check(said.strip()[1:], happenings.names_of(process.kind), field="answer")
    root = diagram.read(process.xml)
    elements = diagram.elements(root)
    means = {one.element: one.mean or timedelta(0) for one in standing.of_process(process)}
    by = identity.actor(process.owner)
    entity = happenings.entity_of(process.kind, by)
    rows = happenings.rows_of(Rule(kind=process.kind), by)
    if hasattr(rows.model, "created_at"):
        rows = rows.filter(created_at__gte=timezone.now() - timedelta(days=days))
    ways, counts, before = list[Way](), Counter[str](), _answered(process)
    if entity is None:
        return Simulation([], {}, {})
    for record in rows.order_by("-pk")[:MOST]:
        found = happenings.values(entity, record, {}, by)
        walk, told = engine.begin(process.xml, found), _Answers(answers, before[record.pk], found)
        ended = _walked(walk, told)
        path = [key for key in walk.walked() if key in elements]
        counts.update(set(path))
        lasted = sum((means.get(key, timedelta(0)) for key in path), timedelta(0))
        names = [elements[key].name for key in path if elements[key].is_said]
        spoken = [f"{elements[key].name}: {answer}" for key, answer in told.given if answer]
        address = f"/{entity.name}/{record.pk}/"
        ways.append(Way(record, address, names, spoken, ended, shown.duration(lasted)))
    return Simulation(ways, dict(counts), {key: one.name for key, one in elements.items()})


class _Answers:
    """What one record's steps are answered; ``given`` are the answers so far, by element."""

    def __init__(
        self, asked: Mapping[str, str], before: Mapping[str, list[str]], values: Mapping[str, Any]
    ) -> None:
        self.asked, self.values, self.given = asked, values, list[tuple[str, str]]()
        self.before = {element: list(some) for element, some in before.items()}

    def of(self, element: str) -> str:
        """The next answer of a step; the last one again where it was asked more often than then."""
        then = self.before.get(element, [])
        answer = (then.pop(0) if len(then) > 1 else then[0]) if then else self._asked(element)
        self.given.append((element, answer))
        return answer

    def _asked(self, element: str) -> str:
        said = self.asked.get(element, "").strip()
        return str(expressions.parse(said[1:]).value(self.values) or "") if said.startswith("=") else said


def _answered(process: Process) -> dict[int, dict[str, list[str]]]:
    """What people answered when the process ran, by record and element, in order."""
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = Step.objects.filter(instance__process=process, kind=Step.Kind.PERSON, left_at__isnull=False)
    for key, element, answer in rows.order_by("id").values_list("subject_id", "element", "answer"):
        found[key][element].append(answer)
    return found


def _walked(walk: engine.Walk, answers: _Answers) -> bool:
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
                    walk.done(one.key, {"answer": answers.of(one.element)})
                else:
                    walk.pass_over(one.key)
            walk.go()
    except Refused:
        return False
    return False
