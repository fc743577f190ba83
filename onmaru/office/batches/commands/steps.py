"""One chunk of a run at a time. A chunk's result and the run's cursor are written together, so that a worker killed
in between does nothing twice: the next one begins with the chunk that has no result."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone, translation

from onmaru.kernel import jobs
from onmaru.kernel.identity import Actor
from onmaru.office.batches import ports
from onmaru.office.batches.commands import reversal, runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.workbench import calls, menu

log = logging.getLogger(__name__)
SPELL = 2.0  # seconds a run has the worker before others come between

Result = dict[str, Any]


def spell(run_id: int) -> None:
    """Do chunks of a run for a while, then queue the rest behind what else waits."""
    with runs.hold(run_id) as mine:
        began = time.monotonic()
        more = mine
        while more and time.monotonic() - began < SPELL:
            more = _safely(run_id)
    if more:
        jobs.enqueue(runs.WORK, run_id=run_id)


def _safely(run_id: int) -> bool:
    try:
        return step(run_id)
    except OperationalError:
        # The database went away or a race was lost: the run is taken up again when it was quiet for a while.
        raise
    except Exception as error:
        log.exception("run %s failed", run_id)
        runs.settle(Run.objects.get(pk=run_id), Run.State.FAILED, f"{type(error).__name__}: {error}"[:500])
        return False


def step(run_id: int) -> bool:
    """Do the next chunk; False when there is nothing more to do."""
    run = Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if run is None:
        return False
    Run.objects.filter(pk=run_id).update(beat_at=Now())
    column = {"check": "checked", "apply": "applied", "revert": "reverted"}[run.phase]
    waiting = run.chunks.filter(sheet=run.plan.get("sheet", 0), **{f"{column}__isnull": True})
    chunk = waiting.order_by("-place" if run.phase == Run.Phase.REVERT else "place").first()
    if chunk is None:
        return finish(run)
    by = runs.actor(run)
    way, together = _way(run)
    with _surroundings(run, by), transaction.atomic() if together else _apart():
        result = way(run, chunk, by)
        with transaction.atomic():
            keep(run, chunk, column, result)
    return True


def _way(run: Run) -> tuple[ports.Way, bool]:
    """How a chunk of the present phase is done, and whether it is one transaction."""
    if run.phase == Run.Phase.REVERT:
        return reversal.take_back, False
    work = ports.works[run.kind]
    return (work.apply if run.phase == Run.Phase.APPLY or work.check is None else work.check), work.is_one(
        run
    )


@contextmanager
def _apart() -> Iterator[None]:
    yield


@contextmanager
def _surroundings(run: Run, by: Actor) -> Iterator[None]:
    """The language and the clock of the person that a run works for."""
    companies = menu.companies(by)
    zone = companies[0].zone if companies else calls.DEFAULT_ZONE
    with translation.override(run.language), timezone.override(ZoneInfo(zone)):
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
    states = {Run.Phase.CHECK: Run.State.DRAFT, Run.Phase.REVERT: Run.State.REVERTED}
    runs.settle(run, states.get(Run.Phase(run.phase), Run.State.DONE))
    return False


def _on(run: Run, phase: str) -> bool:
    with transaction.atomic():
        runs.begin(run, phase)
    return True
