"""A push from who tells to the notification: opened by its push service on loopback as a browser would, handed to the
service worker of a real Chromium, which shows it in its person's language and leads to the record.

Chromium's own push service is on the other side of the network; DevTools hand the worker what it would have."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from playwright.sync_api import Page, expect

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.office.notices import commands
from onmaru.office.notices.models import Notice
from onmaru.office.notices.tests.test_push import subscribed, taking
from tests.browser.conftest import DESK, PHONE, Visit
from tests.scratch.models import Deal

pytestmark = pytest.mark.browser

SHOWN = "one => one.getNotifications().then(all => all.map(({title, body, tag, lang}) => [title, body, tag, lang]))"
# The second takes the place of the first, and for a moment there is none: both are waited for.
SHOWING = """() => {
  const [registration, show] = [self.registration, self.registration.showNotification];
  self.shown = 0;
  registration.showNotification = (...said) => show.apply(registration, said).finally(() => { self.shown += 1; });
}"""
# Only a real click may open a window, and no tool makes one on a notification: where it would go is caught here.
CLICKED = """async () => {
  const went = new Promise((gone) => { self.clients.openWindow = async (address) => gone(address); });
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  return [await went, (await self.registration.getNotifications()).length];
}"""


def registered(page: Page) -> tuple[Any, str]:
    """DevTools on a page whose house has its service worker, and the key of that."""
    page.context.grant_permissions(["notifications"])
    tools, found = page.context.new_cdp_session(page), []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    tools.send("ServiceWorker.enable")
    page.evaluate(
        "navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready).then(() => 1)"
    )
    while not found:
        page.wait_for_timeout(20)
    return tools, found[-1]["registrationId"]


@pytest.mark.parametrize(
    ("who", "size", "title"),
    [("kim", DESK, "김한빛 메일: 견적"), ("park", PHONE, "Mail from 김한빛: 견적")],
)
def test_a_push_is_shown_in_its_persons_language_once_and_leads_to_the_record(
    visit: Visit, house: str, settings: Any, who: str, size: Any, title: str
) -> None:
    User.objects.filter(username="park").update(language="en")
    settings.PUSH_SERVICES = ["127.0.0.1"]
    page = visit(who, size, "/inbox/wishes")
    tools, key = registered(page)
    deal, person = Deal.objects.all()[3], User.objects.get(username=who)
    with taking() as service:
        subscribed(service, person)
        words = format_lazy(_("Mail from {sender}: {title}"), sender="김한빛", title="견적")
        commands.notices.tell(
            [person], "mail", deal, words, by=identity.system("x"), excerpt="단가를 부탁드립니다."
        )
        assert commands.pushes.send() == 1
        (said,) = service.opened()
    (worker,) = page.context.service_workers
    worker.evaluate(SHOWING)
    for _twice in range(2):
        tools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": house, "registrationId": key, "data": json.dumps(said)},
        )
    while worker.evaluate("self.shown") < 2:
        page.wait_for_timeout(20)
    shown = page.evaluate(f"navigator.serviceWorker.ready.then({SHOWN})")
    notice = Notice.objects.get()
    assert [one[:3] for one in shown] == [[title, "단가를 부탁드립니다.", f"notice-{notice.pk}"]]
    address, left = worker.evaluate(CLICKED)
    assert left == 0
    page.goto(address)
    expect(page).to_have_url(f"{house}/deals/{deal.pk}/")
    notice.refresh_from_db()
    assert notice.read_at is not None
