"""Server-sent events to open pages, as an ASGI application: who may have a stream, and keeping it open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connections
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.office.notices import queries
from onmaru.office.notices.commands import live
from onmaru.office.notices.models import Notice
from onmaru.office.notices.views import hub
from onmaru.office.notices.views.hub import Hub, Stream, frame
from onmaru.workbench import registry

PING = 15.0
CHECKED = 60.0
LONGEST = 1800.0
MOST_MISSED = 50

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Admitted(NamedTuple):
    """A person with a session, the record they have open if they may see it, and what they missed."""

    person: int
    name: str
    record: str
    newest: int
    unread: int
    missed: list[int]


def _parameters() -> dict[str, Any]:
    found = connections["default"].get_connection_params()
    return {name: value for name, value in found.items() if name not in {"cursor_factory", "context"}}


def _send(topic: str, **facts: Any) -> None:
    try:
        live.signal(topic, **facts)
    finally:
        close_old_connections()


house = Hub(live.CHANNEL, _parameters, _send)


def admit(session: str, record: str, last: str) -> Admitted | None:
    """Who this session is of, None when it is nobody's; ``last`` is the last notice that the page has heard of."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    try:
        if not user.is_authenticated:
            return None
        by = identity.actor(user)
        newest = Notice.objects.filter(person=user.pk).order_by("-id").values_list("id", flat=True).first()
        since = int(last) if last.isdigit() and len(last) < 19 else None
        missed = queries.of(user.pk).filter(id__gt=since) if since is not None else Notice.objects.none()
        ids = sorted(missed.values_list("id", flat=True)[:MOST_MISSED])
        record = record if _sees(by, record) else ""
        return Admitted(user.pk, by.name, record, newest or 0, queries.unread(user.pk), ids)
    finally:
        close_old_connections()


def _sees(by: identity.Actor, record: str) -> bool:
    kind, _colon, key = record.partition(":")
    try:
        rows = registry.rows_for(apps.get_model(kind), by)
        return rows.filter(pk=int(key)).exists() if len(key) < 19 else False
    except (LookupError, ValueError):
        return False


def ended(sessions: list[str]) -> set[str]:
    """Those sessions that are over: signed out, or past their day."""
    alive = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    try:
        return set(sessions) - set(alive.values_list("session_key", flat=True))
    finally:
        close_old_connections()


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """GET /live?on=sales.order:12. A session that ended gets 204, after which a browser does not ask again."""
    said = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    cookies = SimpleCookie(said.get("cookie", ""))
    session = cookies[settings.SESSION_COOKIE_NAME].value if settings.SESSION_COOKIE_NAME in cookies else ""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    last = said.get("last-event-id", "")
    admitted = await hub.in_thread(admit, session, asked.get("on", [""])[0], last) if session else None
    if admitted is None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    stream = Stream(admitted.person, admitted.name, session, admitted.record)
    stream.give(frame("hello", {"unread": admitted.unread}, key=admitted.newest))
    for key in admitted.missed:
        stream.give(frame("notices", {"notice": key, "missed": True}, key=key))
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await house.join(stream)
        await _pour(stream, send, gone)
    finally:
        gone.cancel()
        await house.leave(stream)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pour(stream: Stream, send: Send, gone: asyncio.Task[None]) -> None:
    """Send what comes until the page leaves, its session ends, or it is time to be admitted anew."""
    clock = asyncio.get_running_loop().time
    started = checked = clock()
    while not gone.done() and clock() - started < LONGEST:
        taken = asyncio.ensure_future(stream.waiting.get())
        await asyncio.wait({taken, gone}, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
        if taken.done() and (sent := taken.result()) is None:
            break
        if not taken.done():
            taken.cancel()
            sent = b": still here\n\n"
        if gone.done():
            break
        await send({"type": "http.response.body", "body": sent, "more_body": True})
        if clock() - checked > CHECKED:
            checked = clock()
            if await hub.in_thread(ended, [stream.session]):
                break
    if not gone.done():
        await send({"type": "http.response.body", "body": b"", "more_body": False})
