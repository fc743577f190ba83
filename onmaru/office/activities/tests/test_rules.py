"""When an activity comes again, and when it is reminded of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from onmaru.office.activities import rules


@pytest.mark.parametrize(
    ("anchor", "repeats", "after", "expected"),
    [
        (date(2026, 1, 31), "monthly", date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), "monthly", date(2026, 2, 28), date(2026, 3, 31)),
        (date(2024, 2, 29), "yearly", date(2026, 11, 27), date(2027, 2, 28)),
        (date(2024, 2, 29), "yearly", date(2027, 2, 28), date(2028, 2, 29)),
        (date(2026, 11, 2), "weekly", date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 2), "daily", date(2026, 11, 27), date(2026, 11, 28)),
        (date(2026, 11, 2), "workdays", date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 9, 1), "workdays", date(2026, 9, 23), date(2026, 9, 28)),  # 추석 2026-09-24 to 26
        (date(2026, 12, 31), "monthly", date(2026, 11, 1), date(2027, 1, 31)),
    ],
)
def test_a_series_keeps_the_day_of_its_anchor(
    anchor: date, repeats: str, after: date, expected: date
) -> None:
    assert rules.next_due(anchor, repeats, after) == expected


def test_reminders_come_before_the_moment_or_before_nine_in_the_morning() -> None:
    seoul = ZoneInfo("Asia/Seoul")
    moment = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    assert rules.remind_at(date(2026, 11, 27), moment, "10", seoul) == datetime(
        2026, 11, 27, 4, 50, tzinfo=UTC
    )
    assert rules.remind_at(date(2026, 11, 27), None, "1440", seoul) == datetime(
        2026, 11, 26, 0, 0, tzinfo=UTC
    )
    assert rules.remind_at(date(2026, 11, 27), None, "", seoul) is None
