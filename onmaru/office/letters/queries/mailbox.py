"""A folder at an IMAP server (RFC 3501), read and left as it is."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from onmaru.office.letters.rules import servers
from onmaru.office.letters.rules.servers import Server

log = logging.getLogger(__name__)

AT_ONCE = 200
LARGEST = 50 * 1024 * 1024
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# A name or password beyond ASCII cannot be sent by LOGIN.
Trouble = (OSError, imaplib.IMAP4.error, UnicodeError)


class Folder:
    """An open folder; ``validity`` is its UIDVALIDITY. Whatever goes wrong with it is one of ``Trouble``."""

    def __init__(self, line: imaplib.IMAP4, name: str) -> None:
        self.line = line
        self.validity = _opened(line, name)

    def new(self, last: int, since: datetime) -> list[int]:
        """The UIDs after ``last`` of what came in since a day, at most 200 of them."""
        return _new(self.line, last, since)

    def raw(self, uid: int) -> bytes:
        """The bytes of a mail, without marking it as read; nothing of one that is gone or over 50 MB."""
        return _raw(self.line, uid)


@contextmanager
def opened(server: Server, folder: str) -> Iterator[Folder]:
    """A folder of a mailbox for the length of the block."""
    line = _connected(server)
    try:
        yield Folder(line, folder)
    finally:
        _left(line)


def _connected(server: Server) -> imaplib.IMAP4:
    secure = ssl.create_default_context()
    if server.security == servers.TLS:
        line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            server.host, server.port, ssl_context=secure, timeout=servers.PATIENCE
        )
    else:
        line = imaplib.IMAP4(server.host, server.port, timeout=servers.PATIENCE)
    if server.security == servers.STARTTLS:
        line.starttls(secure)
    line.login(_quoted(server.login), server.password)
    return line


def _quoted(words: str) -> str:
    """As a string of the protocol; Python's library does so with passwords only."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _opened(line: imaplib.IMAP4, folder: str) -> int:
    status, said = line.select(_quoted(folder), readonly=True)
    if status != "OK":
        raise imaplib.IMAP4.error(f"{folder}: {said!r}")
    _name, answer = line.response("UIDVALIDITY")
    return int(answer[0] or 0) if answer and isinstance(answer[0], bytes) else 0


def _new(line: imaplib.IMAP4, last: int, since: datetime) -> list[int]:
    # In English whatever the locale is: strftime would not be (RFC 3501, date-month).
    day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"
    _status, said = line.uid("SEARCH", "UID", f"{last + 1}:*", "SINCE", day)
    found = (int(one) for one in (said[0] or b"").split())
    # "*" is the last mail there is, whether it is new or not.
    return sorted(uid for uid in found if uid > last)[:AT_ONCE]


def _raw(line: imaplib.IMAP4, uid: int) -> bytes:
    _status, told = line.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", told[0] or b"" if told and isinstance(told[0], bytes) else b"")
    if size is None or int(size[1]) > LARGEST:
        log.warning("mail %s was left at the server: %s", uid, told)
        return b""
    _status, said = line.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in said if isinstance(one, tuple)), b"")


def _left(line: imaplib.IMAP4) -> None:
    try:
        line.logout()
    except (OSError, imaplib.IMAP4.error):
        line.shutdown()
