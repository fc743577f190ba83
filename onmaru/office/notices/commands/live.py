"""Signals to open pages: a word in PostgreSQL's ear, heard by every process that holds streams, at the commit."""

from __future__ import annotations

from typing import Any

import orjson

from onmaru.kernel import sql

CHANNEL = "onmaru_live"


def signal(topic: str, **facts: Any) -> None:
    """Say ``facts`` (ids, never data) to the pages that listen to ``topic``; nobody hears it unless it commits.

    Topics are ``person:7`` and, of a record, its kind and key: ``sales.order:12``. PostgreSQL takes 8,000 bytes.
    """
    sql.rows("SELECT pg_notify(%s::text, %s::text)", [CHANNEL, orjson.dumps({"to": topic, **facts}).decode()])
