"""Web push against a push service of our own: it takes what comes over the wire and decrypts it as a browser would."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid

from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.notices import commands
from onmaru.office.notices.models import Device, Notice

SECRET = b"0123456789abcdef"


class Service(HTTPServer):
    """A push service that keeps what it was sent; ``answers`` is the status it gives."""

    answers = 201

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.taken: list[tuple[Any, bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/push/1"

    def opened(self) -> list[dict[str, Any]]:
        """The messages, decrypted with the browser's key (RFC 8291)."""
        return [
            json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=SECRET))
            for _headers, body in self.taken
        ]


class Taking(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers, body))
        self.send_response(self.server.answers)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_SERVICES = ["127.0.0.1"]
    one = Service()
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def device(service: Service, clerk: User) -> Device:
    point = service.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    me = identity.also(identity.actor(clerk), commands.devices.subscribe.permission)
    return commands.devices.subscribe(
        endpoint=service.address, p256dh=_base64(point), auth=_base64(SECRET), name="Linux", by=me
    )


def test_a_notice_reaches_the_browser_encrypted_and_signed(
    by: Actor, kind: str, clerk: User, party: Party, service: Service, device: Device
) -> None:
    (key,) = commands.notices.tell([clerk], kind, party, "단가 확인", by=by, excerpt="내일까지")
    commands.devices.push()
    (said,) = service.opened()
    assert said == {"id": key, "title": "단가 확인", "body": "내일까지", "address": f"/parties/{party.pk}/"}
    headers, body = service.taken[0]
    assert headers["content-encoding"] == "aes128gcm" and "단가".encode() not in body
    token = headers["Authorization"].removeprefix("vapid t=").split(",")[0]
    assert Vapid.verify(headers["Authorization"]) and token.count(".") == 2
    assert commands.devices.push() == 0
    assert Notice.objects.get().push_due_at is None


def test_a_browser_that_is_gone_is_forgotten_and_a_sulking_service_is_not(
    by: Actor, kind: str, clerk: User, service: Service, device: Device
) -> None:
    for status, left in ((500, True), (410, False)):
        service.answers = status
        commands.notices.tell([clerk], kind, None, "x", by=by)
        commands.devices.push()
        assert Device.objects.exists() is left


def test_the_key_is_made_once(db: None) -> None:
    assert commands.devices.key().public == commands.devices.key().public
    assert "notices.push" in jobs.registry
