"""Pages for errors that happen outside of the pages' own code; they need neither a session nor a database."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from onmaru.app import references


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    words = _("What was sent could not be read. Go back, reload the page and try once more.")
    return _page(request, 400, "alert-circle", _("This request could not be read"), words)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    words = _("Ask the administrator of your company if your work needs it.")
    return _page(request, 403, "lock", _("This is not part of your role"), words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    words = _("The record was removed, the address is wrong, or it belongs to another company.")
    return _page(request, 404, "search", _("There is nothing here"), words)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database does not answer. Nothing was saved: every command is one transaction."""
    # Who asks stands in the database too: the page must not ask it again.
    request.user = AnonymousUser()
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        words = _("Nothing was saved. The house is busy or being looked after; try again in a moment.")
        answer = _page(request, 503, "clock", _("Closed for a moment"), words)
        answer.headers["Retry-After"] = "30"
        return answer
    words = _(
        "Nothing was saved. Try again in a moment; if it happens again, tell the administrator this reference."
    )
    return _page(request, 500, "alert-triangle", _("Something broke on our side"), words)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery guard: most often a page that stayed open over a sign-out."""
    words = _(
        "The page was open for too long or you signed in again elsewhere. Go back, reload it and try once more."
    )
    return _page(request, 403, "clock", _("This page is out of date"), words)


def _page(request: HttpRequest, status: int, icon: str, title: str, words: str) -> HttpResponse:
    context = {"title": title, "words": words, "icon": icon, "inside": False}
    context |= {"reference": references.of(request), "again": _again(request, status), "back": _back(request)}
    return render(request, "workbench/problem.html", context, status=status)


def _again(request: HttpRequest, status: int) -> str:
    """The page itself, where asking for it once more may help and does nothing twice."""
    return request.get_full_path() if status >= 500 and request.method == "GET" else ""


def _back(request: HttpRequest) -> str:
    """The page of this house that led here; of what was sent, also the form at the same address."""
    # By the bare header: a request whose host is refused has a page too.
    came, host = request.headers.get("Referer", ""), request.META.get("HTTP_HOST")
    said = urlsplit(came)
    is_ours = said.scheme in ("http", "https") and bool(host) and said.netloc == host
    return came if is_ours and (said.path != request.path or request.method == "POST") else ""
