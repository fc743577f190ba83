"""The number that a page of an error shows, and by which the administrator finds it in the log."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8


def of(request: HttpRequest) -> str:
    """The request's number, given when it is first asked for: easy to read out, without 0, O, 1, I and L."""
    if not hasattr(request, "reference"):
        request.reference = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))  # type: ignore[attr-defined]
    return str(request.reference)  # type: ignore[attr-defined]


class Named(logging.Filter):
    """Puts the number of the request that a line of the log is about before it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass."""
        reference = getattr(getattr(record, "request", None), "reference", "")
        if reference:
            record.msg = f"[{reference}] {record.msg}"
        return True
