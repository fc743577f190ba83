"""The power is cut between what people say and who is told of it: people are told once, a webhook by one id each."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from onmaru.app import database, postgres
from onmaru.office.notices.tests.test_push import taking
from onmaru.office.webhooks.tests import receiving
from tests.stories import workers

CUTS = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(database.external()), reason="it needs a home of its own"),
]


def test_who_is_to_be_told_is_told_once_whatever_is_killed(home: Path) -> None:
    answers, dice = home / "answers", random.Random()
    with (
        postgres.Cluster(home).running(),
        receiving.receiver() as program,
        taking() as service,
        workers.of("telling", home, ONMARU_WEBHOOK_HOSTS="127.0.0.1") as born,
    ):
        born.run("build", json.dumps({"url": program.url, "browser": service.subscription()}))
        answers.touch()
        for _cut in range(CUTS):
            both = [born.start(verb, str(answers)) for verb in ("talk", "work")]
            said, heard = answers.stat().st_size, len(program.heard)
            while answers.stat().st_size == said or len(program.heard) == heard:
                for one in both:
                    one.must_live()
                time.sleep(0.05)
            time.sleep(dice.uniform(0.1, 0.8))
            for one in both:
                one.kill()
        found = born.run("check", str(answers))
        pushed = [one["id"] for one in service.opened()]
        topics = [headers["Topic"] for headers, _body in service.taken]
        heard_ids = [headers["webhook-id"] for headers, _body in program.heard]
    assert found["comments"] >= CUTS
    assert (found["lost"], found["times"], found["stray"]) == ([], [2], [])
    assert (found["calls"], found["states"], set(heard_ids)) == ([1], ["sent"], set(found["uids"]))
    # What was cut off before its commit is sent again, by its same id; at most once a cut.
    assert len(heard_ids) - len(found["uids"]) <= CUTS
    # A push, too: as the same one, by its topic and tag; none is lost.
    assert sorted(set(pushed)) == found["pushed"] and len(pushed) - len(set(pushed)) <= CUTS
    assert topics == [f"notice-{key}" for key in pushed]
