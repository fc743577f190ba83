"""What every page shares: who asks, the shell around it, and the pages that say what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from onmaru.kernel import calendars, identity, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import menu, registry, shown, sight
from onmaru.workbench.entity import Entity

View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """A page for people who are signed in; its view takes ``(request, by, ...)``. Refusals become pages."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        by = identity.actor(request.user, address=request.META.get("REMOTE_ADDR"))
        # Not an override around the view: a file that streams is still being written after it returned.
        request.companies = menu.companies(by)  # type: ignore[attr-defined]
        zone = request.companies[0].zone if request.companies else calendars.DEFAULT_ZONE  # type: ignore[attr-defined]
        timezone.activate(ZoneInfo(zone))
        try:
            with shown.at_home(*(one.currency for one in request.companies)):  # type: ignore[attr-defined]
                response = view(request, by, *args, **kwargs)
        except Refused as refused:
            response = refuse(request, by, refused)
        # What a person may see is not for a shared cache, and a part fetched by a script is not the page.
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    return answer


def _sign_in(request: HttpRequest) -> HttpResponse:
    if not is_part(request):
        return redirect_to_login(request.get_full_path())
    back = request.headers.get("HX-Current-URL", "/")
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    return HttpResponse(headers={"HX-Redirect": address})


def is_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page rather than a person for the whole."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


def show(
    request: HttpRequest,
    by: Actor,
    template: str,
    context: Mapping[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render ``template`` inside the shell; ``here`` is the entity marked in the menu."""
    shell = {
        "menu": menu.rail(by, here, request.COOKIES.get("areas")),
        "here": here,
        "narrow": request.COOKIES.get("rail") == "narrow",
        "company": " · ".join(one.name for one in request.companies),  # type: ignore[attr-defined]
    }
    return render(request, template, {**context, "shell": shell, "by": by}, status=status)


def entity(name: str, by: Actor) -> Entity:
    """The entity at this address. Raises Refused: not_found, or not_permitted for one this person may not see."""
    found = registry.get(name)
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    if not menu.may_view(found, by):
        raise Refused(refusals.NOT_PERMITTED(permission=found.label))
    return sight.of(found, by)


def refuse(request: HttpRequest, by: Actor, refused: Refused) -> HttpResponse:
    """A page in the shell for what cannot be shown or done: 403, 404, or 422 with the reasons."""
    status = {"not_permitted": 403, "not_found": 404}.get(refused.codes[0], 422)
    titles = {
        403: _("This is not part of your role"),
        404: _("There is nothing here"),
        422: _("This cannot be done"),
    }
    words = {
        403: _("Ask the administrator of your company if your work needs it."),
        404: _("The record was removed, the address is wrong, or it belongs to another company."),
    }.get(status, "")
    icons = {403: "lock", 404: "search", 422: "alert-circle"}
    context = {"title": titles[status], "words": words, "icon": icons[status], "inside": True}
    if status != 404:
        context["reasons"] = refused.reasons
    if is_part(request):
        return show(request, by, "workbench/part/refused.html", context, status=422)
    return show(request, by, "workbench/problem.html", context, status=status)
