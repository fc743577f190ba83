"""Refusals over HTTP: application/problem+json (RFC 9457) with every reason."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal, Refused

BODY_UNREADABLE = refusals.reason("body_unreadable", _("The request body is not a JSON object."))
SIGN_IN_NEEDED = refusals.reason("sign_in_needed", _("Sign in first."))
CSRF_FAILED = refusals.reason("csrf_failed", _("The request did not carry this session's token."))
BODY_TOO_LARGE = refusals.reason("body_too_large", _("The request body is too large."))

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "not_permitted": 403,
    "not_yours": 403,
    "same_person": 403,
    "csrf_failed": 403,
    "not_found": 404,
    "changed_meanwhile": 409,
    "key_reused": 409,
    "move_not_allowed": 409,
    "body_unreadable": 400,
    "sign_in_needed": 401,
    "body_too_large": 413,
    "too_many_requests": 429,
}


class ReasonOut(Schema):
    """One reason; ``field`` is the parameter or body field concerned (``lines.0.quantity``), "" for the whole."""

    code: str
    message: str
    field: str


class Problem(Schema):
    """Why a request did nothing."""

    type: str
    title: str
    status: int
    code: str
    reasons: list[ReasonOut]


def answer(reasons: Iterable[Refusal]) -> HttpResponse:
    """The answer for refused requests; the status is that of the first reason which has one of its own."""
    reasons = list(reasons)
    told = [reason.as_dict() for reason in reasons]
    status = next((STATUS[one["code"]] for one in told if one["code"] in STATUS), 422)
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": told[0]["code"] if told else "",
        "reasons": told,
    }
    later = next((one.params["seconds"] for one in reasons if STATUS.get(one.code) == 429), None)
    headers = {"Retry-After": str(later)} if later else {}
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def missing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any address below /api/ that is none."""
    return answer([refusals.NOT_FOUND()])


def of_error(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The answer for what an operation raised."""
    if isinstance(error, Refused):
        return answer(error.reasons)
    if isinstance(error, AuthenticationError):
        return answer([SIGN_IN_NEEDED()])
    if isinstance(error, HttpError):
        return answer([CSRF_FAILED() if error.status_code == 403 else BODY_UNREADABLE()])
    if isinstance(error, RequestDataTooBig):
        return answer([BODY_TOO_LARGE()])
    return answer([refusals.NOT_FOUND()])


CAUGHT: tuple[Any, ...] = (Refused, AuthenticationError, HttpError, RequestDataTooBig, ObjectDoesNotExist)
