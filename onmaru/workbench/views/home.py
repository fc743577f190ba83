"""The first page: what waits for this person, what they may enter, where they left off; and their language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from onmaru.kernel import identity, people
from onmaru.kernel.identity import Actor
from onmaru.workbench import menu, search
from onmaru.workbench.views.page import is_part, page, show

YEAR = 365 * 24 * 3600


@page
def home(request: HttpRequest, by: Actor) -> HttpResponse:
    """Today's lists by role."""
    context = {
        "waiting": menu.waiting(by),
        "creatable": menu.creatable(by),
        "recent": menu.recent(by),
        "areas": menu.areas(by),
    }
    return show(request, by, "workbench/home.html", context)


@page
def find(request: HttpRequest, by: Actor) -> HttpResponse:
    """Everything that matches: a list below the search box while typing, a page on Enter."""
    text = request.GET.get("q", "").strip()[:100]
    context = {"q": text, "found": search.everywhere(by, text) if text else []}
    template = "workbench/part/found.html" if is_part(request) else "workbench/search.html"
    return show(request, by, template, context)


@require_POST
@page
def choose_look(request: HttpRequest, by: Actor) -> HttpResponse:
    """Remember theme, contrast and text size with the person."""
    asked: dict[str, Any] = {
        name: request.POST[name] for name in people.choose_look.parameters if name in request.POST
    }
    people.choose_look(request.user, by=identity.only(by, people.choose_look.permission), **asked)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "/")
    return HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language with the person, and in this browser for the pages before the sign-in."""
    language = request.POST.get("language", "")
    response = _back(request)
    if not check_for_language(language) or language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        # One's own language is nobody's to grant.
        by = identity.only(identity.actor(request.user), people.choose_language.permission)
        people.choose_language(request.user, language=language, by=by)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response
