"""Pages for errors that happen outside of the pages' own code; they need neither a session nor a database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


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
    """500. Nothing was saved: every command is one transaction."""
    words = _(
        "Nothing was saved. Try again in a moment; if it happens again, tell the administrator what you did."
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
    return render(request, "workbench/problem.html", context, status=status)
