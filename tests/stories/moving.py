"""A bank list moving in through the real worker, which is killed by itself in the middle of a chunk.

``build`` lays the file out and queues the run; ``die`` works until some rows are in and then ends without a word, as
when the power goes; ``work`` works until the run is done; ``check`` tells what is there.
"""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from onmaru.kernel import identity, jobs
from onmaru.kernel.models import AuditRow
from onmaru.masters.party.models import Bank
from onmaru.office.batches.models import Run
from onmaru.office.imports.commands import staging
from onmaru.office.shaping.commands import fields
from onmaru.office.shaping.queries import live
from onmaru.workbench import registry

ROWS, DIES_AT = 500, 270


def build(_said: str) -> None:
    """An empty house and a file on its way in."""
    entity = registry.get("banks")
    assert entity is not None
    by = identity.system("moving")
    # No worker knows it yet: one learns it from the database with the job.
    fields.create(by=by, kind="party.bank", type="text", label_ko="지점", name="x_branch")
    live.refresh()
    rows = "".join(f"M{place:04},은행 {place},지점 {place}\n" for place in range(ROWS))
    file = f"bank code,bank name,지점\n{rows}".encode("cp949")
    run = staging.stage(entity, io.BytesIO(file), "banks.csv", by)
    staging.go(run, by)


def die(_said: str) -> None:
    """Work, and be gone at once when enough rows are in."""
    _work_until(lambda: Bank.objects.filter(code__startswith="M").count() >= DIES_AT)


def work(_said: str) -> None:
    """Work until the run is done."""
    _work_until(lambda: Run.objects.get().state == Run.State.DONE)


def _work_until(enough: Callable[[], bool]) -> None:
    def watch() -> None:
        while not enough():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    jobs.run_worker()


def check(_said: str) -> dict[str, Any]:
    """The run, the rows and their histories."""
    run = Run.objects.get()
    told = AuditRow.objects.filter(command="party.bank.create", source=run.source)
    return {
        "run": [run.state, run.done, run.refused],
        "banks": Bank.objects.filter(code__startswith="M").count(),
        "branches": Bank.objects.filter(custom__x_branch__startswith="지점 ").count(),
        "histories": [told.count(), told.values("subject_id").distinct().count()],
        "made": sum(len(chunk["made"]) for chunk in run.chunks.values_list("applied", flat=True) if chunk),
    }


VERBS = {"build": build, "die": die, "work": work, "check": check}
