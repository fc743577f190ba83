"""The power is cut between a mail that is written and its sending, and while it is sent: no mail goes out twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from onmaru.office.letters.tests import servers
from tests.stories import workers

CUTS = 5

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="it needs a home of its own"),
]


def test_a_mail_is_sent_once_whatever_is_killed(home: Path) -> None:
    answers, dice = home / "answers", random.Random()
    with (
        postgres.Cluster(home).running(),
        servers.smtp() as post,
        workers.of("mailing", home) as born,
    ):
        born.run("build", str(post.port))
        answers.touch()
        for _cut in range(CUTS):
            both = [born.start(verb, str(answers)) for verb in ("write", "work")]
            written, sent = answers.stat().st_size, len(post.mails)
            while answers.stat().st_size == written or len(post.mails) == sent:
                for one in both:
                    one.must_live()
                time.sleep(0.05)
            time.sleep(dice.uniform(0.1, 0.6))
            for one in both:
                one.kill()
        found = born.run("check", str(answers))
        times = Counter(message_from_bytes(raw)["Message-ID"] for raw in post.mails)
    states = found["states"]
    assert found["lost"] == [] and set(states.values()) <= {"sent", "unknown"}
    assert set(times.values()) == {1}
    assert all(times[one] == 1 for one, state in states.items() if state == "sent")
    # What was cut off is known to be so; at most one at each cut.
    assert list(states.values()).count("unknown") <= CUTS
