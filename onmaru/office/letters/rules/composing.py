"""A mail to be sent, as the bytes that go over the line."""

from __future__ import annotations

import base64
import html
import mimetypes
from collections.abc import Iterable
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, getaddresses
from typing import NamedTuple

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

SIGNED = [b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references"]
BITS = 2048
Unwritable = (ValueError, LookupError, dkim.DKIMException)


class Key(NamedTuple):
    """A key pair of DKIM (RFC 6376): the private half as PEM, the public half as its record in the name server."""

    private: str
    record: str


def new_key() -> Key:
    """A new one."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    public = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")


def letter(
    *,
    sender: str,
    to: Iterable[str],
    cc: Iterable[str],
    title: str,
    text: str,
    at: datetime,
    message_id: str,
    answers: str,
    references: Iterable[str],
    files: Iterable[tuple[str, bytes]],
    picture: str = "",
) -> EmailMessage:
    """The message. ``picture`` is the address of a picture whose fetching is counted, or nothing."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = _encoded([sender]), _encoded(to)
    if copies := _encoded(cc):
        message["Cc"] = copies
    message["Subject"] = " ".join(title.split())
    message["Date"], message["Message-ID"] = format_datetime(at), message_id
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = " ".join([*references, answers])
    message.set_content(text)
    if picture:
        shown = html.escape(text).replace("\n", "<br>")
        body = (
            f'<html><body><div>{shown}</div><img src="{picture}" width="1" height="1" alt=""></body></html>'
        )
        message.add_alternative(body, subtype="html")
    for name, content in files:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def _encoded(addresses: Iterable[str]) -> str:
    return ", ".join(formataddr(pair) for pair in getaddresses(list(addresses)))


def signed(raw: bytes, *, domain: str, selector: str, key: str) -> bytes:
    """The bytes under a signature of the sending domain."""
    head: bytes = dkim.sign(raw, selector.encode(), domain.encode(), key.encode(), include_headers=SIGNED)
    return head + raw
