"""The power is cut twenty times in the middle of a replay, and twice under the database: nothing answered is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onmaru.app import database, postgres
from onmaru.app.postgres import process
from tests.stories import workers

CUTS, DATABASE_CUTS = 20, (7, 14)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is not ours to kill"),
]


class Shop:
    """A home of its own with a database that keeps what it says, and a worker that comes and goes."""

    def __init__(self, cluster: postgres.Cluster, born: workers.Workers) -> None:
        self.cluster = cluster
        self.born = born
        self.answers = cluster.home / "answers"

    def start(self) -> workers.Worker:
        return self.born.start("work", str(self.answers))

    def said(self) -> int:
        return self.answers.stat().st_size if self.answers.exists() else 0

    def wait_for(self, worker: workers.Worker) -> None:
        """Until the worker has answered anything."""
        before = self.said()
        assert process.wait(lambda: self.said() > before or not worker.is_alive, 60)
        worker.must_live()

    def cut_database(self) -> None:
        """End the server and all its children at once, as when the power goes."""
        first = int((self.cluster.data / "postmaster.pid").read_text().split()[0])
        for pid in [first, *children(first)]:
            os.kill(pid, signal.SIGKILL)
        process.wait(lambda: not process.alive(first), 5)
        self.cluster.start()


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def shop(home: Path) -> Iterator[Shop]:
    cluster = postgres.Cluster(home)
    with cluster.running(), workers.of("replay", home) as born:
        born.run("build")
        yield Shop(cluster, born)


def test_nothing_that_was_answered_is_lost_and_nothing_is_done_twice(shop: Shop) -> None:
    dice = random.Random()
    for cut in range(1, CUTS + 1):
        worker = shop.start()
        shop.wait_for(worker)
        time.sleep(dice.uniform(0, 0.4))
        if cut in DATABASE_CUTS:
            shop.cut_database()
        worker.kill()
    found: dict[str, Any] = shop.born.run("check", str(shop.answers))
    assert found["answers"] > CUTS
    assert found["lost"] == []
    # The last cut may have come between a commit and its answer.
    assert sorted(found["twice"].values())[-2:] in ([0, 0], [0, 1]) and min(found["twice"].values()) == 0
    assert found["audits"] == [[], []]
    assert found["unreacted"] == 0
