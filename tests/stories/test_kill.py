"""The power is cut twenty times in the middle of a replay, and twice under the database: nothing answered is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onmaru.app import database, postgres
from onmaru.app.postgres import process

CUTS, DATABASE_CUTS = 20, (7, 14)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is not ours to kill"),
]


class Shop:
    """A home of its own with a database that keeps what it says, and a worker that comes and goes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = postgres.Cluster(home)
        self.answers = home / "answers"

    def start(self, verb: str) -> subprocess.Popen[str]:
        settings = {"ONMARU_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "onmaru.app.settings"}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.stories.replay", verb, str(self.answers)],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, verb: str) -> str:
        done = self.start(verb)
        said, complaint = done.communicate(timeout=120)
        assert done.returncode == 0, complaint
        return said

    def said(self) -> int:
        return self.answers.stat().st_size if self.answers.exists() else 0

    def wait_for(self, worker: subprocess.Popen[str]) -> None:
        """Until the worker has answered anything, or died of something that is no cut."""
        before = self.said()
        process.wait(lambda: self.said() > before or worker.poll() is not None, 60)
        if worker.poll() is not None or self.said() == before:
            worker.kill()
            pytest.fail(worker.communicate()[1])

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
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("killed")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    one = Shop(home)
    with one.cluster.running():
        one.run("build")
        yield one


def test_nothing_that_was_answered_is_lost_and_nothing_is_done_twice(shop: Shop) -> None:
    dice = random.Random()
    for cut in range(1, CUTS + 1):
        worker = shop.start("work")
        shop.wait_for(worker)
        time.sleep(dice.uniform(0, 0.4))
        if cut in DATABASE_CUTS:
            shop.cut_database()
        worker.kill()
        worker.communicate()
    found: dict[str, Any] = json.loads(shop.run("check"))
    assert found["answers"] > CUTS
    assert found["lost"] == []
    # The last cut may have come between a commit and its answer.
    assert sorted(found["twice"].values())[-2:] in ([0, 0], [0, 1]) and min(found["twice"].values()) == 0
    assert found["audits"] == [[], []]
    assert found["unreacted"] == 0
