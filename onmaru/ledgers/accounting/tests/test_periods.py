"""Years, months and their locks, also when somebody posts while somebody closes."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from onmaru.kernel import identity, refusals
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import accounts, entries, periods, reversals
from onmaru.ledgers.accounting.models import Entry, Period
from onmaru.masters.site import commands as site
from onmaru.masters.site.models import Company
from tests import companies
from tests.companies import BY
from tests.proofs import at_once, clean, credit, debit, post, refused

CLERK = identity.only(BY, "accounting.entry.create")
CHIEF = identity.only(BY, "accounting.entry.create", entries.POST_WHILE_CLOSING)
JANUARY, MARCH = date(2026, 1, 15), date(2026, 3, 10)


def month(company: Company, day: date) -> Period:
    return Period.objects.get(company=company, start_on__lte=day, end_on__gte=day)


def cash(company: Company, on: date, by: identity.Actor = BY) -> Any:
    return post(company, debit("101", "5"), credit("103", "5"), on=on, by=by)


def close_until(company: Company, last: date) -> None:
    for period in Period.objects.filter(company=company, end_on__lte=last).order_by("start_on"):
        periods.close(period, by=BY)


@pytest.mark.django_db
def test_a_year_opens_with_its_twelve_months_once() -> None:
    company = site.companies.create(by=BY, code="A", name="가", fiscal_year_start_month=4)
    year = periods.open_year(company=company, year=2026, by=BY)
    assert (year.start_on, year.end_on) == (date(2026, 4, 1), date(2027, 3, 31))
    months = Period.objects.filter(fiscal_year=year).order_by("start_on")
    assert [(one.start_on, one.end_on) for one in months][10:] == [
        (date(2027, 2, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2027, 3, 31)),
    ]
    with refused(periods.FISCAL_YEAR_EXISTS):
        periods.open_year(company=company, year=2026, by=BY)


@pytest.mark.django_db
def test_a_leap_february_has_its_last_day_and_numbers_follow_the_fiscal_year() -> None:
    company = site.companies.create(by=BY, code="A", name="가", fiscal_year_start_month=4)
    accounts.load_chart(company=company, by=BY)
    periods.ensure_years(company, [date(2028, 2, 29), date(2028, 4, 1), date(2028, 2, 1)], by=BY)
    assert sorted(company.fiscal_years.values_list("year", flat=True)) == [2027, 2028]
    assert cash(company, date(2028, 2, 29)).number == "JE-2027-000001"
    assert cash(company, date(2028, 4, 1)).number == "JE-2028-000001"
    clean()


@pytest.mark.django_db
def test_a_closing_month_is_left_to_those_who_close_it() -> None:
    company = companies.build().company
    period = periods.begin_closing(month(company, MARCH), by=BY)
    assert period.state == "closing"
    with refused(rules.PERIOD_LOCKED, at="posted_on"):
        cash(company, MARCH, CLERK)
    assert cash(company, MARCH, CHIEF).pk
    assert cash(company, date(2026, 4, 1), CLERK).pk
    with refused(refusals.MOVE_NOT_ALLOWED):
        periods.begin_closing(period, by=BY)


@pytest.mark.django_db
def test_a_closed_month_takes_nothing_from_anybody_until_it_is_open_again() -> None:
    company = companies.build().company
    with refused(periods.EARLIER_PERIOD_OPEN):
        periods.close(month(company, MARCH), by=BY)
    close_until(company, date(2026, 3, 31))
    for by in (CLERK, CHIEF, BY):
        with refused(rules.PERIOD_LOCKED):
            cash(company, MARCH, by)
    with refused(rules.PERIOD_LOCKED):
        reversals.reverse(cash(company, date(2026, 4, 1)), posted_on=MARCH, by=BY)
    with refused(refusals.NOT_PERMITTED):
        periods.reopen(month(company, MARCH), by=CHIEF)
    periods.reopen(month(company, MARCH), by=BY)
    assert cash(company, MARCH, CLERK).pk


@pytest.mark.django_db
def test_an_earlier_month_is_not_opened_under_a_closed_later_one() -> None:
    company = companies.build().company
    close_until(company, date(2026, 4, 30))
    with refused(periods.LATER_PERIOD_CLOSED):
        periods.reopen(month(company, MARCH), by=BY)
    assert month(company, MARCH).state == "closed"
    periods.reopen(month(company, date(2026, 4, 1)), by=BY)
    assert periods.reopen(month(company, MARCH), by=BY).state == "open"


@pytest.mark.django_db(transaction=True)
def test_of_reopening_a_month_and_closing_the_next_only_one_succeeds() -> None:
    company = companies.build().company
    close_until(company, date(2026, 3, 31))
    april = month(company, date(2026, 4, 1))
    answers = at_once(
        lambda: periods.reopen(month(company, MARCH), by=BY), lambda: periods.close(april, by=BY)
    )
    assert sum(isinstance(one, refusals.Refused) for one in answers) == 1
    assert {month(company, MARCH).state, month(company, april.start_on).state} in (
        {"open"},
        {"closed"},
    )


@pytest.mark.django_db
def test_the_months_of_one_company_are_no_others_business() -> None:
    company = companies.build().company
    other = site.companies.create(by=BY, code="B", name="나")
    periods.open_year(company=other, year=2024, by=BY)
    assert periods.close(month(company, date(2025, 1, 1)), by=BY).state == "closed"
    stranger = identity.Actor(1, "x", frozenset({"*"}), frozenset({other.pk}))
    with refused(refusals.NOT_FOUND):
        periods.reopen(month(company, date(2025, 1, 1)), by=stranger)


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_posting_under_way_and_the_next_one_is_refused() -> None:
    company = companies.build().company
    period = month(company, date(2025, 1, 10))
    posted, closed = threading.Event(), threading.Event()
    answers: list[Any] = []

    def close() -> None:
        posted.wait()
        answers.append(periods.close(period, by=BY).state)
        closed.set()
        connections.close_all()

    def late() -> None:
        # Comes while closing waits: it must see the month as closed when its turn comes.
        posted.wait()
        threading.Event().wait(0.2)
        try:
            answers.append(cash(company, date(2025, 1, 20)))
        except Refused as error:
            answers.append(error.codes)
        connections.close_all()

    threads = [threading.Thread(target=close), threading.Thread(target=late)]
    for thread in threads:
        thread.start()
    with transaction.atomic():
        cash(company, date(2025, 1, 10))
        posted.set()
        assert not closed.wait(0.5), "the month was closed over a posting that had not finished"
    for thread in threads:
        thread.join()
    assert Period.objects.get(pk=period.pk).state == "closed"
    if ["period_locked"] in answers:
        assert Entry.objects.count() == 1
    # A posting that shares the lock before the closer gets it may still go through: never afterwards.
    assert "closed" in answers and len(answers) == 2
    with refused(rules.PERIOD_LOCKED):
        cash(company, date(2025, 1, 10))
    clean()


@pytest.mark.django_db(transaction=True)
def test_no_posting_is_later_than_the_close_however_they_race() -> None:
    company = companies.build().company
    first = list(Period.objects.filter(company=company, start_on__year=2025).order_by("start_on"))
    for period in first[:5]:
        day = period.start_on

        def clerk(day: date = day) -> list[str]:
            done = []
            for _turn in range(6):
                try:
                    done.append(cash(company, day).pk)
                except Refused as error:
                    return [*done, error.codes[0]]
            return done

        *clerks, state = at_once(clerk, clerk, clerk, partial(periods.close, period, by=BY))
        assert state.state == "closed"
        before = Entry.objects.filter(period=period).count()
        posted = [one for answers in clerks for one in answers if one != "period_locked"]
        assert len(posted) == before
        with refused(rules.PERIOD_LOCKED):
            cash(company, day)
    clean()
