"""Which PostgreSQL this process talks to: the embedded one below ONMARU_HOME, or DATABASE_URL."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from onmaru.app import home, postgres

OLDEST = 150000
# What is prepared looks rows up by their keys, so the plan for any key serves all; left to itself the server plans
# some of these statements anew each time, which takes longer than they do.
KEPT_PLANS = "-c plan_cache_mode=force_generic_plan"


class Unfit(RuntimeError):
    """The database cannot serve Onmaru; the message says why and what to do."""


def external() -> str | None:
    """The address of an external PostgreSQL, or None for the embedded one."""
    return os.environ.get("DATABASE_URL") or None


def settings() -> dict[str, Any]:
    """Django's DATABASES["default"]."""
    address = external()
    place = _parsed(address) if address else _embedded()
    # Statements of kernel/sql.py are prepared when they come for the third time; behind a pooler that cannot
    # keep them, ?prepare_threshold= in the address says otherwise.
    place["OPTIONS"] = {"prepare_threshold": 2, "options": KEPT_PLANS} | place.get("OPTIONS", {})
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"CHARSET": "UTF8"},
        **place,
    }


def require_recent(version: int) -> None:
    """Refuse a server older than PostgreSQL 15; `version` is server_version_num."""
    if version < OLDEST:
        raise Unfit(
            f"DATABASE_URL leads to PostgreSQL {version // 10000}; Onmaru needs 15 or newer. "
            "Upgrade that server, or unset DATABASE_URL to use the embedded PostgreSQL."
        )


def _embedded() -> dict[str, Any]:
    cluster = postgres.Cluster(home.directory())
    return {"NAME": postgres.DATABASE, "USER": postgres.ROLE, "HOST": str(cluster.sockets), "PORT": ""}


def _parsed(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise Unfit("DATABASE_URL must look like postgresql://user:password@host:5432/name")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
