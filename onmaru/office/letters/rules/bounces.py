"""What a server says of mail it could not deliver (RFC 3464), in fields and never by guessing at words."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any, NamedTuple


class Report(NamedTuple):
    """What became of one address; ``message_id`` is the mail that is spoken of, where it says so."""

    address: str
    status: str
    reason: str
    is_final: bool
    message_id: str
    has_failed: bool = True


def read(message: Message) -> list[Report]:
    """What a delivery report tells of, failures and delays (``has_failed`` False). Empty for every other mail."""
    if message.get_content_type() != "multipart/report":
        return []
    parts = message.get_payload()
    inner = [one for one in parts if isinstance(one, Message)] if isinstance(parts, list) else []
    spoken_of = _original(inner)
    blocks = [
        block
        for one in inner
        if one.get_content_type() == "message/delivery-status"
        for block in (one.get_payload() if isinstance(one.get_payload(), list) else [])
        if isinstance(block, Message)
    ]
    return [
        found for block in blocks if (found := _report(block, spoken_of)) is not None and "@" in found.address
    ]


def _report(block: Message, spoken_of: str) -> Report | None:
    whom = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    action = str(block.get("Action", "")).strip().lower()
    if action not in ("failed", "delayed"):
        return None
    status = re.split(r"[\s(]", str(block.get("Status", "")).strip())[0][:20]
    reason = " ".join(str(block.get("Diagnostic-Code", "")).split())[:500]
    address = whom.rpartition(";")[2].strip().strip("<>").lower()[:254]
    return Report(address, status, reason, not status.startswith("4"), spoken_of, action == "failed")


def _original(parts: list[Message]) -> str:
    """The Message-ID of the mail whose head or whole the report brings back."""
    for one in parts:
        if one.get_content_type() == "text/rfc822-headers":
            head = one.get_payload(decode=True)
            text = head.decode("latin-1") if isinstance(head, bytes) else ""
            found = re.search(r"^message-id:\s*(<[^<>\s]+>)", text, re.IGNORECASE | re.MULTILINE)
            return found[1] if found else ""
        inner = one.get_payload()
        if one.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            found_in: Any = inner[0]
            return str(found_in.get("Message-ID", "")).strip()
    return ""
