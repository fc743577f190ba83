"""Webhooks and messages to try the entities with."""

from __future__ import annotations

from dataclasses import replace

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.webhooks.commands import messages, webhooks
from onmaru.office.webhooks.models import Message, Webhook


def webhook(by: Actor, place: int) -> Webhook:
    person = User.objects.get_or_create(username=f"ruler{place}")[0]
    somebody = replace(by, user_id=person.pk)
    return webhooks.create(by=somebody, name=f"창고 {place}", url=f"https://example.com/{place}")


def message(by: Actor, place: int) -> Message:
    return messages.write(webhook(by, place), "{}")
