"""Stretches of time."""

from __future__ import annotations

from datetime import date

import pytest

from onmaru.office.faces import rules

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1)),
        ("2025", date(2025, 1, 1)),
        ("", TODAY),
        ("2026-13", TODAY),
        ("0001-01-01", TODAY),
        ("어제", TODAY),
    ],
)
def test_an_address_names_a_day(text: str, day: date) -> None:
    assert rules.day_of(text, TODAY) == day


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("day", date(2026, 11, 25), date(2026, 11, 25)),
        ("week", date(2026, 11, 22), date(2026, 11, 28)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_stretch_has_a_first_and_a_last_day(span: str, first: date, last: date) -> None:
    assert rules.within(date(2026, 11, 25), span) == (first, last)


def test_a_step_from_the_last_day_stays_in_the_month() -> None:
    assert rules.stepped(date(2024, 1, 31), "month", 1) == date(2024, 2, 29)
    assert rules.stepped(date(2026, 1, 1), "quarter", -1) == date(2025, 10, 1)
    assert rules.stepped(date(2026, 1, 1), "week", -1) == date(2025, 12, 25)


def test_a_month_is_whole_weeks_from_sunday_on() -> None:
    weeks = rules.weeks(date(2026, 12, 1), date(2026, 12, 31))
    assert [week[0] for week in weeks][:2] == [date(2026, 11, 29), date(2026, 12, 6)]
    assert weeks[-1][-1] == date(2027, 1, 2)
    assert all(len(week) == 7 for week in weeks)


def test_the_database_begins_its_week_on_monday() -> None:
    assert rules.part_of(date(2026, 11, 23), "week") == (date(2026, 11, 23), date(2026, 11, 29))
    assert rules.part_of(date(2026, 10, 1), "quarter") == (date(2026, 10, 1), date(2026, 12, 31))
