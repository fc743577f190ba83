"""What the room puts into the pages of others: cards on the first page, and the way from the record to its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.office.dashboards import ports
from onmaru.office.dashboards.models import Dashboard
from onmaru.office.dashboards.queries import boards as found
from onmaru.office.dashboards.queries import designs, figures
from onmaru.office.dashboards.views import boards
from onmaru.workbench import ports as slots
from onmaru.workbench.ports import Context
from onmaru.workbench.views.page import page

NOTHING = SafeString("")
REFRESH = 300
"""Seconds after which the cards of a first page that nobody made are read anew."""


def _home(context: Context) -> SafeString:
    """The first page somebody made, else that of their role, else the one designed for what they do."""
    request, by = context["request"], context["by"]
    if not by.permissions:
        return NOTHING
    return render_to_string("dashboards/home.html", _drawn(request, by), request)


def _drawn(request: HttpRequest, by: Actor) -> dict[str, Any]:
    dashboard = found.home(by)
    cards = found.cards(dashboard) if dashboard else designs.of(by)
    drawn: dict[str, Any] = boards.drawn(request, by, cards)
    drawn |= {"dashboard": dashboard, "at_home": True, "refresh": dashboard.refresh if dashboard else REFRESH}
    return drawn | {"may_arrange": dashboard is not None and boards.may_arrange(dashboard, by)}


@page
def renewed(request: HttpRequest, by: Actor) -> HttpResponse:
    """The cards of the first page alone, where a script renews them."""
    return HttpResponse(render_to_string("dashboards/cards.html", _drawn(request, by), request))


def _record(context: Context) -> SafeString:
    record = context["detail"].record
    is_board = isinstance(record, Dashboard)
    return render_to_string("dashboards/open.html", {"key": record.pk}) if is_board else NOTHING


def register() -> None:
    """Put them into the pages."""
    slots.slots["home.above"].append(_home)
    slots.slots["record.tools"].append(_record)
    ports.register(ports.KeyFigure("waiting", _("Waiting for you"), "", figures.waiting))
    ports.register(
        ports.KeyFigure(
            "approvals-waiting", _("Waiting for approval"), "", figures.to_sign, "/approval/inbox/"
        )
    )
