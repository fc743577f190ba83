"""Signals to open pages: a word in PostgreSQL's ear, heard by every process that holds streams, at the commit."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import connection

CHANNEL = "onmaru_live"


def signal(topic: str, **facts: Any) -> None:
    """Say ``facts`` (ids, never data) to the pages that listen to ``topic``; nobody hears it unless it commits.

    Topics are ``person:7`` and, of a record, its kind and key: ``sales.order:12``. PostgreSQL takes 8,000 bytes.
    """
    said = orjson.dumps({"to": topic, **facts}).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, said])
