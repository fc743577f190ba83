"""Days off that a company or the whole group keeps besides the public ones."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.site.models import Holiday


@commands.command(label=_("New holiday"), model=Holiday)
def create(*, by: Actor, **values: Any) -> Holiday:
    """Keep a day off: for one company, or without a company for the whole group."""
    holiday = records.fill(Holiday(), values)
    holiday.save()
    return holiday


@commands.command(label=_("Edit"), model=Holiday)
def edit(holiday: Holiday, *, by: Actor, **values: Any) -> Holiday:
    """Change the day or the name of a day off. Whose it is stands."""
    refusals.check([*records.fixed(holiday, values, "company"), *records.problems(holiday, values)])
    return holiday
