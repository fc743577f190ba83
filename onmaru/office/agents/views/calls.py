"""From a tool to the operation of the API behind it: the same answer, the same refusals, the same limits."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.agents.rules import confirming
from onmaru.office.agents.views.tools import Tool

Json = dict[str, Any]


def run(request: HttpRequest, by: Actor, tool: Tool, arguments: Mapping[str, Any]) -> tuple[Json, bool]:
    """What a tool answers, and whether that is a refusal."""
    try:
        refusals.check([refusals.NOT_PERMITTED(permission=tool.title) if tool.lacking(by) else None])
        answer = _write(request, tool, arguments) if tool.writes else _read(request, tool, arguments)
    except Refused as refused:
        return {"code": refused.codes[0], "reasons": [one.as_dict() for one in refused.reasons]}, True
    return orjson.loads(answer.content), answer.status_code >= 400


def _read(request: HttpRequest, tool: Tool, arguments: Mapping[str, Any]) -> HttpResponse:
    (key,), rest = confirming.split(arguments, "id") if tool.of_record else ([""], dict(arguments))
    if tool.method == "POST":
        return _ask(request, "POST", tool.path, {}, rest)
    said = {name: _text(value) for name, value in rest.items() if value is not None}
    return _ask(request, "GET", tool.path.format(id=key), said)


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(request: HttpRequest, tool: Tool, arguments: Mapping[str, Any]) -> HttpResponse:
    """Try what is asked, or do it where the confirmation of the trial came with the same words."""
    (key, said), rest = confirming.split(arguments, *(["id"] if tool.of_record else [""]), "confirmation")
    path = tool.path.format(id=key)
    asked = confirming.digest(request.auth.pk, tool.name, key, rest)  # type: ignore[attr-defined]
    if not said:
        return _try(request, tool, path, rest, asked)
    version = confirming.confirmed(str(said), asked)
    once = {"HTTP_IDEMPOTENCY_KEY": f"agent-{confirming.digest(said)[:40]}"}
    return _ask(
        request, tool.method, path, {}, rest, **once, **({"HTTP_IF_MATCH": version} if version else {})
    )


def _try(request: HttpRequest, tool: Tool, path: str, body: Json, asked: str) -> HttpResponse:
    version = ""
    if tool.of_record:
        record = _ask(request, "GET", "/".join(path.split("/")[:4]), {})
        version = record.headers.get("ETag", "")
    answer = _ask(request, tool.method, path, {"dry_run": "true"}, body)
    if answer.status_code < 400:
        told = orjson.loads(answer.content) | {"confirmation": confirming.confirmation(asked, version)}
        answer.content = orjson.dumps(told)
    return answer


def _ask(
    request: HttpRequest, method: str, path: str, query: Json, body: Json | None = None, **headers: str
) -> HttpResponse:
    """One request to the API in the name of the one that came."""
    content = orjson.dumps(body) if body is not None else b""
    inner = WSGIRequest(
        request.META
        | {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": urlencode(query, doseq=True),
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
            **headers,
        }
    )
    inner.user = request.user
    inner.actor = request.actor  # type: ignore[attr-defined]
    view, args, kwargs = resolve(path)
    answer: HttpResponse = view(inner, *args, **kwargs)
    return answer
