"""Opening fiscal years, and locking their months by role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.models import FiscalYear, Period
from onmaru.masters.site.models import Company

FISCAL_YEAR_EXISTS = refusals.reason("fiscal_year_exists", _("Fiscal year {year} is open already."))
EARLIER_PERIOD_OPEN = refusals.reason("earlier_period_open", _("{month} must be closed first."))
LATER_PERIOD_CLOSED = refusals.reason("later_period_closed", _("{month} must be reopened first."))

State = Period.State


@commands.command(label=_("Open fiscal year"), model=FiscalYear)
def open_year(*, company: Company, year: int, by: Actor) -> FiscalYear:
    """Open a fiscal year with its twelve monthly periods. Refuses a year that is open already."""
    if FiscalYear.objects.filter(company=company, year=year).exists():
        raise refusals.Refused(FISCAL_YEAR_EXISTS("year", year=year))
    months = rules.months_of(year, company.fiscal_year_start_month)
    opened = FiscalYear.objects.create(
        company=company, year=year, start_on=months[0][0], end_on=months[-1][1]
    )
    Period.objects.bulk_create(
        Period(company=company, fiscal_year=opened, start_on=first, end_on=last) for first, last in months
    )
    return opened


def ensure_years(company: Company, days: Sequence[date], *, by: Actor) -> None:
    """Open the fiscal years that ``days`` fall in and that are not open yet."""
    wanted = {rules.fiscal_year_of(day, company.fiscal_year_start_month) for day in days}
    existing = set(FiscalYear.objects.filter(company=company).values_list("year", flat=True))
    for year in sorted(wanted - existing):
        open_year(company=company, year=year, by=by)


def _wait_for_postings(period: Period) -> None:
    """Lock the row against its KEY SHARE holders: postings under way finish first, later ones see the new state."""
    Period.objects.select_for_update().get(pk=period.pk)


@commands.command(label=_("Begin closing"), model=Period, move=(State.OPEN, State.CLOSING))
def begin_closing(period: Period, *, by: Actor) -> Period:
    """Leave posting in this month to those who may post while closing."""
    _wait_for_postings(period)
    return period


@commands.command(
    label=_("Close"), model=Period, move=((State.OPEN, State.CLOSING), State.CLOSED), primary=True
)
def close(period: Period, *, by: Actor) -> Period:
    """Close a month for everyone. Refuses while an earlier month is not closed."""
    _wait_for_postings(period)
    earlier = Period.objects.filter(company=period.company_id, start_on__lt=period.start_on).exclude(
        state=State.CLOSED
    )
    first = earlier.order_by("start_on").first()
    if first is not None:
        raise refusals.Refused(EARLIER_PERIOD_OPEN(month=first))
    return period


@commands.command(
    label=_("Reopen"), model=Period, move=((State.CLOSING, State.CLOSED), State.OPEN), danger=True
)
def reopen(period: Period, *, by: Actor) -> Period:
    """Open a month again; the audit keeps who did. Refuses while a later month is closed: its figures rest on this."""
    later = Period.objects.filter(company=period.company_id, start_on__gt=period.start_on)
    # The next month is locked first, so that nobody closes it meanwhile on the strength of this one.
    later.select_for_update(no_key=True).order_by("start_on").first()
    last = later.filter(state=State.CLOSED).order_by("-start_on").first()
    if last is not None:
        raise refusals.Refused(LATER_PERIOD_CLOSED(month=last))
    return period
