"""Days and amounts as people say them."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from onmaru.workbench import phrases

TODAY = date(2026, 11, 27)  # a Friday


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("오늘", (2026, 11, 27), (2026, 11, 27)),
        ("Yesterday", (2026, 11, 26), (2026, 11, 26)),
        ("이번 주", (2026, 11, 23), (2026, 11, 29)),
        ("last week", (2026, 11, 16), (2026, 11, 22)),
        ("지난달", (2026, 10, 1), (2026, 10, 31)),
        ("지난 달", (2026, 10, 1), (2026, 10, 31)),
        ("next month", (2026, 12, 1), (2026, 12, 31)),
        ("전분기", (2026, 7, 1), (2026, 9, 30)),
        ("next quarter", (2027, 1, 1), (2027, 3, 31)),
        ("올해", (2026, 1, 1), (2026, 12, 31)),
        ("last year", (2025, 1, 1), (2025, 12, 31)),
        ("최근 30일", (2026, 10, 29), (2026, 11, 27)),
        ("last 2 weeks", (2026, 11, 14), (2026, 11, 27)),
        ("최근 3개월", (2026, 8, 28), (2026, 11, 27)),
        ("next 7 days", (2026, 11, 28), (2026, 12, 4)),
        ("2분기", (2026, 4, 1), (2026, 6, 30)),
        ("Q2 2025", (2025, 4, 1), (2025, 6, 30)),
        ("2025년 4분기", (2025, 10, 1), (2025, 12, 31)),
        ("3월", (2026, 3, 1), (2026, 3, 31)),
        ("2024년 2월", (2024, 2, 1), (2024, 2, 29)),
        ("March 2026", (2026, 3, 1), (2026, 3, 31)),
        ("feb", (2026, 2, 1), (2026, 2, 28)),
        ("2026-03", (2026, 3, 1), (2026, 3, 31)),
        ("하반기", (2026, 7, 1), (2026, 12, 31)),
        ("2025년", (2025, 1, 1), (2025, 12, 31)),
        ("2025", (2025, 1, 1), (2025, 12, 31)),
    ],
)
def test_a_phrase_means_days(said, first, last):
    found = phrases.days(said)
    assert found is not None
    assert found.span(TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize("said", ["", "2026-03-15", "13월", "5분기", "언젠가", "last 0 days", "Q2 26", "월"])
def test_what_is_no_phrase_of_days_is_none(said):
    assert phrases.days(said) is None


def test_a_phrase_moves_with_the_calendar_over_the_end_of_a_year():
    last_month = phrases.days("지난달")
    assert last_month is not None
    assert last_month.span(date(2027, 1, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("said", "korean", "english"),
    [
        ("last month", "지난달", "last month"),
        ("최근 30일", "최근 30일", "last 30 days"),
        ("Q2 2025", "2025년 2분기", "Q2 2025"),
        ("3월", "3월", "March"),
        ("2025", "2025년", "2025"),
    ],
)
def test_a_phrase_is_read_back_in_the_language_of_its_reader(said, korean, english):
    for language, words in (("ko", korean), ("en", english)):
        with translation.override(language):
            found = phrases.days(said)
            assert found is not None
            assert str(found.words) == words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("> 1000000", [("gt", "1000000")]),
        (">=1,500.50", [("gte", "1500.50")]),
        ("백만 이상", [("gte", "1000000")]),
        ("3천만원 미만", [("lt", "30000000")]),
        ("1억 이하", [("lte", "100000000")]),
        ("1.5m or less", [("lte", "1500000")]),
        ("100~200", [("gte", "100"), ("lte", "200")]),
        ("10만부터 20만까지", [("gte", "100000"), ("lte", "200000")]),
        ("-5 to 5", [("gte", "-5"), ("lte", "5")]),
        ("1000", []),
        ("이상", []),
        ("~", []),
        ("많이", []),
    ],
)
def test_a_phrase_bounds_a_number(said, meant):
    assert phrases.bounds(said) == [(test, Decimal(number)) for test, number in meant]


def test_emptiness_is_said_in_both_languages():
    assert [phrases.emptiness(one) for one in ("비어 있음", "empty", "Not empty", "있음", "어제")] == [
        True,
        True,
        False,
        False,
        None,
    ]
