"""Webhooks against a real receiver: signed, retried with the same id, replayed, never to a private address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as house
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.discussion.tests.conftest import hire
from onmaru.office.notices.models import Notice
from onmaru.office.webhooks import jobs, queries
from onmaru.office.webhooks import rules as limits
from onmaru.office.webhooks.commands import messages, webhooks
from onmaru.office.webhooks.models import Message, Webhook
from onmaru.office.webhooks.tests import receiving
from onmaru.office.webhooks.tests.receiving import Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    with receiving.receiver() as server:
        yield server


@pytest.fixture
def seller(db: Any) -> User:
    return hire("seller", "최민", "webhooks.*")


@pytest.fixture
def webhook(seller: User, receiver: Receiver) -> Webhook:
    return webhooks.create(by=identity.actor(seller), name="창고", url=receiver.url)


def _is_signed(secret: str, headers: dict[str, str], body: str) -> bool:
    """As a receiver checks it, written after the specification of Standard Webhooks."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification's reference libraries.
    secret, uid = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    signed = limits.signature(secret, uid, 1614265330, '{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_request_is_signed_and_sent_once(webhook: Webhook, receiver: Receiver) -> None:
    message = messages.write(webhook, '{"name": "한빛상사"}')
    assert messages.send(message.pk) is True
    assert messages.send(message.pk) is False
    [(headers, body)] = receiver.heard
    assert (headers["webhook-id"], json.loads(body)) == (message.uid, {"name": "한빛상사"})
    assert _is_signed(webhook.secret.open(), headers, body)


def test_after_a_rotation_both_secrets_sign_for_a_day(
    webhook: Webhook, receiver: Receiver, by: Actor
) -> None:
    before = webhook.secret.open()
    webhook = webhooks.rotate(webhook, by=by)
    after = webhook.secret.open()
    assert before != after and after in webhook.told_once[0]  # type: ignore[attr-defined]
    messages.send(messages.write(webhook, "{}").pk)
    assert all(_is_signed(one, *receiver.heard[-1]) for one in (before, after))
    Webhook.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    messages.send(messages.write(webhook, "{}").pk)
    assert [_is_signed(one, *receiver.heard[-1]) for one in (before, after)] == [False, True]


def test_what_is_not_taken_is_tried_again_with_pauses_then_given_up_and_replayed(
    webhook: Webhook, receiver: Receiver, by: Actor
) -> None:
    receiver.status = 500
    message = messages.write(webhook, "{}")
    pauses = []
    for _turn in range(len(limits.PAUSES) + 1):
        assert messages.send(message.pk) is False
        message.refresh_from_db()
        pauses.append(message.next_at and round((message.next_at - timezone.now()).total_seconds()))
    assert pauses[:3] == [5, 300, 1800] and pauses[-1] is None
    assert (message.state, message.answered) == ("failed", "HTTP 500")
    assert Notice.objects.filter(kind="webhook", person=webhook.owner).count() == 1
    receiver.status = 204
    messages.replay(message, by=by)
    assert messages.send(message.pk) is True
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1
    [row] = queries.counted(Webhook.objects.all())
    assert (row.taken, row.waiting, row.given_up, row.last_answer) == (1, 0, 0, "HTTP 204")


def test_a_redirect_is_not_followed(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status = 302
    message = messages.write(webhook, "{}")
    assert messages.send(message.pk) is False
    message.refresh_from_db()
    assert message.answered == "HTTP 302"


def test_what_waits_is_queued_when_its_time_comes(webhook: Webhook) -> None:
    message = messages.write(webhook, "{}")
    assert jobs.queue() == 0
    Message.objects.filter(pk=message.pk).update(next_at=timezone.now())
    assert (jobs.queue(), jobs.queue()) == (1, 0)


def test_a_test_says_that_it_is_one(webhook: Webhook, receiver: Receiver, by: Actor) -> None:
    webhooks.test(webhook, by=by)
    messages.send(Message.objects.get().pk)
    assert json.loads(receiver.heard[0][1])["type"] == "test"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
        *("::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
    ],
)
def test_an_address_inside_is_no_open_one(address: str) -> None:
    assert not limits.is_open(address)
    assert limits.is_open("93.184.215.14") and limits.is_open("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_nothing_goes_to_a_private_address(webhook: Webhook, receiver: Receiver, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = []
    with pytest.raises(Refused) as refused:
        messages.post(webhook, "msg_1", "{}")
    assert refused.value.codes == ["webhook_address_forbidden"]
    message = messages.write(webhook, "{}")
    assert messages.send(message.pk) is False
    assert not receiver.heard


def test_a_name_is_looked_up_once_and_all_its_addresses_are_open(
    webhook: Webhook, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server of a stranger: it says another address at each question, or two at once."""
    known, asked, says = socket.getaddrinfo, [], [["127.0.0.1"], ["93.184.215.14"]]

    def answers(host: str, *more: Any, **named: Any) -> Any:
        if host != "shed.example":
            return known(host, *more, **named)
        asked.append(host)
        return [found for one in says[len(asked) - 1] for found in known(one, *more, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    settings.WEBHOOK_PRIVATE_HOSTS = ["shed.example"]
    webhook.url = receiver.url.replace("127.0.0.1", "shed.example")
    assert (messages.post(webhook, "msg_1", "{}"), asked) == (200, ["shed.example"])
    assert receiver.heard[0][0]["host"].startswith("shed.example")

    settings.WEBHOOK_PRIVATE_HOSTS = []
    says.append(["93.184.215.14", "127.0.0.1"])
    asked.append("so that it answers the last")
    for url in (webhook.url, receiver.url.replace("127.0.0.1", "localhost")):
        webhook.url = url
        with pytest.raises(Refused) as refused:
            messages.post(webhook, "msg_2", "{}")
        assert refused.value.codes == ["webhook_address_forbidden"]
    assert len(receiver.heard) == 1


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://kim@example.com/", "http://example.com:x/"])
def test_an_address_that_cannot_be_called_is_refused(url: str, seller: User) -> None:
    with pytest.raises(Refused) as refused:
        webhooks.create(by=identity.actor(seller), name="이상", url=url)
    assert "webhook_address_unusable" in refused.value.codes


SEND = "import django; django.setup(); from onmaru.office.webhooks.commands import messages; messages.send({key})"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_loses_nothing(receiver: Receiver) -> None:
    person = hire("seller", "최민", "webhooks.*")
    message = messages.write(webhooks.create(by=identity.actor(person), name="창고", url=receiver.url), "{}")
    receiver.answering.clear()
    base = house.DATABASES["default"]
    environment = {
        **os.environ,
        "ONMARU_WEBHOOK_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    database = {name: str(base[name]) for name in ("NAME", "HOST", "PORT", "USER") if base.get(name)}
    swap = f"from django.conf import settings; settings.DATABASES['default'].update({database!r}); "
    worker = subprocess.Popen([sys.executable, "-c", swap + SEND.format(key=message.pk)], env=environment)
    assert receiver.asked.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    receiver.answering.set()
    message.refresh_from_db()
    assert message.state == "waiting"
    Message.objects.update(next_at=timezone.now())
    assert jobs.queue() == 1
    assert messages.send(message.pk) is True
    assert [headers["webhook-id"] for headers, _body in receiver.heard] == [message.uid] * 2


def test_somebody_looks_after_a_webhook(by: Actor) -> None:
    with pytest.raises(Refused) as refused:
        webhooks.create(by=by, name="주인 없음", url="https://example.com/")
    assert refused.value.codes == ["webhook_needs_owner"]
