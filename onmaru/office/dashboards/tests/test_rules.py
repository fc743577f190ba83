"""Days that are compared, and mailings that are due."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from onmaru.office.dashboards import rules
from onmaru.workbench.phrases import Span

NOW = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("span", "against", "now", "before"),
    [
        # A month that still runs is compared with as many days of last year's.
        (
            (date(2026, 11, 1), date(2026, 11, 30)),
            "year",
            (date(2026, 11, 1), NOW),
            (date(2025, 11, 1), date(2025, 11, 27)),
        ),
        (
            (date(2026, 11, 26), date(2026, 11, 26)),
            "before",
            (date(2026, 11, 26), date(2026, 11, 26)),
            (date(2026, 11, 25), date(2026, 11, 25)),
        ),
        (
            (date(2024, 2, 29), date(2024, 2, 29)),
            "year",
            (date(2024, 2, 29), date(2024, 2, 29)),
            (date(2023, 2, 28), date(2023, 2, 28)),
        ),
    ],
)
def test_days_are_compared_with_as_many(span: tuple, against: str, now: tuple, before: tuple) -> None:
    assert rules.compared(Span(*span), against, NOW) == (Span(*now), Span(*before))


@pytest.mark.parametrize(
    ("every", "at", "sent", "due"),
    [
        ("day", "2026-11-27 07:00", None, True),
        ("day", "2026-11-27 06:59", None, False),
        ("day", "2026-11-27 09:00", NOW, False),
        ("day", "2026-11-28 07:30", NOW, True),
        ("week", "2026-11-27 08:00", None, False),
        ("week", "2026-11-30 08:00", NOW, True),
        ("month", "2026-11-30 08:00", None, False),
        ("month", "2026-12-01 08:00", NOW, True),
        # Monday, or the first, went by with the house asleep.
        ("week", "2026-12-02 08:00", date(2026, 11, 23), True),
        ("week", "2026-12-02 08:00", date(2026, 11, 30), False),
        ("week", "2026-12-02 06:00", date(2026, 11, 23), False),
        ("month", "2026-12-03 08:00", date(2026, 11, 3), True),
        ("month", "2026-12-03 08:00", date(2026, 12, 2), False),
    ],
)
def test_a_mailing_is_due_once_on_its_day(every: str, at: str, sent: date | None, *, due: bool) -> None:
    assert rules.is_due(every, 7, sent, datetime.fromisoformat(at)) is due
