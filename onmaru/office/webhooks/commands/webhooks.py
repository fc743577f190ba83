"""Webhooks as people keep them: made, changed, given a new secret, tried."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.webhooks import rules
from onmaru.office.webhooks.commands import messages
from onmaru.office.webhooks.models import Webhook


@commands.command(label=_("New webhook"), model=Webhook)
def create(*, name: str, url: str, by: Actor) -> Webhook:
    """A webhook of one's own with a new secret, told once. Refuses webhook_address_unusable."""
    owner = User.objects.filter(pk=by.user_id or 0).first()
    if owner is None:
        raise Refused(rules.WEBHOOK_NEEDS_OWNER())
    refusals.check([rules.of_address(url)])
    webhook = Webhook(owner=owner)
    secret = _fresh(webhook)
    records.fill(webhook, {"name": name, "url": url})
    webhook.save()
    return _telling(webhook, secret)


@commands.command(label=_("Edit"), model=Webhook)
def edit(webhook: Webhook, *, by: Actor, **values: Any) -> Webhook:
    """Change it. Refuses webhook_address_unusable."""
    refusals.check([rules.of_address(values["url"]) if "url" in values else None])
    return records.fill(webhook, values)


@commands.command(label=_("New secret"), model=Webhook)
def rotate(webhook: Webhook, *, by: Actor) -> Webhook:
    """A new secret, told once; for a day requests are signed by the one before, too."""
    webhook.former, webhook.former_until = webhook.secret, timezone.now() + rules.OVERLAP
    return _telling(webhook, _fresh(webhook))


@commands.command(label=_("Send a test"), model=Webhook)
def test(webhook: Webhook, *, by: Actor) -> Webhook:
    """Send a request that says only that it is a test."""
    said = {"type": "test", "timestamp": timezone.now().isoformat(), "data": {"by": by.name}}
    messages.write(webhook, json.dumps(said, ensure_ascii=False))
    return webhook


def _fresh(webhook: Webhook) -> str:
    secret = rules.PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    webhook.secret = secret
    return secret


def _telling(webhook: Webhook, secret: str) -> Webhook:
    told = _now("Secret, shown only now: {secret}").format(secret=secret)
    webhook.told_once = [told]  # type: ignore[attr-defined]
    return webhook
