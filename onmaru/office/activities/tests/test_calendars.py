"""Calendars both ways: what goes out comes in again the same, what others write is understood or left and told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from icalendar import Calendar

from onmaru.kernel import identity
from onmaru.kernel.models import Role, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Party
from onmaru.office.activities import commands
from onmaru.office.activities.commands import calendars
from onmaru.office.activities.models import Activity
from onmaru.office.activities.queries import days

DAY = date(2026, 11, 27)
FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//Else//EN
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20251102T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@else
SUMMARY:Call with New York
DTSTART;TZID=America/New_York:20261201T200000
DTEND;TZID=America/New_York:20261201T204500
END:VEVENT
BEGIN:VEVENT
UID:b@else
SUMMARY:휴무
DTSTART;VALUE=DATE:20261224
RRULE:FREQ=YEARLY
END:VEVENT
BEGIN:VTODO
UID:c@else
SUMMARY:부가세 신고
DUE;VALUE=DATE:20270125
END:VTODO
BEGIN:VEVENT
UID:d@else
SUMMARY:Every other Tuesday
DTSTART:20261201T010000Z
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def bring(content: bytes, person: User) -> calendars.Brought:
    return calendars.bring(content, by=identity.actor(person), today=DAY)


def test_a_foreign_calendar_comes_in_once(clerk: User) -> None:
    assert bring(FOREIGN, clerk) == (3, 0, ["Every other Tuesday"])
    call = Activity.objects.get(uid="a@else")
    assert (call.starts_at, call.due_on, call.minutes) == (
        datetime(2026, 12, 2, 1, 0, tzinfo=UTC),
        date(2026, 12, 2),
        45,
    )
    assert Activity.objects.get(uid="b@else").repeats == "yearly"
    assert Activity.objects.get(uid="c@else").kind == "task"
    last = FOREIGN.replace(b"RRULE:FREQ=YEARLY", b"RRULE:FREQ=YEARLY;UNTIL=20291223T230000Z")
    bring(last, clerk)
    assert Activity.objects.get(uid="b@else").repeats_until == date(2029, 12, 24)
    assert bring(FOREIGN.replace(b"Call with", b"Meeting in"), clerk)[:2] == (0, 3)
    assert Activity.objects.get(uid="a@else").title == "Meeting in New York"


def test_what_goes_out_comes_in_again_the_same(clerk: User, mate: User) -> None:
    me, moment = identity.actor(clerk), datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    said: dict[str, Any] = {"by": me, "today": DAY, "kind": "meeting"}
    until = date(2027, 6, 30)
    weekly: dict[str, Any] = {"starts_at": moment, "repeats": "weekly", "repeats_until": until}
    commands.activities.create(title="주간 회의", minutes=50, **weekly, **said)
    commands.activities.create(title="월마감", due_on=DAY, repeats="monthly", repeats_until=until, **said)
    commands.activities.create(title="매일", repeats="workdays", remind="10", **said)
    assert bring(days.calendar(clerk, DAY), mate) == (3, 0, [])
    names = ("title", "due_on", "starts_at", "minutes", "repeats", "repeats_until", "kind", "uid")
    mine, theirs = (
        list(Activity.objects.filter(person=one).order_by("id").values(*names)) for one in (clerk, mate)
    )
    assert [one | {"minutes": None} for one in mine] == [one | {"minutes": None} for one in theirs]
    assert theirs[0]["minutes"] == 50


def test_a_series_is_of_the_days_of_its_place(clerk: User) -> None:
    """Eight o'clock in Seoul is the day before in Greenwich: workdays there would be Tuesday to Saturday here."""
    eight = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    said: dict[str, Any] = {"starts_at": eight, "repeats": "workdays", "repeats_until": date(2026, 12, 4)}
    commands.activities.create(title="조회", by=identity.actor(clerk), today=DAY, **said)

    shown = Calendar.from_ical(days.calendar(clerk, DAY))

    event: Any = shown.walk("VEVENT")[0]
    assert event["dtstart"].params["TZID"] == "Asia/Seoul"
    assert [str(one["TZID"]) for one in shown.walk("VTIMEZONE")] == ["Asia/Seoul"]
    days_of = rrulestr(event["rrule"].to_ical().decode(), dtstart=event["dtstart"].dt)
    assert [one.strftime("%a %H:%M") for one in days_of] == [
        f"{day} 08:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
    ]


@pytest.mark.parametrize("content", [b"", b"no calendar", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused(clerk: User, content: bytes) -> None:
    with pytest.raises(Refused, match="calendar_unreadable"):
        bring(content, clerk)


def test_a_calendar_too_long_is_refused(clerk: User) -> None:
    with pytest.raises(Refused, match="calendar_too_long"):
        bring(b"x" * (calendars.LONGEST + 1), clerk)


def test_a_secret_address_shows_ones_own_until_it_is_ended(party: Party, clerk: User) -> None:
    commands.activities.create(
        title="전화", subject_kind="party.party", subject_id=party.pk, by=identity.actor(clerk), today=DAY
    )
    browser, program = Browser(), Browser()
    browser.force_login(clerk)
    page = browser.post("/day/calendar", {"open": "1"}, follow=True).content.decode()
    address = page.split("http://testserver")[1].split(".ics")[0] + ".ics"
    shown = Calendar.from_ical(program.get(address).content)
    (event,) = shown.walk("VEVENT")
    assert str(event["summary"]) == "전화" and "한빛상사" in str(event["description"])
    Role.objects.filter(code="clerk").update(permissions=[])
    assert "한빛상사" not in program.get(address).content.decode()
    file = SimpleUploadedFile("a.ics", FOREIGN)
    assert (
        "Every other Tuesday" in browser.post("/day/calendar", {"file": file}, follow=True).content.decode()
    )
    browser.post("/day/calendar", {"close": "1"})
    assert program.get(address).status_code == 404
