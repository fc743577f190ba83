"""Mails, accounts and addresses to try the entities with."""

from __future__ import annotations

from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.masters.party.commands import parties
from onmaru.office.letters.rules.bounces import Report
from onmaru.office.mail import commands
from onmaru.office.mail.models import Account, Bounce, Mail, Template


def account(by: Actor, place: int) -> Account:
    said: dict[str, Any] = {
        "name": f"메일함 {place}",
        "address": f"box{place}@onmaru.example",
        "smtp_host": "smtp.onmaru.example",
    }
    return commands.accounts.create(by=by, **said)


def template(by: Actor, place: int) -> Template:
    return commands.templates.create(
        by=by, name=f"서식 {place}", title_ko="{record}", text_ko="{my_name} 드림"
    )


def bounce(by: Actor, place: int) -> Bounce:
    commands.addresses.mark([Report(f"gone{place}@hanbit.example", "5.1.1", "no such user", True, "")])
    return Bounce.objects.get(address=f"gone{place}@hanbit.example")


def mail(by: Actor, place: int) -> Mail:
    party = parties.create(by=by, name=f"메일 거래처 {place}", confirm_duplicate=True)
    box = Account.objects.filter(address="box0@onmaru.example").first() or account(by, 0)
    said: dict[str, Any] = {"subject_kind": "party.party", "subject_id": party.pk, "account": box}
    return commands.mails.write(**said, to="kim@hanbit.example", title=f"표본 {place}", text="본문", by=by)
