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
from onmaru.workbench import calls, filters, registry
from onmaru.workbench.entity import Column, Entity
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
    """A filter that several cards understand: what it picks from, the id that stands in it, and that in words."""

    column: Column
    lookup: str
    value: str
    shown: str


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
        "filters": _filters(request, by, cards),
        "may_arrange": may_arrange(dashboard, by),
        "asked": request.GET.urlencode(),
    }
    template = "dashboards/cards.html" if pages.is_part(request) else "dashboards/page.html"
    return pages.show(request, by, template, context, here="dashboards")


def drawn(request: HttpRequest, by: Actor, cards: Sequence[Card]) -> dict[str, Any]:
    """What the template of cards shows."""
    return {"answers": answers.every(cards, by, answers.across(request.GET))}


def _filters(request: HttpRequest, by: Actor, cards: Sequence[Card]) -> list[Across]:
    """References by which at least two cards can be narrowed, and whatever else the address asks."""
    asked = [one for one in (registry.get(card.source) for card in cards) if one is not None]
    lists = [(one, name) for one in asked for name in one.filters.split()]
    often = Counter(name for _one, name in lists)
    wanted = {name: one for one, name in lists if often[name] > 1 or name in request.GET}
    found = (_across(one, name, request.GET.get(name, ""), by) for name, one in wanted.items())
    return [one for one in found if one is not None]


def _across(entity: Entity, name: str, said: str, by: Actor) -> Across | None:
    column = entity.filter_columns.get(name)
    of = registry.of_model(column.model) if column is not None and column.model else None
    if column is None or of is None or column.kind != "reference":
        return None
    texts = [text for one in filters.read(entity, by, {name: said}).filters for text in one.texts]
    return Across(column, of.name, said, ", ".join(texts) or said)


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
