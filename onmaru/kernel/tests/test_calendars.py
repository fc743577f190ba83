"""Calendars: Korean working days, checked against an independent list of holidays."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import calendars, refusals

DATA = (
    Path(os.environ.get("ONMARU_DATA", "../shared/data")) / "korea/holidays/public_holidays_2018_2027.csv.gz"
)
OWN = {
    day.on: day
    for day in (
        calendars.SpecialDay(date(2026, 11, 2), "창립기념일", "company"),
        calendars.SpecialDay(date(2026, 11, 7), "대체 근무", "company", works=True),
    )
}


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 1), False),
        (date(2025, 5, 1), False),
        (date(2026, 7, 17), False),
        (date(2025, 7, 17), True),
        (date(2026, 8, 17), False),
        (date(2026, 10, 5), False),
        (date(2027, 5, 3), False),
        (date(2027, 7, 19), False),
        (date(2026, 6, 3), False),
        (date(2026, 7, 18), False),
        (date(2026, 7, 20), True),
    ],
)
def test_korean_days(day, works):
    assert calendars.is_working(day) is works


def test_every_holiday_names_its_source_in_both_languages():
    day = calendars.special(date(2026, 7, 17))
    assert day is not None and day.name == "제헌절" and day.source.startswith("holidays ")
    named = calendars.special(date(2026, 7, 17), language="en")
    assert named is not None and named.name == "Constitution Day"
    assert calendars.special(date(2026, 7, 16)) is None


def test_own_days_win():
    assert not calendars.is_working(date(2026, 11, 2), OWN)
    assert calendars.is_working(date(2026, 11, 7), OWN)
    assert calendars.next_working(date(2026, 11, 7), OWN) == date(2026, 11, 7)
    assert calendars.special(date(2026, 11, 2), OWN) == OWN[date(2026, 11, 2)]


def test_counting_over_the_autumn_holidays():
    assert calendars.next_working(date(2026, 9, 24)) == date(2026, 9, 28)
    assert calendars.add_working_days(date(2026, 9, 23), 1) == date(2026, 9, 28)
    assert calendars.add_working_days(date(2026, 9, 28), -1) == date(2026, 9, 23)
    assert calendars.add_working_days(date(2026, 9, 26), 0) == date(2026, 9, 26)
    assert calendars.working_days_between(date(2026, 9, 23), date(2026, 10, 6)) == 6


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(-300, 300))
def test_between_undoes_add(day, count):
    assert calendars.working_days_between(day, calendars.add_working_days(day, count, OWN), OWN) == count


def test_other_countries_have_their_own_week():
    assert not calendars.is_working(date(2026, 7, 3), country="US")
    assert calendars.is_working(date(2026, 7, 17), country="US")
    assert not calendars.is_working(date(2026, 7, 17), country="SA")


def test_a_country_without_a_calendar_is_refused():
    with pytest.raises(refusals.Refused) as refused:
        calendars.is_working(date(2026, 1, 1), country="XX")
    assert refused.value.codes == ["calendar_unknown"]


@pytest.mark.skipif(not DATA.exists(), reason=f"the list of holidays to compare with is not at {DATA}")
@pytest.mark.parametrize("year", range(2018, 2028))
def test_agrees_with_the_official_almanac(year):
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        listed = {
            date.fromisoformat(row["date"])
            for row in csv.DictReader(lines)
            if row["date"].startswith(str(year))
        }
    ours = {day.on for day in calendars.public_holidays("KR", year).values() if day.source.endswith("public")}
    assert ours == listed
