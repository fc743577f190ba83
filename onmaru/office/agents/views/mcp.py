"""The Model Context Protocol over streamable HTTP: each message one request, each answer JSON, nothing kept between.

The transport lets a server answer without a stream and without sessions, and so does this one: an agent is served by
whichever process is free, like everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.agents.views import calls, tools
from onmaru.office.rest.views import problems, signing

Json = dict[str, Any]
VERSIONS = ("2025-06-18", "2025-03-26", "2025-11-25")
"""What is spoken; the first is offered to who speaks none of them."""
PAGE = 100
UNREADABLE, INVALID, UNKNOWN_METHOD, UNKNOWN_PARAMETERS = -32700, -32600, -32601, -32602


class Mistaken(Exception):
    """A message that the protocol does not have: its code and what to tell."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@csrf_exempt
def endpoint(request: HttpRequest) -> HttpResponse:
    """One message of an agent. Signs in by an API token alone: no page of another site can borrow a session."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if _from_elsewhere(request):
        return HttpResponse(status=403)
    try:
        by = _signed_in(request)
    except AuthenticationError:
        answer = problems.answer([problems.SIGN_IN_NEEDED()])
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    except Refused as refused:
        return problems.answer(refused.reasons)
    with override(by.language):
        return _answered(request, by)


def _from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser sends this from another site's page."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc != request.get_host()


def _signed_in(request: HttpRequest) -> Actor:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise AuthenticationError
    request.auth = signing.Bearer().authenticate(request, secret.strip())  # type: ignore[attr-defined]
    return signing.actor(request)


def _answered(request: HttpRequest, by: Actor) -> HttpResponse:
    message: Json = {}
    try:
        message = _message(request)
        if "id" not in message:
            return HttpResponse(status=202)
        method = METHODS.get(message["method"])
        if method is None:
            raise Mistaken(UNKNOWN_METHOD, f"no method {message['method']}")
        said = {"result": method(request, by, message.get("params") or {})}
    except Mistaken as mistaken:
        said = {"error": {"code": mistaken.code, "message": mistaken.words}}
    body = {"jsonrpc": "2.0", "id": message.get("id"), **said}
    return HttpResponse(orjson.dumps(body, default=str), content_type="application/json")


def _message(request: HttpRequest) -> Json:
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Mistaken(UNREADABLE, "not JSON") from error
    if not isinstance(found, dict) or not isinstance(found.get("params") or {}, dict):
        raise Mistaken(INVALID, "one message at a time, an object with an object of parameters")
    if not isinstance(found.get("method"), str):
        # What answers a request of ours; we made none.
        return {}
    return found


def _initialize(_request: HttpRequest, _by: Actor, params: Json) -> Json:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "onmaru", "title": "Onmaru", "version": "1"},
        "instructions": _(
            "The books of a company. A tool that changes something first answers its effects and a confirmation: show "
            "them to your person, then call it again with the same arguments and the confirmation. A refusal lists "
            "every reason; mend them all at once."
        ),
    }


def _ping(_request: HttpRequest, _by: Actor, _params: Json) -> Json:
    return {}


def _list(request: HttpRequest, by: Actor, params: Json) -> Json:
    """A page of what the actor may do, of the entities and reports that the address names (``?of=parties,…``)."""
    wanted = {one for one in request.GET.get("of", "").split(",") if one}
    found = [one for one in tools.offered(by) if not wanted or one.path.split("/")[2] in wanted]
    cursor = str(params.get("cursor") or "0")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 6):
        raise Mistaken(UNKNOWN_PARAMETERS, "no such cursor")
    start = int(cursor)
    more = {"nextCursor": str(start + PAGE)} if start + PAGE < len(found) else {}
    return {"tools": [one.as_dict() for one in found[start : start + PAGE]], **more}


def _call(request: HttpRequest, by: Actor, params: Json) -> Json:
    tool, arguments = tools.every(by).get(str(params.get("name"))), params.get("arguments") or {}
    if tool is None or not isinstance(arguments, dict):
        raise Mistaken(UNKNOWN_PARAMETERS, f"no tool {params.get('name')}, or no object of arguments")
    told, refused = calls.run(request, by, tool, arguments)
    text = orjson.dumps(told, default=str).decode()
    return {"content": [{"type": "text", "text": text}], "structuredContent": told, "isError": refused}


METHODS: dict[str, Callable[[HttpRequest, Actor, Json], Json]] = {
    "initialize": _initialize,
    "ping": _ping,
    "tools/list": _list,
    "tools/call": _call,
}
