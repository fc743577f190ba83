"""The power is cut while mails are written, sent and taken in: none goes out twice, all come in, each once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from onmaru.office.letters.tests import servers
from onmaru.office.letters.tests.test_reading import korean
from tests.stories import workers

CUTS = 5

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="it needs a home of its own"),
]


def test_a_mail_goes_out_and_comes_in_once_whatever_is_killed(home: Path) -> None:
    answers, dice = home / "answers", random.Random()
    with (
        postgres.Cluster(home).running(),
        servers.smtp() as post,
        servers.imap() as box,
        workers.of("mailing", home) as born,
    ):
        place: dict[str, object] = {"smtp_port": post.port, "imap_port": box.port, "password": box.password}
        born.run("build", json.dumps(place | {"smtp_host": "127.0.0.1", "imap_host": "127.0.0.1"}))
        answers.touch()
        for _cut in range(CUTS):
            both = [born.start(verb, str(answers)) for verb in ("write", "work")]
            written, sent, read = answers.stat().st_size, len(post.mails), len(box.said)
            while answers.stat().st_size == written or len(post.mails) == sent or len(box.said) == read:
                for one in both:
                    one.must_live()
                time.sleep(0.05)
            deadline = time.monotonic() + dice.uniform(0.1, 0.6)
            while time.monotonic() < deadline:
                box.put(korean().replace(b"one@", b"%d@" % len(box.mails)))
                time.sleep(0.01)
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
    assert found["came"] == sorted(f"<{number}@hanbit.example>" for number in range(len(box.mails)))
