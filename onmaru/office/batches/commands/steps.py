"""One chunk of a run at a time. A chunk's result and the run's cursor are written together, so that a worker killed
in between does nothing twice: the next one begins with the chunk that has no result."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone, translation

from onmaru.kernel import calendars, jobs, work
from onmaru.kernel.identity import Actor
from onmaru.office.batches import ports
from onmaru.office.batches.commands import reversal, runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.undo import commands as undo
from onmaru.workbench import menu, shown

log = logging.getLogger(__name__)
SPELL = 2.0  # seconds a run has the worker before others come between

Result = dict[str, Any]


class OutOfTurn(Exception):
    """A chunk before this one, which another worker had, is still to be done."""


def spell(run_id: int) -> None:
    """Do chunks of a run for a while, or help who has it, then queue the rest behind what else waits."""
    with runs.hold(run_id) as mine:
        more = mine and _chunks(run_id, step)
    if not mine:
        with runs.hold(run_id, runs.HELPING) as helps:
            more = helps and _chunks(run_id, lend_a_hand)
    if more:
        jobs.enqueue(runs.WORK, run_id=run_id)


def _chunks(run_id: int, do: Callable[[int], bool]) -> bool:
    began, more = time.monotonic(), True
    while more and time.monotonic() - began < SPELL:
        more = _safely(run_id, do)
    return more


def _safely(run_id: int, do: Callable[[int], bool]) -> bool:
    try:
        return do(run_id)
    except OperationalError:
        # The database went away or a race was lost: the run is taken up again when it was quiet for a while.
        raise
    except Exception as error:
        log.exception("run %s failed", run_id)
        runs.settle(Run.objects.get(pk=run_id), Run.State.FAILED, f"{type(error).__name__}: {error}"[:500])
        return False


def step(run_id: int) -> bool:
    """Do the next chunk; False when there is nothing more to do."""
    run = _working(run_id)
    return run is not None and (_next(run, waits=True) or finish(run))


def lend_a_hand(run_id: int) -> bool:
    """Do the next chunk that the worker of a run has not begun; False when none is free or they go one by one."""
    run = _working(run_id)
    return run is not None and _way(run)[1] and _next(run, waits=False)


def _working(run_id: int) -> Run | None:
    found = Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING])
    found.update(beat_at=Now())
    return found.first()


def _next(run: Run, *, waits: bool) -> bool:
    """Do the first chunk that waits; False when there is none. A chunk of one transaction is locked by its worker."""
    way, together = _way(run)
    by = runs.actor(run)
    try:
        with _surroundings(run, by), transaction.atomic() if together else _apart():
            chunk = _taken(run, waits=waits) if together else _waiting(run).first()
            if chunk is not None:
                with work.by_turns(lambda: _wait(run, chunk)) if together else _apart():
                    with undo.keeping() as kept:
                        result = way(run, chunk, by)
                    result |= {"kept": kept} if kept else {}
                with transaction.atomic():
                    keep(run, chunk, _column(run), result)
            return chunk is not None
    except OutOfTurn:
        return True


def _column(run: Run) -> str:
    return {"check": "checked", "apply": "applied", "revert": "reverted"}[run.phase]


def _waiting(run: Run) -> models.QuerySet[Chunk]:
    waiting = run.chunks.filter(sheet=run.plan.get("sheet", 0), **{f"{_column(run)}__isnull": True})
    return waiting.order_by("-place" if run.phase == Run.Phase.REVERT else "place")


def _taken(run: Run, *, waits: bool) -> Chunk | None:
    """The first chunk that nobody has; who ``waits`` gets one that another gave up, and none when all are done."""
    free = _waiting(run).select_for_update(skip_locked=True).first()
    return _waiting(run).select_for_update().first() if free is None and waits else free


def _wait(run: Run, chunk: Chunk) -> None:
    """Wait until the chunks before are done, so that of two equal lines the second is refused. Raises OutOfTurn."""
    if run.phase == Run.Phase.APPLY:
        earlier = _waiting(run).filter(place__lt=chunk.place).select_for_update()
        if list(earlier.values_list("pk", flat=True)):
            raise OutOfTurn


def _way(run: Run) -> tuple[ports.Way, bool]:
    """How a chunk of the present phase is done, and whether it is one transaction."""
    if run.phase == Run.Phase.REVERT:
        return reversal.take_back, False
    kind = ports.works[run.kind]
    check = kind.check if run.phase == Run.Phase.CHECK else None
    return check or kind.apply, kind.is_one(run)


@contextmanager
def _apart() -> Iterator[None]:
    yield


@contextmanager
def _surroundings(run: Run, by: Actor) -> Iterator[None]:
    """The language, the clock and the currency of the person that a run works for."""
    companies = menu.companies(by)
    zone = companies[0].zone if companies else calendars.DEFAULT_ZONE
    home = shown.at_home(*(one.currency for one in companies))
    with translation.override(run.language), timezone.override(ZoneInfo(zone)), home:
        yield


def keep(run: Run, chunk: Chunk, column: str, result: Result) -> None:
    """Write what became of a chunk, and count it."""
    Chunk.objects.filter(pk=chunk.pk).update(**{column: result})
    done = len(result["made"]) + len(result["changed"]) + result.get("skipped", 0)
    counted = {"done": F("done") + done, "refused": F("refused") + len(result["refused"])}
    Run.objects.filter(pk=run.pk).update(place=F("place") + 1, **counted)
    working = Run.objects.filter(pk=run.pk, state=Run.State.WAITING)
    working.update(state=Run.State.RUNNING)


def finish(run: Run) -> bool:
    """End the phase, or go on to the next; True when there is one."""
    whole = run.plan.get("whole", False)
    if run.phase == Run.Phase.CHECK and run.plan.get("go") and not (whole and run.refused):
        return _on(run, Run.Phase.APPLY)
    if run.phase == Run.Phase.APPLY and whole and run.refused:
        return _on(run, Run.Phase.REVERT)
    applied = Run.State.REFUSED if run.refused and not run.done else Run.State.DONE
    states = {Run.Phase.CHECK: Run.State.DRAFT, Run.Phase.REVERT: Run.State.REVERTED}
    runs.settle(run, states.get(Run.Phase(run.phase), applied))
    return False


def _on(run: Run, phase: str) -> bool:
    with transaction.atomic():
        runs.begin(run, phase)
    return True
