"""A folder at an IMAP server (RFC 3501), read and left as it is, and waited at (IDLE, RFC 2177)."""

from __future__ import annotations

import imaplib
import logging
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, NamedTuple

from imapclient import IMAPClient, SocketTimeout

from onmaru.office.letters.rules import servers
from onmaru.office.letters.rules.servers import Server

log = logging.getLogger(__name__)

AT_ONCE = 200
LARGEST = 50 * 1024 * 1024
# A name or password beyond ASCII cannot be sent by LOGIN; a number may be none.
Trouble = (OSError, imaplib.IMAP4.error, ValueError)


class Numbers(NamedTuple):
    """What a folder says of itself when it is opened: its UIDVALIDITY, the next UID, how many mails there are."""

    validity: int
    next: int
    mails: int


class _Line(IMAPClient):  # type: ignore[misc]
    """A line whose ``idle_check`` takes what has been read already, too: no poll of the socket tells of that."""

    def _poll_socket(self, _sock: Any, timeout: float | None = None) -> bool:
        return True


class Folder:
    """An open folder. Whatever goes wrong with it is one of ``Trouble``."""

    def __init__(self, line: IMAPClient, name: str) -> None:
        self.line, self.name = line, name
        self.numbers = self.reopen()

    def reopen(self) -> Numbers:
        """Open it again, to see what came meanwhile; what comes later is told of by ``wait``."""
        said = self.line.select_folder(self.name, readonly=True)
        self.numbers = Numbers(*(int(said.get(one, 0)) for one in (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS")))
        return self.numbers

    @property
    def tells(self) -> bool:
        """Whether its server tells of new mail by itself."""
        return bool(self.line.has_capability("IDLE"))

    def new(self, last: int, since: datetime) -> list[int]:
        """The UIDs after ``last`` of what came in since a day, at most 200 of them."""
        found = self.line.search(["UID", f"{last + 1}:*", "SINCE", since.date()])
        # "*" is the last mail there is, whether it is new or not.
        return sorted(uid for uid in found if uid > last)[:AT_ONCE]

    def raw(self, uid: int) -> bytes:
        """The bytes of a mail, without marking it as read; nothing of one that is gone or over 50 MB."""
        told = self.line.fetch([uid], ["RFC822.SIZE"]).get(uid, {})
        if not 0 < told.get(b"RFC822.SIZE", 0) <= LARGEST:
            log.warning("mail %s was left at the server: %s", uid, told)
            return b""
        return bytes(self.line.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]") or b"")

    def wait(self, seconds: float) -> None:
        """Until the server tells of something new in the folder, for so long at most: less than half an hour."""
        until = time.monotonic() + seconds
        self.line.idle()
        told = self.line.idle_check(0)
        # It may say in between that it is still there, or what was read elsewhere.
        while not _is_news(told) and self._stirs(until - time.monotonic()):
            told = self.line.idle_check(0)
            if not told:
                raise imaplib.IMAP4.abort("the server hung up")
        self.line.idle_done()

    def _stirs(self, seconds: float) -> bool:
        ear = select.poll()
        ear.register(self.line.socket().fileno(), select.POLLIN)
        return bool(ear.poll(max(0, seconds) * 1000))

    def hang_up(self) -> None:
        """End the line, from any thread; whoever waits at it has Trouble."""
        with suppress(OSError):
            self.line.socket().shutdown(socket.SHUT_RDWR)


def _is_news(told: list[Any]) -> bool:
    return any(isinstance(one, tuple) and b"EXISTS" in one[1:2] for one in told)


@contextmanager
def opened(server: Server, folder: str) -> Iterator[Folder]:
    """A folder of a mailbox for the length of the block."""
    with _connected(server) as line:
        yield Folder(_signed_in(line, server), folder)


def _connected(server: Server) -> IMAPClient:
    return _Line(
        server.host,
        server.port,
        ssl=server.security == servers.TLS,
        ssl_context=ssl.create_default_context(),
        timeout=SocketTimeout(servers.PATIENCE, servers.PATIENCE),
    )


def _signed_in(line: IMAPClient, server: Server) -> IMAPClient:
    if server.security == servers.STARTTLS:
        line.starttls(ssl.create_default_context())
    line.login(_quoted(server.login), server.password)
    return line


def _quoted(words: str) -> str:
    """As a string of the protocol; Python's library does so with passwords only."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
