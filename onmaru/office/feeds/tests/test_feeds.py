"""Calendars kept elsewhere, read from a real server: what comes, changes, goes and is over; and what is never asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.activities.models import Activity
from onmaru.office.feeds import commands, jobs
from onmaru.office.feeds.models import Subscription

pytestmark = pytest.mark.django_db
NOW = "2026-11-27 01:00Z"


def event(uid: str, title: str, day: str) -> str:
    start = f"DTSTART;VALUE=DATE:{day}"
    return f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{title}\r\n{start}\r\nEND:VEVENT\r\n"


class Elsewhere(HTTPServer):
    """A calendar server; ``told`` is what it answers."""

    told = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/basic.ics?key=1"

    def tell(self, *events: str) -> None:
        self.told = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(events)}END:VCALENDAR\r\n"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Elsewhere)
        self.send_response(200 if self.server.told and self.path == "/basic.ics?key=1" else 503)
        self.end_headers()
        self.wfile.write(self.server.told.encode())

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Elsewhere]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    with Elsewhere(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def kim() -> User:
    return User.objects.create_user("kim", language="en")


def me(kim: User) -> Actor:
    return identity.only(identity.actor(kim), commands.begin.permission, commands.end.permission)


def open_ones(kim: User) -> list[str]:
    return list(
        Activity.objects.filter(person=kim, state="open").order_by("due_on").values_list("title", flat=True)
    )


def test_what_stands_in_the_calendar_comes_changes_and_goes(kim: User, elsewhere: Elsewhere) -> None:
    elsewhere.tell(
        event("a", "Old", "20260101"), event("b", "Visit", "20261128"), event("c", "Fair", "20261201")
    )
    with time_machine.travel(NOW, tick=False):
        commands.begin(kim, url=elsewhere.url, by=me(kim))
        commands.begin(kim, url=elsewhere.url, by=me(kim))
        subscription = Subscription.objects.get()
        jobs.read(subscription.pk)
        assert open_ones(kim) == ["Visit", "Fair"]
        assert jobs.queue() == 0
    elsewhere.tell(event("b", "Visit", "20261128"), event("d", "Trade fair", "20261202"))
    with time_machine.travel("2026-11-29 01:00Z", tick=False):
        assert jobs.queue() == 1
        jobs.read(subscription.pk)
    assert open_ones(kim) == ["Trade fair"]
    states = dict(Activity.objects.filter(person=kim).values_list("title", "state"))
    assert (states["Visit"], states["Fair"]) == ("done", "dropped")
    commands.end(kim, subscription=subscription.pk, by=me(kim))
    assert open_ones(kim) == [] and not Subscription.objects.exists()


def test_a_calendar_that_does_not_answer_says_so_and_takes_nothing_away(
    kim: User, elsewhere: Elsewhere
) -> None:
    browser = Browser()
    browser.force_login(kim)
    elsewhere.tell(event("b", "Visit", "20361128"))
    browser.post("/day/subscriptions", {"url": elsewhere.url})
    subscription = Subscription.objects.get()
    assert "key=1" not in browser.get("/day/").content.decode()
    jobs.read(subscription.pk)
    silent = commands.CALENDAR_SILENT(answer="HTTP 503").message
    for told, trouble in (("", silent), ("no calendar", "calendar")):
        elsewhere.told = told
        jobs.read(subscription.pk)
        subscription.refresh_from_db()
        assert trouble in subscription.trouble and open_ones(kim) == ["Visit"]
    browser.post("/day/subscriptions", {"end": subscription.pk})
    assert not Subscription.objects.exists()


def test_what_cannot_be_subscribed_to_is_refused(kim: User, elsewhere: Elsewhere, settings: Any) -> None:
    with pytest.raises(Refused) as refused:
        commands.begin(kim, url="file:///etc/passwd", by=me(kim))
    assert refused.value.codes == ["webhook_address_unusable"]
    settings.WEBHOOK_PRIVATE_HOSTS = []
    elsewhere.tell(event("b", "Visit", "20361128"))
    commands.begin(kim, url=elsewhere.url, by=me(kim))
    jobs.read(Subscription.objects.get().pk)
    assert "127.0.0.1" in Subscription.objects.get().trouble and open_ones(kim) == []
    for number in range(commands.MOST - 1):
        commands.begin(kim, url=f"webcal://example.com/{number}", by=me(kim))
    with pytest.raises(Refused) as refused:
        commands.begin(kim, url="https://example.com/more", by=me(kim))
    assert refused.value.codes == ["too_many_calendars"]
    other = User.objects.create_user("park")
    with pytest.raises(Refused):
        commands.end(other, subscription=Subscription.objects.all()[0].pk, by=me(other))
