"""Rules of the house that a company may set otherwise, from a day on and with a reason."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise

from onmaru.kernel import kinds, sql
from onmaru.kernel.kinds import Setting


def declare(code: str, label: str | Promise, default: str, source: str) -> Setting:
    """Declare a setting by its code, with the law or guideline behind its default."""
    kinds.declared[code] = Setting(code, label, default, source)
    return kinds.declared[code]


def value(code: str, default: str, *, on: date, company_id: int | None = None) -> str:
    """What is set on a day: by the company itself, else for all of them, else ``default``."""
    # A company's own word goes before the one for all; of several the latest.
    first = sql.one(
        "SELECT value FROM kernel_datedsetting WHERE code = %s AND starts_on <= %s AND (company_id = %s::bigint"
        " OR company_id IS NULL) ORDER BY company_id NULLS LAST, starts_on DESC, id DESC LIMIT 1",
        [code, on, company_id],
    )
    return str(first[0]) if first else default
