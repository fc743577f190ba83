"""Mailboxes of the company and of its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules import addressing, composing
from onmaru.office.mail.models import Account
from onmaru.office.mail.queries import known


@commands.command(label=_("New mail account"), model=Account)
def create(*, by: Actor, **values: Any) -> Account:
    """Name a mailbox. Refuses server_half: one that can neither send nor receive."""
    account = Account()
    _fill(account, values)
    account.save()
    return account


@commands.command(label=_("Edit"), model=Account)
def edit(account: Account, *, by: Actor, **values: Any) -> Account:
    """Change a mailbox. What was received stays received; another server or folder is read from its beginning."""
    before = (account.imap_host, account.imap_folder, account.login)
    _fill(account, values)
    if before != (account.imap_host, account.imap_folder, account.login):
        account.uid_validity, account.last_uid = None, 0
    account.trouble = ""
    return account


@commands.command(label=_("Sign its mail (DKIM)"), model=Account)
def make_key(account: Account, *, by: Actor) -> Account:
    """Make a new DKIM key; its record has to stand in the name server under ``onmaru._domainkey``."""
    key = composing.new_key()
    account.dkim_selector, account.dkim_key, account.dkim_record = "onmaru", key.private, key.record
    return account


def ask_for(pause: float) -> list[int]:
    """The accounts that are to be read now, said to be: each is asked for once in ``pause`` seconds."""
    before = timezone.now() - timedelta(seconds=pause - 1)
    rows = known.received().filter(Q(asked_at=None) | Q(asked_at__lte=before))
    keys = list(rows.values_list("pk", flat=True))
    asked(keys)
    return keys


def asked(keys: Iterable[int]) -> None:
    """Say that these accounts are being read, so that nobody else need ask for them."""
    Account.objects.filter(pk__in=keys).update(asked_at=timezone.now())


def reached(account: Account, *, validity: int, uid: int) -> None:
    """Keep how far an account's folder was read."""
    account.uid_validity, account.last_uid = validity, uid
    Account.objects.filter(pk=account.pk).update(uid_validity=validity, last_uid=uid)


def looked(account: Account, *, trouble: str = "") -> None:
    """Keep that an account was read to its end just now, or why it could not be."""
    moment = account.fetched_at if trouble else timezone.now()
    Account.objects.filter(pk=account.pk).update(trouble=trouble[:300], fetched_at=moment)


def _fill(account: Account, values: dict[str, Any]) -> None:
    found = records.problems(account, values)
    half = not account.smtp_host and not account.imap_host
    refusals.check([*found, addressing.SERVER_HALF("smtp_host") if half else None])
    account.address = account.address.lower()
