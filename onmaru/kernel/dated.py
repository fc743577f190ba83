"""Rules of the house that a company may set otherwise, from a day on and with a reason."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.functional import Promise

from onmaru.kernel import kinds
from onmaru.kernel.kinds import Setting
from onmaru.kernel.models import DatedSetting


def declare(code: str, label: str | Promise, default: str, source: str) -> Setting:
    """Declare a setting by its code, with the law or guideline behind its default."""
    kinds.declared[code] = Setting(code, label, default, source)
    return kinds.declared[code]


def value(code: str, default: str, *, on: date, company_id: int | None = None) -> str:
    """What is set on a day: by the company itself, else for all of them, else ``default``."""
    rows = DatedSetting.objects.filter(code=code, starts_on__lte=on)
    own = rows.filter(models.Q(company_id=company_id) | models.Q(company_id=None))
    # A company's own word goes before the one for all; of several the latest.
    first = own.order_by(models.F("company_id").asc(nulls_last=True), "-starts_on", "-id").first()
    return first.value if first else default
