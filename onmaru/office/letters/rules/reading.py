"""A mail as it came over the line, read into words, names and files. Nothing in it is trusted, and nothing fails."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, NamedTuple

from onmaru.office.letters.rules import bounces, charsets, html, quoting
from onmaru.office.letters.rules.bounces import Report

MOST_PARTS = 500
LONGEST = 500_000
MOST_FILES = 50
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]+@[^\s<>\"',;:()\[\]]+")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]+>")


class _AsItStands(policy.Compat32):
    """Headers with their bare bytes, which Python's own policies replace by question marks."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value


class Attached(NamedTuple):
    """A file of a mail; ``cid`` is how its HTML calls it."""

    name: str
    content: bytes
    cid: str


@dataclass
class Letter:
    """A mail that was read. ``raw_id`` is its Message-ID, or one made of its bytes when it has none."""

    message_id: str
    title: str
    sender: str
    address: str
    to: list[str]
    cc: list[str]
    at: datetime | None
    answers: str
    references: list[str]
    text: str = ""
    quoted: str = ""
    html: str = ""
    files: list[Attached] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    is_automatic: bool = False


def read(raw: bytes) -> Letter:
    """Read a mail."""
    message = message_from_bytes(raw, policy=_AsItStands())
    to, cc = (named(_headers(message, name)) for name in ("to", "cc"))
    senders = named(_headers(message, "from")) or named(_headers(message, "sender"))
    own = ids(_header(message, "message-id"))
    letter = Letter(
        (own or [f"<{hashlib.sha256(raw).hexdigest()}@unnamed>"])[0][:400],
        charsets.words(_header(message, "subject"))[:400],
        (senders or [charsets.words(_header(message, "from"))])[0][:400],
        address_of(senders[0]) if senders else "",
        to,
        cc,
        _moment(_header(message, "date")),
        next(iter(ids(_header(message, "in-reply-to"))), ""),
        ids(_header(message, "references")),
        reports=bounces.read(message),
        is_automatic=_header(message, "auto-submitted").strip().lower() not in ("", "no"),
    )
    _read_body(message, letter)
    return letter


def _headers(message: Message, name: str) -> list[str]:
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def ids(header: str) -> list[str]:
    """The Message-IDs that a header names, each once, at most a hundred."""
    return list(dict.fromkeys(one[:400] for one in _ID.findall(header)))[:100]


def named(headers: list[str]) -> list[str]:
    """``Name <address>`` of each address in some headers, the names as they read."""
    flat = [re.sub(r"[\r\n]+[ \t]*", " ", one) for one in headers]
    found = [(name, address) for name, address in getaddresses(flat) if "@" in address]
    if not found:
        found = [("", one) for one in _ADDRESS.findall(" ".join(charsets.words(one) for one in flat))]
    return [shown(charsets.words(name), charsets.words(address))[:400] for name, address in found][:100]


def shown(name: str, address: str) -> str:
    """A name with its address as people read it."""
    return f"{name} <{address}>" if name and name != address else address


def address_of(said: str) -> str:
    """The bare address of ``Name <address>``, in small letters."""
    return said.rpartition("<")[2].rstrip(">").strip().lower()


def _moment(header: str) -> datetime | None:
    """When it says it was written; nothing for what cannot be, such as the year 2100."""
    try:
        found = parsedate_to_datetime(header)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if found.year >= 1990 and found - datetime.now(UTC) < timedelta(days=1) else None


def _read_body(message: Message, letter: Letter) -> None:
    plain: list[str] = []
    rich: list[str] = []
    for part in _leaves(message):
        kind, name = part.get_content_type(), file_name(part)
        inline = not name and part.get_content_disposition() != "attachment"
        if inline and kind in ("text/plain", "text/html"):
            (plain if kind == "text/plain" else rich).append(_text(part))
        elif len(letter.files) < MOST_FILES:
            letter.files.append(_file(part, name, len(letter.files) + 1))
    letter.html = "\n".join(rich)[:LONGEST]
    whole = ("\n".join(plain).strip() or html.to_text(letter.html))[:LONGEST]
    letter.text, letter.quoted = quoting.split(whole)
    letter.files = [one for one in letter.files if one.content]


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something, in order; a mail within a mail is one of them, whole."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting = [one for one in inner if isinstance(one, Message)] + waiting
        elif part.get_content_type() not in ("message/delivery-status", "text/rfc822-headers"):
            found.append(part)
    return found


def _bytes(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\r\n".join(_whole(one) for one in inner if isinstance(one, Message))
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        raw = None
    return raw if isinstance(raw, bytes) else str(inner or "").encode("utf-8", "surrogateescape")


def _whole(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, TypeError, KeyError, AttributeError):
        lines = [f"{name}: {value}" for name, value in message.raw_items()]
        return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n" + _bytes(message)


def _text(part: Message) -> str:
    raw = _bytes(part)
    charset = _parameter(part, "content-type", "charset")
    meta = _META.search(raw[:4000]) if not charset and part.get_content_subtype() == "html" else None
    return charsets.text(raw, meta[1].decode() if meta else charset).replace("\r\n", "\n")


def _parameter(part: Message, header: str, name: str) -> str:
    """A parameter of a header, by RFC 2231, by RFC 2047 (which it must not be, and often is), or bare bytes."""
    try:
        found = part.get_param(name, "", header)
    except (ValueError, IndexError, TypeError):
        return ""
    if isinstance(found, tuple):
        charset, _language, value = found
        return charsets.text(value.encode("latin-1", "ignore"), charset or "")
    return charsets.words(str(found))


def file_name(part: Message) -> str:
    """What a file is called, without any folder."""
    found = _parameter(part, "content-disposition", "filename") or _parameter(part, "content-type", "name")
    return re.split(r"[/\\]", re.sub(r"[\x00-\x1f\x7f]", "", found))[-1].strip()[-200:]


def _file(part: Message, name: str, number: int) -> Attached:
    kind = part.get_content_type()
    usual = ".eml" if kind == "message/rfc822" else mimetypes.guess_extension(kind) or ".bin"
    cid = _header(part, "content-id").strip().strip("<>")
    return Attached(name or f"attachment-{number}{usual}", _bytes(part), cid)
