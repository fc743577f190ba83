"""Requests to webhooks: written in the transaction that caused them, sent after it until they are taken."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, commands, identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.notices import ports
from onmaru.office.notices.commands import notices
from onmaru.office.webhooks import rules
from onmaru.office.webhooks.models import Message, Webhook

ports.declare("webhook", _("A webhook of mine does not answer"))

SEND = "webhooks.send"
PATIENCE = 10
LEASE = timedelta(seconds=90)
AT_ONCE = 100


def write(webhook: Webhook, body: str) -> Message:
    """Put a request into the queue of the transaction under way: it goes out exactly when that commits."""
    message = Message.objects.create(
        webhook=webhook, uid=f"msg_{uuid4().hex}", body=body, next_at=timezone.now() + LEASE
    )
    jobs.enqueue(SEND, message_id=message.pk)
    return message


@commands.command(label=_("Send again"), model=Message, move=(("failed", "sent"), "waiting"))
def replay(message: Message, *, by: Actor) -> Message:
    """Send a request once more, with the same id: who took it before can tell."""
    message.tries, message.next_at = 0, timezone.now() + LEASE
    jobs.enqueue(SEND, message_id=message.pk)
    return message


def queue() -> int:
    """Queue what is to be tried again, and what a killed worker left; returns how many."""
    with transaction.atomic():
        due = Message.objects.filter(state="waiting", next_at__lte=timezone.now()).order_by("next_at")
        keys = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
        Message.objects.filter(pk__in=keys).update(next_at=timezone.now() + LEASE)
        for key in keys:
            jobs.enqueue(SEND, message_id=key)
    return len(keys)


def send(key: int) -> bool:
    """Post one waiting request; whether it was taken.

    Its row is locked meanwhile, so nobody sends it beside; cut off before the commit it is sent again by its same id.
    """
    with transaction.atomic():
        rows = Message.objects.select_related("webhook__owner").filter(pk=key, state="waiting")
        message = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if message is None:
            return False
        message.tries += 1
        is_taken, message.answered = _posted(message)
        if is_taken:
            message.state, message.sent_at, message.next_at = Message.State.SENT, timezone.now(), None
        else:
            _put_off(message)
        message.changed_at = timezone.now()
        message.save()
    return is_taken


def _put_off(message: Message) -> None:
    pause = rules.pause(message.tries)
    message.next_at = timezone.now() + pause if pause is not None else None
    if pause is None:
        message.state = Message.State.FAILED
    if pause is None or message.tries == 3:
        webhook = message.webhook
        words = format_lazy(
            _("Webhook “{name}” does not answer: {answer}"), name=webhook.name, answer=message.answered
        )
        by, once = identity.system(webhook.name), f"webhook:{webhook.pk}:{calendars.today()}"
        notices.tell([webhook.owner], "webhook", webhook, words, by=by, once=once)


def _posted(message: Message) -> tuple[bool, str]:
    """Whether the other side took it (any 2xx), and what it answered, in words."""
    if not message.webhook.is_active:
        return False, str(_("the webhook is not in use"))
    try:
        status = post(message.webhook, message.uid, message.body)
    except Refused as refused:
        return False, refused.reasons[0].message
    except (OSError, http.client.HTTPException) as error:
        return False, f"{type(error).__name__}: {error}"[:200]
    return 200 <= status < 300, f"HTTP {status}"


def headers(webhook: Webhook, uid: str, body: str, timestamp: int) -> dict[str, str]:
    """The headers of Standard Webhooks; for a day after a rotation signed by both secrets."""
    secrets = [webhook.secret]
    if webhook.former and webhook.former_until and webhook.former_until > timezone.now():
        secrets.append(webhook.former)
    signed = " ".join(rules.signature(_opened(one), uid, timestamp, body) for one in secrets)
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Onmaru-Webhooks/1",
    }


def _opened(secret: Any) -> str:
    return str(secret.open())


def post(webhook: Webhook, uid: str, body: str) -> int:
    """Post a signed body; the status of the answer. Redirects are not followed, proxies not asked.

    Raises Refused(webhook_address_forbidden) for what is not of the open internet, OSError where nobody answers.
    """
    parts = urlsplit(webhook.url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = _Pinned(host, port, _resolved(host, port), secure=secure)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body.encode(), headers(webhook, uid, body, int(time.time())))
        return connection.getresponse().status
    finally:
        connection.close()


def _resolved(host: str, port: int) -> str:
    """The address to connect to: the name is resolved once, so that no second answer leads elsewhere."""
    addresses = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = host in settings.WEBHOOK_PRIVATE_HOSTS
    if not allowed and not all(rules.is_open(one) for one in addresses):
        raise Refused(rules.ADDRESS_FORBIDDEN("url", host=host))
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at before, under the name it was asked by."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
