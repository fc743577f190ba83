"""Telling people: whom, how, once; and what they do with it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.models import Party
from onmaru.office.notices import commands, queries
from onmaru.office.notices.models import Choice, Device, Hours, Notice

tell = commands.notices.tell


def test_people_are_told_in_their_language_who_may_see_it(
    by: Actor, kind: str, clerk: User, stranger: User, party: Party
) -> None:
    english = User.objects.create_user("boss", is_superuser=True, language="en")

    tell([clerk, stranger, english], kind, party, _("Notices"), by=by, excerpt="x" * 400)

    assert dict(Notice.objects.values_list("person__username", "words")) == {
        "clerk": "알림",
        "boss": "Notices",
    }
    assert len(Notice.objects.first().excerpt) == 300  # type: ignore[union-attr]


def test_the_same_is_told_once_and_not_to_who_did_it(by: Actor, kind: str, clerk: User, party: Party) -> None:
    for _turn in range(2):
        tell([clerk], kind, party, "a", by=by, once="same")
    assert Notice.objects.count() == 1
    assert tell([clerk], kind, party, "a", by=identity.actor(clerk)) == []


def test_each_kind_comes_by_the_ways_its_person_chose(by: Actor, kind: str, clerk: User) -> None:
    me = identity.also(identity.actor(clerk), commands.wishes.choose.permission)
    commands.wishes.choose(clerk, kind=kind, screen=False, mail=True, push=False, by=me)
    tell([clerk], kind, None, "mail", by=by)
    found = Notice.objects.get()
    assert (found.on_screen, found.mail_due, found.push_due_at) == (False, True, None)
    assert queries.unread(clerk.pk) == 0

    commands.wishes.choose(clerk, kind=kind, screen=False, mail=False, push=False, by=me)
    assert tell([clerk], kind, None, "nothing", by=by) == []
    assert Choice.objects.count() == 1


def test_wishes_are_ones_own_and_sensible(by: Actor, kind: str, clerk: User, stranger: User) -> None:
    me = identity.also(identity.actor(clerk), "notices.*")
    with pytest.raises(Refused) as refused:
        commands.wishes.choose(stranger, kind="none", screen=True, mail=True, push=True, by=me)
    assert refused.value.codes == ["not_found", "notice_kind_unknown"]
    with pytest.raises(Refused) as refused:
        commands.wishes.set_hours(clerk, quiet_from=time(22), digest_at=time(8), by=me)
    assert refused.value.codes == ["quiet_half"]
    with pytest.raises(Refused) as refused:
        commands.devices.subscribe(endpoint="https://example.com/x", p256dh="a", auth="b", by=me)
    assert refused.value.codes == ["push_service_unknown"]


def test_quiet_hours_hold_pushes_back(by: Actor, kind: str, clerk: User) -> None:
    Hours.objects.create(person=clerk, quiet_from=time(22), quiet_until=time(7))
    with time_machine.travel(datetime(2026, 11, 27, 14, 0, tzinfo=UTC), tick=False):  # 23:00 in Seoul
        tell([clerk], kind, None, "late", by=by)
        assert Notice.objects.get().push_due_at == datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
        commands.pushes.send()
        assert Notice.objects.get().push_due_at is not None
    with time_machine.travel(datetime(2026, 11, 27, 22, 0, 1, tzinfo=UTC), tick=False):
        commands.pushes.send()
        assert Notice.objects.get().push_due_at is None


def test_what_is_snoozed_is_out_of_sight_until_its_time(by: Actor, kind: str, clerk: User) -> None:
    tell([clerk], kind, None, "later", by=by)
    me, found = identity.actor(clerk), Notice.objects.get()
    commands.notices.snooze(found, until="hour", by=me)
    assert queries.unread(clerk.pk) == 0
    assert list(queries.snoozed(clerk.pk)) == [found]
    assert commands.notices.wake() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert commands.notices.wake() == 1
    assert queries.unread(clerk.pk) == 1


def test_reading_is_ones_own(by: Actor, kind: str, clerk: User, stranger: User, party: Party) -> None:
    for _turn in range(3):
        tell([clerk], kind, party, "n", by=by)
    first, *_rest = Notice.objects.order_by("id")
    assert commands.notices.read(identity.actor(stranger), pk=first.pk) == 0
    assert commands.notices.read(identity.actor(clerk), pk=first.pk) == 1
    assert commands.notices.read(identity.actor(clerk), subject=party) == 2
    assert queries.unread(clerk.pk) == 0
    with pytest.raises(Refused):
        queries.find(identity.actor(stranger), first.pk)


def test_the_inbox_is_read_put_off_and_followed(by: Actor, kind: str, clerk: User, party: Party) -> None:
    for turn in range(queries.EACH + 2):
        tell([clerk], kind, party, f"n{turn}", by=by)
    browser = Browser()
    browser.force_login(clerk)
    newest = Notice.objects.order_by("-id").first()
    assert newest is not None
    page = browser.get("/inbox/").content.decode()
    assert "n31" in page and ">n1<" not in page and f"before={newest.pk - queries.EACH + 1}" in page
    assert browser.get("/inbox/unread").content == b"32"
    assert browser.get(f"/inbox/{newest.pk}/open").headers["Location"] == f"/parties/{party.pk}/"
    browser.post(f"/inbox/{newest.pk - 1}/snooze", {"until": "tomorrow"})
    assert "n30" in browser.get("/inbox/?show=snoozed").content.decode()
    assert browser.post("/inbox/read", {"upto": newest.pk}, headers={"HX-Request": "true"}).status_code == 200
    assert queries.unread(clerk.pk) == 0
    assert browser.get("/inbox/1/said").status_code == 404


def test_how_one_is_told_is_chosen_on_one_page(by: Actor, kind: str, clerk: User, settings: object) -> None:
    browser = Browser()
    browser.force_login(clerk)
    assert browser.get("/inbox/wishes").status_code == 200
    said = {"quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "08:00", "tried.push": "on"}
    browser.post("/inbox/wishes", said)
    assert Choice.objects.get(kind=kind).push and not Choice.objects.get(kind=kind).screen
    assert Hours.objects.get().quiet_until == time(7)
    settings.PUSH_SERVICES = ["127.0.0.1"]  # type: ignore[attr-defined]
    subscription = {"endpoint": "http://127.0.0.1:1/x", "keys": {"p256dh": "p", "auth": "a"}}
    for body, status in (
        (subscription, 201),
        ({"endpoint": "x"}, 400),
        (subscription | {"endpoint": "x"}, 422),
    ):
        assert browser.post("/inbox/devices", body, "application/json").status_code == status
    browser.post("/inbox/devices", {"forget": Device.objects.get().pk})
    assert not Device.objects.exists()
