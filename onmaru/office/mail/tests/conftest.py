"""A company mailbox on real servers, and the people and the customer of the discussion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.discussion.tests.conftest import by, hire, mate, party, stranger
from onmaru.office.letters.tests import servers
from onmaru.office.letters.tests.servers import Box, Post
from onmaru.office.mail import commands
from onmaru.office.mail.models import Account

__all__ = ["by", "mate", "party", "stranger"]


@pytest.fixture
def clerk(db: Any) -> User:
    return hire("clerk", "박솔", "party.party.view", "discussion.*", "mail.mail.*")


@pytest.fixture
def post() -> Iterator[Post]:
    with servers.smtp() as found:
        yield found


@pytest.fixture
def box() -> Iterator[Box]:
    with servers.imap() as found:
        yield found


@pytest.fixture
def account(by: Actor, post: Post, box: Box) -> Account:
    return account_on(by, post.port, box.port, box.password)


def account_on(by: Actor, smtp: int, imap: int, password: str, **more: Any) -> Account:
    """The company's mailbox on servers of loopback."""
    none = Account.Security.NONE
    said: dict[str, Any] = {
        "name": "대표 메일",
        "address": "info@onmaru.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp,
    }
    said |= {"smtp_security": none, "imap_host": "127.0.0.1", "imap_port": imap, "imap_security": none}
    return commands.accounts.create(by=by, **said, login="", password=password, **more)


def party_mail(party: Party, address: str) -> None:
    """Give a customer an address."""
    Party.objects.filter(pk=party.pk).update(email=address)
