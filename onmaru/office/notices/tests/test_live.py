"""Streams over a real server: who gets one, what comes over it, catching up, and who else is here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client as Browser

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.notices import commands
from onmaru.office.notices.models import Notice
from tests.serving import Page, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    with serving() as found:
        yield found


def session_of(person: User) -> str:
    browser = Browser()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_what_is_told_comes_at_once_and_what_was_missed_comes_again(
    address: str, by: Actor, kind: str, clerk: User
) -> None:
    page = Page(address, session_of(clerk))
    name, said, last = page.next()
    assert (name, said, last) == ("hello", {"unread": 0}, "0")
    page.until("again")
    (key,) = commands.notices.tell([clerk], kind, None, "하나", by=by)
    assert page.next() == ("notices", {"notice": key, "quiet": False}, str(key))
    page.close()
    (missed,) = commands.notices.tell([clerk], kind, None, "둘", by=by)
    again = Page(address, session_of(clerk), last=str(key))
    assert again.next()[:2] == ("hello", {"unread": 2})
    assert again.next() == ("notices", {"notice": missed, "missed": True}, str(missed))
    again.close()


def test_nothing_is_heard_of_what_was_rolled_back(address: str, by: Actor, kind: str, clerk: User) -> None:
    page = Page(address, session_of(clerk))
    page.until("again")
    with pytest.raises(ZeroDivisionError):
        _fail(by, kind, clerk)
    (key,) = commands.notices.tell([clerk], kind, None, "셋", by=by)
    assert page.until("notices")["notice"] == key
    assert Notice.objects.count() == 1
    page.close()


def _fail(by: Actor, kind: str, clerk: User) -> None:
    with transaction.atomic():
        commands.notices.tell([clerk], kind, None, "없음", by=by)
        raise ZeroDivisionError


def seen(page: Page, *people: list[object]) -> None:
    """Wait until the page is told that just these people are there; it may be told the same more than once."""
    while page.until("here") != list(people):
        pass


def test_who_has_the_same_record_open_is_seen_and_leaves(
    address: str, clerk: User, stranger: User, party: Party
) -> None:
    boss = User.objects.create_user("boss", is_superuser=True, full_name="김대표")
    on = f"party.party:{party.pk}"
    mine = Page(address, session_of(clerk), on=on)
    seen(mine)
    theirs = Page(address, session_of(boss), on=on)
    seen(mine, [boss.pk, "김대표"])
    seen(theirs, [clerk.pk, "박솔"])
    # Who may not see the record is not told who is there, and is not seen there.
    outside = Page(address, session_of(stranger), on=on)
    outside.until("hello")
    commands.live.signal(on, changed="comments")
    assert mine.until("record") == {"changed": "comments"}
    theirs.close()
    seen(mine)
    mine.close()
    outside.close()


def test_without_a_session_there_is_no_stream(address: str, clerk: User) -> None:
    assert Page(address, "nobody").answer.status == 204
    key = session_of(clerk)
    clerk.set_password("other")
    clerk.save()
    assert Page(address, key).answer.status == 204
