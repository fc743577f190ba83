"""The company's mailbox on real servers of loopback, as the mail has it, and short pauses."""

from __future__ import annotations

import pytest

from onmaru.office.mail.tests.conftest import account, box, by, clerk, mate, party, post, stranger
from onmaru.office.mailboxes import rules
from onmaru.office.mailboxes.commands import watching

__all__ = ["account", "box", "by", "clerk", "mate", "party", "post", "stranger"]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ROUND", 0.1)
    monkeypatch.setattr(watching, "BUSY", 0.05)
    monkeypatch.setattr(rules, "SHORTEST", 0.05)
