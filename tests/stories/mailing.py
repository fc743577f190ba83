"""What the workers of the story of mailing do: ``build``, ``write``, ``work`` and ``check``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from onmaru.kernel import identity
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.mail.commands import accounts, mails, outbox
from onmaru.office.mail.models import Account, Mail


def build(port: str) -> None:
    """One customer, and a mailbox at the server of this port."""
    by = identity.system("story")
    parties.create(by=by, name="한빛상사", confirm_duplicate=True)
    server: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": int(port), "smtp_security": "none"}
    accounts.create(by=by, name="대표 메일", address="info@onmaru.example", **server)


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
    """Send until killed, and look for what was cut off."""
    while True:
        outbox.settle()
        if not outbox.send():
            time.sleep(0.02)


def check(answers: str) -> dict[str, Any]:
    """Send what is left; say in which state each mail is, and what of the answered is lost."""
    Mail.objects.filter(state="sending").update(tried_at=timezone.now() - outbox.FORSAKEN)
    outbox.settle()
    while outbox.send():
        pass
    states = dict(Mail.objects.values_list("message_id", "state"))
    return {"states": states, "lost": sorted(set(Path(answers).read_text().split()) - states.keys())}


VERBS = {"build": build, "write": write, "work": work, "check": check}
