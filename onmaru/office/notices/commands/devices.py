"""Browsers that take pushes, the key by which push services know this house, and the sending itself."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.notices import queries, rules
from onmaru.office.notices.models import Device, Notice, PushKey

log = logging.getLogger(__name__)

TTL = 12 * 3600
PATIENCE = 10
GONE = {404, 410}
AT_ONCE = 100


@commands.command(label=_("Take pushes here"), model=Device)
def subscribe(*, endpoint: str, p256dh: str, auth: str, name: str = "", by: Actor) -> Device:
    """Let a browser take pushes for oneself. Refuses addresses of no known push service (push_service_unknown)."""
    if not rules.is_push_service(endpoint, settings.PUSH_SERVICES):
        raise refusals.Refused(rules.PUSH_SERVICE_UNKNOWN("endpoint", host=endpoint[:80]))
    said = {"person_id": by.user_id, "p256dh": p256dh, "auth": auth, "name": name[:120]}
    return Device.objects.update_or_create(endpoint=endpoint, defaults=said)[0]


@commands.command(label=_("Take no more pushes"), model=Device)
def unsubscribe(device: Device, *, by: Actor) -> Device:
    """Forget one of one's own browsers."""
    if device.person_id != by.user_id:
        raise refusals.Refused(refusals.NOT_FOUND())
    Device.objects.filter(pk=device.pk).delete()
    return device


def key() -> PushKey:
    """The key of this house, made now if there is none yet."""
    found = PushKey.objects.first()
    if found is None:
        made = ec.generate_private_key(ec.SECP256R1())
        private = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        said = {"private": _base64(private), "public": _base64(public)}
        found = PushKey.objects.get_or_create(id=1, defaults=said)[0]
    return found


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def push() -> int:
    """Push what is due to the browsers of those concerned; returns how many notices.

    A notice that was sent when this process is killed before its commit goes out again; it bears the same tag, and a
    browser shows one notification of a tag.
    """
    with transaction.atomic():
        due = Notice.objects.filter(push_due_at__lte=timezone.now()).order_by("id")
        taken = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
        for one in taken:
            _push_one(one)
        Notice.objects.filter(pk__in=[one.pk for one in taken]).update(push_due_at=None)
    return len(taken)


def _push_one(notice: Notice) -> None:
    said = {
        "id": notice.pk,
        "title": notice.words,
        "body": notice.excerpt,
        "address": queries.address(notice.subject_kind, notice.subject_id),
    }
    for device in Device.objects.filter(person=notice.person_id):
        status = send(device, said)
        if status in GONE:
            Device.objects.filter(pk=device.pk).delete()


def send(device: Device, said: dict[str, Any]) -> int:
    """Encrypt and post a message to a browser's push service; the status it answered, 0 when it did not."""
    own = PushKey.objects.get(id=1) if PushKey.objects.exists() else key()
    signer = Vapid.from_string(own.private.open())
    subscription = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    try:
        answer = webpush(
            subscription,
            json.dumps(said),
            vapid_private_key=signer,
            vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
            ttl=TTL,
            timeout=PATIENCE,
        )
    except WebPushException as error:
        log.warning("push to %s: %s", device.name, error)
        return error.response.status_code if error.response is not None else 0
    except OSError as error:
        log.warning("push to %s: %s", device.name, error)
        return 0
    return int(answer.status_code)
