"""What the workers of the story of telling do: ``build``, ``talk``, ``work`` and ``check``."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from onmaru.kernel import identity, jobs
from onmaru.kernel.models import User
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.automation import jobs as automation
from onmaru.office.automation.commands import rules
from onmaru.office.discussion.commands import comments, marks
from onmaru.office.discussion.models import Comment
from onmaru.office.notices.commands import pushes
from onmaru.office.notices.models import Choice, Device, Notice
from onmaru.office.webhooks.commands import messages, webhooks
from onmaru.office.webhooks.models import Message


def build(told: str) -> None:
    """One customer, two people who follow it, one with a browser, and a rule that tells a webhook of every comment."""
    place = json.loads(told)
    party = parties.create(by=identity.system("story"), name="한빛상사", confirm_duplicate=True)
    people = [User.objects.create_user(f"f{place}", is_superuser=True) for place in range(2)]
    marks.follow(party, [one.pk for one in people])
    Choice.objects.create(person=people[0], kind="comment", screen=True, mail=False, push=True)
    Device.objects.create(person=people[0], **place["browser"])
    by = identity.actor(people[0])
    webhooks.create(by=by, name="창고", url=place["url"])
    said: dict[str, Any] = {"kind": "discussion.comment", "happening": "created", "most_an_hour": 1_000_000}
    rule = rules.create(by=by, name="알림", actions=[{"does": "webhook", "what": "창고"}], **said)
    rules.switch_on(rules.try_out(rule, by=by), by=by)


def talk(answers: str) -> None:
    """Comment until killed; what was answered is written down."""
    party, by = Party.objects.get(), identity.system("story")
    with Path(answers).open("a") as written:
        while True:
            said = comments.write(subject_kind="party.party", subject_id=party.pk, text="한 마디", by=by)
            written.write(f"{said.pk}\n")
            written.flush()
            time.sleep(0.1)  # no faster than who works, or the end would be a long wait


def work(_said: str) -> None:
    """React, push, let the rule act and call the webhook until killed."""
    while True:
        if not _worked():
            time.sleep(0.02)


def _worked() -> int:
    waiting = Message.objects.filter(state="waiting").order_by("id").values_list("pk", flat=True)
    sent = sum(messages.send(key) for key in list(waiting))
    return int(jobs.drain() + automation.look() + pushes.send() + sent)


def check(answers: str) -> dict[str, Any]:
    """Finish what is left; say of which comments people and the webhook were told how often."""
    while _worked():
        pass
    told = Counter(Notice.objects.values_list("once", flat=True))
    called = Counter(_comment(body) for body in Message.objects.values_list("body", flat=True))
    there = [f"comment:{key}" for key in Comment.objects.values_list("pk", flat=True)]
    answered = {f"comment:{key}" for key in Path(answers).read_text().split()}
    return {
        "comments": len(there),
        "lost": sorted(answered - set(there)),
        "times": sorted({told[one] for one in there}),
        "pushed": sorted(Notice.objects.filter(person__devices__isnull=False).values_list("pk", flat=True)),
        "calls": sorted({called[one] for one in there}),
        "stray": sorted((set(told) | set(called)) - set(there)),
        "states": sorted(set(Message.objects.values_list("state", flat=True))),
        "uids": list(Message.objects.values_list("uid", flat=True)),
    }


def _comment(body: str) -> str:
    return f"comment:{json.loads(body)['data']['record']['id']}"


VERBS = {"build": build, "talk": talk, "work": work, "check": check}
