"""The power is cut between what people say and who is told of it: all are told, and nobody is told twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onmaru.app import database, postgres

CUTS = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="it needs a home of its own"),
]


def start(home: Path, verb: str) -> subprocess.Popen[str]:
    settings = {"ONMARU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "onmaru.app.settings"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stories.telling", verb, str(home / "answers")],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(home: Path, verb: str) -> str:
    done = start(home, verb)
    said, complaint = done.communicate(timeout=120)
    assert done.returncode == 0, complaint
    return said


def test_who_is_to_be_told_is_told_once_whatever_is_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("telling")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    answers, dice = home / "answers", random.Random()
    with postgres.Cluster(home).running():
        run(home, "build")
        answers.touch()
        for _cut in range(CUTS):
            both = [start(home, "talk"), start(home, "work")]
            before = answers.stat().st_size
            while answers.stat().st_size == before and all(one.poll() is None for one in both):
                time.sleep(0.05)
            time.sleep(dice.uniform(0.1, 0.8))
            for one in both:
                one.kill()
                one.communicate()
        found = json.loads(run(home, "check"))
    assert found["comments"] >= CUTS
    assert (found["lost"], found["times"], found["stray"]) == ([], [2], [])
