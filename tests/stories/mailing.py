"""What the story of mailing runs in processes of its own: ``build``, ``write``, ``work`` and ``check``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def build(port: str) -> None:
    """The house's tables, one customer, and a mailbox at the server of this port."""
    from django.core.management import call_command

    from onmaru.kernel import identity
    from onmaru.masters.party.commands import parties
    from onmaru.office.mail.commands import accounts

    call_command("migrate", verbosity=0, interactive=False)
    by = identity.system("story")
    parties.create(by=by, name="한빛상사", confirm_duplicate=True)
    server: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": int(port), "smtp_security": "none"}
    accounts.create(by=by, name="대표 메일", address="info@onmaru.example", **server)


def write(answers: Path) -> None:
    """Write mails until killed; what was answered is written down."""
    from onmaru.kernel import identity
    from onmaru.masters.party.models import Party
    from onmaru.office.mail.commands import mails
    from onmaru.office.mail.models import Account

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
    with answers.open("a") as written:
        while True:
            written.write(f"{mails.write(**on, **said).message_id}\n")
            written.flush()
            time.sleep(0.02)


def work(_answers: Path) -> None:
    """Send until killed, and look for what was cut off."""
    from onmaru.office.mail.commands import outbox

    while True:
        outbox.settle()
        if not outbox.send():
            time.sleep(0.02)


def check(answers: Path) -> None:
    """Send what is left; say in which state each mail is, and what of the answered is lost."""
    from django.utils import timezone

    from onmaru.office.mail.commands import outbox
    from onmaru.office.mail.models import Mail

    Mail.objects.filter(state="sending").update(tried_at=timezone.now() - outbox.FORSAKEN)
    outbox.settle()
    while outbox.send():
        pass
    states = dict(Mail.objects.values_list("message_id", "state"))
    print(json.dumps({"states": states, "lost": sorted(set(answers.read_text().split()) - states.keys())}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onmaru.app.settings")
    django.setup()
    verb, place = sys.argv[1], sys.argv[2]
    if verb == "build":
        build(place)
    else:
        {"write": write, "work": work, "check": check}[verb](Path(place))
