"""What came in and what came back, for those who are to be told and for rooms above."""

from __future__ import annotations

from dataclasses import dataclass

from onmaru.kernel import events


@events.event("mail.mail.received")
@dataclass(frozen=True)
class Received(events.Fact):
    """A mail came in; linked to a record or not yet."""

    mail_id: int


@events.event("mail.mail.bounced")
@dataclass(frozen=True)
class Bounced(events.Fact):
    """A mail that was sent came back from some of those it went to."""

    mail_id: int
    addresses: list[str]
