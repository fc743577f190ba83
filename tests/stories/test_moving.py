"""The worker is killed by the real signal in the middle of an import; another goes on and does nothing twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from tests.stories import moving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is not ours to fill"),
]


def call(home: Path, verb: str) -> tuple[int, str]:
    settings = {"ONMARU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "onmaru.app.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.stories.moving", verb],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout if done.returncode <= 0 else done.stderr


def test_an_import_goes_on_where_the_worker_was_killed(home: Path) -> None:
    with postgres.Cluster(home).running():
        assert call(home, "build") == (0, "")
        assert call(home, "die")[0] == -9
        cut = json.loads(call(home, "check")[1])
        assert cut["run"][0] == "running"
        assert moving.DIES_AT <= cut["banks"] < moving.ROWS
        # Rows of the chunk under way are in, and the run does not know of them yet.
        assert cut["made"] < cut["banks"]
        assert call(home, "work")[0] == -9
        found = json.loads(call(home, "check")[1])
    rows = moving.ROWS
    assert found == {"run": ["done", rows, 0], "banks": rows, "histories": [rows, rows], "made": rows}
