"""Browsers that take pushes, the key by which push services know this house, and how one is reached."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.office.notices import rules
from onmaru.office.notices.models import Device, PushKey

log = logging.getLogger(__name__)

TTL = 12 * 3600
PATIENCE = 10


@commands.command(label=_("Take pushes here"), model=Device, inner="a browser, with keys of its own")
def subscribe(*, endpoint: str, p256dh: str, auth: str, name: str = "", by: Actor) -> Device:
    """Let a browser take pushes for oneself. Refuses addresses of no known push service (push_service_unknown)."""
    if not rules.is_push_service(endpoint, settings.PUSH_SERVICES):
        raise refusals.Refused(rules.PUSH_SERVICE_UNKNOWN("endpoint", host=endpoint[:80]))
    said = {"person_id": by.user_id, "p256dh": p256dh, "auth": auth, "name": name[:120]}
    return Device.objects.update_or_create(endpoint=endpoint, defaults=said)[0]


@commands.command(label=_("Take no more pushes"), model=Device, inner="the browser that takes them")
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


def send(device: Device, said: dict[str, Any], *, topic: str) -> int:
    """Encrypt and post a message to a browser's push service; the status it answered, 0 when it did not.

    One that still waits there under the same ``topic`` is replaced (RFC 8030, 5.4). Keys for which nothing can be
    encrypted are those of no browser: 410.
    """
    own = PushKey.objects.get(id=1) if PushKey.objects.exists() else key()
    signer = Vapid.from_string(own.private.open())
    subscription = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    try:
        answer = webpush(
            subscription,
            json.dumps(said),
            vapid_private_key=signer,
            vapid_claims={"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
            headers={"Topic": topic},
            ttl=TTL,
            timeout=PATIENCE,
        )
    except WebPushException as error:
        log.warning("push to %s: %s", device.name, error)
        return error.response.status_code if error.response is not None else 0
    except OSError as error:
        log.warning("push to %s: %s", device.name, error)
        return 0
    except ValueError as error:
        log.warning("push to %s: %s", device.name, error)
        return rules.GONE[0]
    return int(answer.status_code)
