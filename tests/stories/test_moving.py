"""The worker is killed by the real signal in the middle of an import; another goes on and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from onmaru.app import database, postgres
from tests.stories import moving, workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="an external PostgreSQL is not ours to fill"),
]


def test_an_import_goes_on_where_the_worker_was_killed(home: Path) -> None:
    with postgres.Cluster(home).running(), workers.of("moving", home) as born:
        born.run("build")
        born.start("die").wait()
        cut = born.run("check")
        assert cut["run"][0] == "running"
        assert moving.DIES_AT <= cut["banks"] < moving.ROWS
        # Rows of the chunk under way are in, and the run does not know of them yet.
        assert cut["made"] < cut["banks"]
        born.start("work").wait()
        found = born.run("check")
    rows = moving.ROWS
    whole = {"banks": rows, "branches": rows, "histories": [rows, rows], "made": rows}
    assert found == {"run": ["done", rows, 0], **whole}
