"""Requests to webhooks: written in the transaction that caused them, sent after it until they are taken."""

from __future__ import annotations

import http.client
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

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
from onmaru.office.webhooks.commands import calling
from onmaru.office.webhooks.models import Message, Webhook

ports.declare("webhook", _("A webhook of mine does not answer"))

SEND = "webhooks.send"
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
    """Post a signed body; the status of the answer.

    Raises Refused(webhook_address_forbidden) for what is not of the open internet, OSError where nobody answers.
    """
    connection, path = calling.connection(webhook.url)
    try:
        connection.request("POST", path, body.encode(), headers(webhook, uid, body, int(time.time())))
        return connection.getresponse().status
    finally:
        connection.close()
