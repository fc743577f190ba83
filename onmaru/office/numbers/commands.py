"""How a company writes the numbers of its documents, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import NumberFormat
from onmaru.masters.site.models import Company
from onmaru.office.numbers import queries, rules
from onmaru.office.packages import ports as packages


def bring(by: Actor, given: Mapping[str, Any]) -> NumberFormat:
    """A format as a file says, from today on. Raises Refused; a company that is not there is not found."""
    company = packages.company(given, by)
    said: dict[str, Any] = {name: str(given.get(name) or "") for name in ("series", "pattern")}
    made: NumberFormat = create(by=by, today=calendars.today(), company=company, **said)
    return made


@commands.command(label=_("Set number format"), model=NumberFormat)
def create(
    *, by: Actor, today: date, company: Company, series: str, pattern: str, starts_on: date | None = None
) -> NumberFormat:
    """Write the numbers of a series as ``pattern`` says, from a day on (today). Numbers given stay as they are.

    ``SO-{year}-{number:6}``; with {month} a series counts from one each month, without gaps all the same. Refuses
    what would make two numbers alike, and a day that has passed.
    """
    starts_on = starts_on or today
    known = queries.patterns(company.pk)
    others = [one for name, said in known.items() if name != series for one in said]
    refusals.check(
        [
            rules.SERIES_UNKNOWN("series", series=series[:20], known=", ".join(known))
            if series not in known
            else None,
            rules.FORMAT_IN_THE_PAST("starts_on") if starts_on < today else None,
            *rules.check_format(pattern, series, others),
        ]
    )
    return NumberFormat.objects.create(
        company_id=company.pk,
        series=series,
        pattern=pattern,
        by_month="{month}" in pattern,
        starts_on=starts_on,
        made_by=by.name,
    )
