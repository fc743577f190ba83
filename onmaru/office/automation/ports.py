"""What rooms above or beside answer: sending a mail."""

from __future__ import annotations

from typing import Any, Protocol

from onmaru.kernel.identity import Actor


class Mailer(Protocol):
    """Puts a mail about a record into the queue of those that go out; nothing is sent in the transaction."""

    def __call__(self, to: list[str], *, title: str, text: str, record: Any, by: Actor) -> None:
        """Queue it."""


mailers: list[Mailer] = []
"""The one that sends mail, once the room of mail stands."""
