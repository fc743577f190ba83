"""What somebody may put on a dashboard: their views and pivots, key figures, lists; and where they may put it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import commands, ports, rules
from onmaru.office.dashboards.models import Card, Dashboard
from onmaru.office.dashboards.queries import boards
from onmaru.office.pivot.queries import layout as layouts
from onmaru.office.savedviews import queries as views
from onmaru.office.savedviews import rules as asking
from onmaru.office.savedviews.models import SavedView
from onmaru.workbench import menu, registry, sight
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Choices

Kind = Card.Kind
DRAWN = {"pivot": Kind.CHART, "board": Kind.BOARD}


class Source(NamedTuple):
    """Something that a card asks; ``word`` names it in an address: ``view:7``, ``list:orders``, ``figure:cash``."""

    word: str
    label: str
    aside: str = ""
    icon: str = "list-details"
    view: SavedView | None = None
    entity: Entity | None = None
    query: str = ""

    @property
    def source(self) -> str:
        """What the card keeps."""
        return self.word.partition(":")[2] if self.view is None else self.view.entity

    @property
    def kinds(self) -> Choices:
        """How its answer may be drawn, the likeliest first."""
        if self.entity is None:
            return tuple(
                (one.value, one.label) for one in (Kind.TEXT if self.word == "text" else Kind.NUMBER,)
            )
        face = (rules.params(self.query).get("face") or [""])[0]
        likely = DRAWN.get(face, Kind.LIST)
        rest = (one for one in Kind if one not in {likely, Kind.TEXT})
        return tuple((one.value, one.label) for one in (likely, *rest))

    def measures(self, by: Actor) -> Choices:
        """The figures that it has for somebody, those of the pivot first."""
        if self.entity is None:
            return ()
        found = layouts.measures(sight.of(self.entity, by))
        asked = {one.name for one in layouts.layout(self.entity, rules.params(self.query)).measure}
        return tuple((one.name, one.label) for one in sorted(found, key=lambda one: one.name not in asked))


def offered(by: Actor, search: str = "") -> list[tuple[str, Sequence[Source]]]:
    """Everything that this person may look at, in groups, narrowed to what bears the searched words."""
    groups = (
        (_("Views and pivots"), _views(by)),
        (_("Key figures"), _figures(by)),
        (_("Lists"), _lists(by, settings=bool(search))),
    )
    seek = search.casefold()
    found = [
        (label, [one for one in some if seek in f"{one.label} {one.aside}".casefold()])
        for label, some in groups
    ]
    text = [] if seek else [(_("Text"), [_text()])]
    return [(label, some) for label, some in (*found, *text) if some]


def _views(by: Actor) -> Iterator[Source]:
    for one in views.seen(by):
        entity = registry.get(one.entity)
        if entity is not None and menu.may_view(entity, by):
            is_pivot = "face=pivot" in one.query
            icon = "table-column" if is_pivot else "bookmark"
            yield Source(f"view:{one.pk}", one.name, f"{entity.label}", icon, one, entity, one.query)


def _figures(by: Actor) -> Iterator[Source]:
    for one in ports.figures.values():
        if not one.permission or by.may(one.permission):
            yield Source(f"figure:{one.name}", f"{one.label}", icon="hash")


def _lists(by: Actor, *, settings: bool = True) -> Iterator[Source]:
    for area in menu.areas(by):
        for one in area.entities if settings or area.name not in menu.SETTINGS else ():
            yield Source(f"list:{one.name}", f"{one.label}", f"{area.label}", entity=one)


def _text() -> Source:
    return Source("text", _("Words of your own"), icon="edit")


def find(word: str, by: Actor, query: str = "") -> Source:
    """What a word names; a list with what its address asks, which may be just what the view asks that it names.

    Raises Refused(not_found) for what is not theirs to look at.
    """
    every = {"view": _views, "figure": _figures, "list": _lists}.get(word.partition(":")[0])
    known = [_text()] if word == "text" else every(by) if every else ()
    found = next((one for one in known if one.word == word), None)
    if found is None:
        raise Refused(refusals.NOT_FOUND("source"))
    asked = asking.asked(query)
    named = (rules.params(query).get("view") or [""])[0]
    same = (one for one in _views(by) if one.word == f"view:{named}" and asking.asked(one.query) == asked)
    return found if found.view is not None else next(same, found._replace(query=asked))


def word_of(card: Card, by: Actor) -> str:
    """How an address names what a card asks; a view that only others see is the list it asks."""
    if card.kind == Kind.TEXT:
        return "text"
    if card.view_id and views.seen(by).filter(pk=card.view_id).exists():
        return f"view:{card.view_id}"
    return f"{'figure' if card.source in ports.figures else 'list'}:{card.source}"


def boards_of(by: Actor) -> QuerySet[Dashboard]:
    """The dashboards whose cards are this person's to choose: their own, and all for who looks after them."""
    seen = boards.seen(by)
    return seen if by.may(commands.put.permission) else seen.filter(owner=by.user_id)
