"""A dashboard as a page: its cards, the filters across them, its order changed by hand, and the same on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from onmaru.kernel import identity, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands, reports
from onmaru.office.dashboards.models import Card, Dashboard
from onmaru.office.dashboards.queries import answers
from onmaru.office.dashboards.queries import boards as found
from onmaru.office.rest.views import problems
from onmaru.workbench import calls, registry
from onmaru.workbench.fields import Text
from onmaru.workbench.views import page as pages
from onmaru.workbench.views.page import page

PERIODS: Sequence[tuple[str, Text]] = (
    ("", _("Days as each card asks")),
    ("today", _("today")),
    ("yesterday", _("yesterday")),
    ("this week", _("this week")),
    ("this month", _("this month")),
    ("last month", _("last month")),
    ("this quarter", _("this quarter")),
    ("this year", _("this year")),
    ("last year", _("last year")),
)


class Across(NamedTuple):
    """A filter that several cards understand: its name, its words and what stands in it."""

    name: str
    label: Text
    said: str


@page
def show(request: HttpRequest, by: Actor, key: int) -> HttpResponse:
    """The page, or its cards alone where a script renews them."""
    dashboard = found.find(by, key)
    cards = found.cards(dashboard)
    context = drawn(request, by, cards) | {
        "dashboard": dashboard,
        "others": found.seen(by),
        "periods": PERIODS,
        "period": request.GET.get(answers.PERIOD, ""),
        "filters": _filters(request, cards),
        "may_arrange": may_arrange(dashboard, by),
        "asked": request.GET.urlencode(),
    }
    template = "dashboards/cards.html" if pages.is_part(request) else "dashboards/page.html"
    return pages.show(request, by, template, context, here="dashboards")


def drawn(request: HttpRequest, by: Actor, cards: Sequence[Card]) -> dict[str, Any]:
    """What the template of cards shows."""
    return {"answers": answers.every(cards, by, answers.across(request.GET))}


def _filters(request: HttpRequest, cards: Sequence[Card]) -> list[Across]:
    """References that at least two lists of the page have, and whatever else the address asks."""
    entities = [one for one in map(registry.get, {card.source for card in cards}) if one is not None]
    columns = [c for one in entities for c in one.filter_columns.values() if c.kind == "reference"]
    often = Counter(one.name for one in columns)
    shared = {one.name: one.label for one in columns if often[one.name] > 1 or one.name in request.GET}
    return [Across(name, label, request.GET.get(name, "")) for name, label in shared.items()]


def may_arrange(dashboard: Dashboard, by: Actor) -> bool:
    """Whether a person may put its cards into another order: their own dashboard's always."""
    return dashboard.owner_id == by.user_id or by.may(commands.arrange.permission)


@require_POST
@page
def arrange(request: HttpRequest, by: Actor, key: int) -> HttpResponse:
    """The order and widths of the cards as a hand left them. One's own dashboard is nobody's to grant."""
    dashboard = found.find(by, key)
    actor = identity.only(by, commands.arrange.permission) if dashboard.owner_id == by.user_id else by
    try:
        asked = {name: [int(one) for one in request.POST.getlist(name)] for name in ("cards", "widths")}
        calls.do(commands.arrange, actor, asked, subject=dashboard)
    except ValueError:
        return problems.answer([problems.BODY_UNREADABLE()])
    except Refused as refused:
        return problems.answer(refused.reasons)
    return HttpResponse(status=204)


@page
def take(request: HttpRequest, by: Actor, key: int, form: str) -> HttpResponse:
    """The dashboard as a PDF or a workbook, as this person sees it now."""
    if form not in reports.FORMS:
        raise Refused(refusals.NOT_FOUND())
    dashboard = found.find(by, key)
    told = answers.every(found.cards(dashboard), by, answers.across(request.GET))
    content, kind = reports.made(form, dashboard.name, told, by)
    headers = {"Content-Disposition": f'attachment; filename="dashboard-{key}.{form}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
