"""Web push against a push service of our own: it takes what comes over the wire and decrypts it as a browser would."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone
from py_vapid import Vapid

from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.notices import commands, rules
from onmaru.office.notices.models import Device, Notice, Push

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

    def subscription(self) -> dict[str, Any]:
        """What a browser of this service says of itself: where, and by which keys."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.address, "p256dh": _base64(point), "auth": _base64(SECRET)}

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


@contextmanager
def taking() -> Iterator[Service]:
    """A push service for the length of the block."""
    with Service() as one:
        threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_SERVICES = ["127.0.0.1"]
    with taking() as one:
        yield one


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def device(service: Service, clerk: User) -> Device:
    return subscribed(service, clerk)


def subscribed(service: Service, person: User) -> Device:
    """A browser of somebody's whose push service this is."""
    me = identity.also(identity.actor(person), commands.devices.subscribe.permission)
    return commands.devices.subscribe(**service.subscription(), name="Linux", by=me)


def test_a_notice_reaches_the_browser_encrypted_and_signed(
    by: Actor, kind: str, clerk: User, party: Party, service: Service, device: Device
) -> None:
    (key,) = commands.notices.tell([clerk], kind, party, "단가 확인", by=by, excerpt="내일까지")
    commands.pushes.send()
    (said,) = service.opened()
    assert said == {"id": key, "title": "단가 확인", "body": "내일까지", "address": f"/parties/{party.pk}/"}
    headers, body = service.taken[0]
    assert headers["content-encoding"] == "aes128gcm" and "단가".encode() not in body
    token = headers["Authorization"].removeprefix("vapid t=").split(",")[0]
    assert Vapid.verify(headers["Authorization"]) and token.count(".") == 2
    assert headers["Topic"] == f"notice-{key}" and int(headers["TTL"]) > 3600
    assert commands.pushes.send() == 0
    assert Notice.objects.get().push_due_at is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    by: Actor, kind: str, clerk: User, service: Service, device: Device, status: int
) -> None:
    service.answers = status
    commands.notices.tell([clerk], kind, None, "x", by=by)
    assert commands.pushes.send() == 1
    assert not Device.objects.exists() and not Push.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_puts_off_is_tried_again_and_only_there(
    by: Actor, kind: str, clerk: User, service: Service, device: Device, status: int
) -> None:
    with taking() as other:
        subscribed(other, clerk)
        service.answers = status
        commands.notices.tell([clerk], kind, None, "x", by=by)
        assert commands.pushes.send() == 2 and commands.pushes.send() == 0
        service.answers = 201
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert commands.pushes.send() == 1 and commands.pushes.send() == 0
    assert len(other.taken) == 1
    assert [said["title"] for said in service.opened()] == ["x", "x"]
    assert not Push.objects.exists() and Device.objects.count() == 2


def test_it_is_given_up_in_the_end_and_at_once_when_refused(
    by: Actor, kind: str, clerk: User, service: Service, device: Device
) -> None:
    for status, tries in ((413, 1), (500, rules.MOST_TRIES)):
        service.answers = status
        commands.notices.tell([clerk], kind, None, "x", by=by)
        assert sum(_again() for _time in range(20)) == tries
    assert not Push.objects.exists() and Device.objects.exists()


def _again() -> int:
    Push.objects.update(due_at=timezone.now())
    return commands.pushes.send()


def test_what_was_read_meanwhile_is_not_pushed(
    by: Actor, kind: str, clerk: User, service: Service, device: Device
) -> None:
    service.answers = 500
    commands.notices.tell([clerk], kind, None, "x", by=by)
    assert commands.pushes.send() == 1
    commands.notices.read(identity.actor(clerk))
    assert _again() == 0 and not Push.objects.exists()


def test_keys_of_no_browser_keep_nobody_else_from_being_told(
    by: Actor, kind: str, clerk: User, service: Service, device: Device
) -> None:
    Device.objects.create(person=clerk, endpoint=f"{service.address}0", p256dh="p", auth="a")
    commands.notices.tell([clerk], kind, None, "x", by=by)
    assert commands.pushes.send() == 2
    assert len(service.opened()) == 1 and list(Device.objects.all()) == [device]


def test_the_key_is_made_once(db: None) -> None:
    assert commands.devices.key().public == commands.devices.key().public
    assert "notices.push" in jobs.registry
