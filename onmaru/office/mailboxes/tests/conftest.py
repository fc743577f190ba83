"""The company's mailbox on real servers of loopback, as the mail has it."""

from __future__ import annotations

from onmaru.office.mail.tests.conftest import account, box, by, clerk, mate, party, post, stranger

__all__ = ["account", "box", "by", "clerk", "mate", "party", "post", "stranger"]
