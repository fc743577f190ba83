"""The power is cut between a mail that is written and its sending, and while it is sent: no mail goes out twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from onmaru.office.letters.tests import servers

CUTS = 5

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="it needs a home of its own"),
]


def start(home: Path, verb: str, place: str) -> subprocess.Popen[str]:
    settings = {"ONMARU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "onmaru.app.settings"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stories.mailing", verb, place],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(home: Path, verb: str, place: str) -> str:
    done = start(home, verb, place)
    said, complaint = done.communicate(timeout=120)
    assert done.returncode == 0, complaint
    return said


def test_a_mail_is_sent_once_whatever_is_killed(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("mailing")
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    answers, dice = home / "answers", random.Random()
    with postgres.Cluster(home).running(), servers.smtp() as post:
        run(home, "build", str(post.port))
        answers.touch()
        for _cut in range(CUTS):
            both = [start(home, verb, str(answers)) for verb in ("write", "work")]
            written, sent = answers.stat().st_size, len(post.mails)
            while (answers.stat().st_size == written or len(post.mails) == sent) and not any(
                one.poll() is not None for one in both
            ):
                time.sleep(0.05)
            time.sleep(dice.uniform(0.1, 0.6))
            for one in both:
                one.kill()
                one.communicate()
        found = json.loads(run(home, "check", str(answers)))
        times = Counter(message_from_bytes(raw)["Message-ID"] for raw in post.mails)
    states = found["states"]
    assert found["lost"] == [] and set(states.values()) <= {"sent", "unknown"}
    assert set(times.values()) == {1}
    assert all(times[one] == 1 for one, state in states.items() if state == "sent")
    # What was cut off is known to be so; at most one at each cut.
    assert list(states.values()).count("unknown") <= CUTS
