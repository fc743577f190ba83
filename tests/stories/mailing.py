"""What the workers of the story of mailing do: ``build``, ``write``, ``work`` and ``check``."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from onmaru.kernel import identity, jobs
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.mail.commands import accounts, mails, outbox
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mailboxes.commands import reading, watching


def build(told: str) -> None:
    """One customer, and a mailbox at the servers told of (JSON)."""
    by = identity.system("story")
    parties.create(by=by, name="한빛상사", confirm_duplicate=True)
    none: dict[str, Any] = {"smtp_security": "none", "imap_security": "none"}
    accounts.create(by=by, name="대표 메일", address="info@onmaru.example", **none, **json.loads(told))


def write(answers: str) -> None:
    """Write mails until killed; what was answered is written down."""
    on: dict[str, Any] = {
        "subject_kind": "party.party",
        "subject_id": Party.objects.get().pk,
        "account": Account.objects.get(),
    }
    said: dict[str, Any] = {
        "to": "kim@hanbit.example",
        "title": "견적",
        "text": "단가를 부탁드립니다.",
        "by": identity.system("story"),
    }
    with Path(answers).open("a") as written:
        while True:
            written.write(f"{mails.write(**on, **said).message_id}\n")
            written.flush()
            time.sleep(0.02)


def work(_said: str) -> None:
    """Send until killed, look for what was cut off, and wait beside it for what comes in."""
    given = ("watch", watching.watch, threading.Event())
    threading.Thread(target=jobs.stay, args=given, daemon=True).start()
    while True:
        outbox.settle()
        if not outbox.send():
            time.sleep(0.02)


def check(answers: str) -> dict[str, Any]:
    """Send and take in what is left; say in which state each mail is, what of the answered is lost, what came."""
    while reading.fetch(Account.objects.get().pk):
        pass
    Mail.objects.filter(state="sending").update(tried_at=timezone.now() - outbox.FORSAKEN)
    outbox.settle()
    while outbox.send():
        pass
    came = Mail.objects.filter(state="received").values_list("message_id", flat=True)
    states = dict(Mail.objects.exclude(state="received").values_list("message_id", "state"))
    lost = sorted(set(Path(answers).read_text().split()) - states.keys())
    return {"states": states, "lost": lost, "came": sorted(came)}


VERBS = {"build": build, "write": write, "work": work, "check": check}
