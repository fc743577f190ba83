"""How often somebody may ask: a bucket of requests that fills by the minute, shared by every process of the house."""

from __future__ import annotations

import math

from onmaru.kernel import sql

# An unlogged table: after a crash the buckets are full again, and no request waits for the disk.
_TAKE = """
INSERT INTO kernel_bucket AS b (key, level, at) VALUES (%(key)s, %(rate)s::float8 - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
  level = greatest(-1, least(%(rate)s::float8,
    b.level + %(rate)s::float8 / 60 * extract(epoch FROM clock_timestamp() - b.at)) - 1),
  at = clock_timestamp()
RETURNING level
"""


def wait(key: str, *, per_minute: int) -> int:
    """Take one request out of the bucket of ``key``; the seconds to wait when it was empty, else 0."""
    row = sql.one(_TAKE, {"key": key, "rate": per_minute})
    level = row[0] if row else 0
    return math.ceil(-level * 60 / per_minute) if level < 0 else 0
