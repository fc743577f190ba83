"""Quiet hours, snoozing, the hour of the digest, and to whom a push may be posted."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from onmaru.kernel.refusals import Refused
from onmaru.office.notices import rules

SEOUL = ZoneInfo("Asia/Seoul")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("now", "quiet_from", "quiet_until", "heard"),
    [
        (at(27, 12), None, None, at(27, 12)),
        (at(27, 12), time(12), time(13), at(27, 13)),
        (at(27, 13), time(12), time(13), at(27, 13)),
        (at(27, 23), time(22), time(7), at(28, 7)),
        (at(28, 6, 59), time(22), time(7), at(28, 7)),
        (at(28, 7), time(22), time(7), at(28, 7)),
        (at(28, 9), time(9), time(9), at(28, 9)),
    ],
)
def test_what_falls_into_quiet_hours_is_heard_at_their_end(
    now: datetime, quiet_from: time | None, quiet_until: time | None, heard: datetime
) -> None:
    assert rules.heard_at(now, quiet_from, quiet_until) == heard


def test_snoozing_is_by_the_clock_of_the_person() -> None:
    friday = at(27, 16, 30)
    assert rules.snoozed_until("hour", friday) == at(27, 17, 30)
    assert rules.snoozed_until("tomorrow", friday) == at(28, 9)
    assert rules.snoozed_until("week", friday) == at(30, 9)
    assert rules.snoozed_until("week", at(30, 8)) == datetime(2026, 12, 7, 9, tzinfo=SEOUL)
    with pytest.raises(Refused) as refused:
        rules.snoozed_until("never", friday)
    assert refused.value.codes == ["snooze_unknown"]


def test_a_digest_goes_out_once_a_day() -> None:
    assert not rules.is_digest_due(at(27, 8, 29), time(8, 30), None)
    assert rules.is_digest_due(at(27, 8, 30), time(8, 30), date(2026, 11, 26))
    assert not rules.is_digest_due(at(27, 23), time(8, 30), date(2026, 11, 27))


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("http://fcm.googleapis.com/fcm/send/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilpush.services.mozilla.com.example/x", False),
        ("https://10.0.0.1/x", False),
        ("http://127.0.0.1/x", False),
    ],
)
def test_pushes_go_to_push_services_only(endpoint: str, known: bool) -> None:
    services = ["fcm.googleapis.com", ".push.services.mozilla.com"]
    assert rules.is_push_service(endpoint, services) is known
