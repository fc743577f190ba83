"""What the faces share: the filtered rows, the bar above them, and who may move what by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from onmaru.kernel.identity import Actor
from onmaru.workbench import calls, filters, listing, shown
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.filters import Query
from onmaru.workbench.views import cells, chips, lists
from onmaru.workbench.views.page import is_part, show


class Choice(NamedTuple):
    """One of several ways to lay the records out: what it is called, its address, whether it is the one shown."""

    label: Any
    href: str
    on: bool


@dataclass(frozen=True)
class Asked:
    """A request for a face, understood: what the list would show for the same address."""

    request: HttpRequest
    by: Actor
    entity: Entity
    query: Query
    found: QuerySet[Any]

    def word(self, name: str) -> str:
        """A parameter of the face, "" when the address has none."""
        return str(self.request.GET.get(name, ""))

    def href(self, **changed: str | None) -> str:
        """The same address with something changed."""
        return chips.query(self.request.GET, drop="", **changed)

    def choices(self, name: str, columns: Sequence[Column], now: Column) -> list[Choice]:
        """The columns that a face may go by, as a menu."""
        return [Choice(one.label, self.href(**{name: one.name}), one is now) for one in columns]


def read(request: HttpRequest, by: Actor, entity: Entity) -> Asked:
    """Filters and search by the rule of the list; what cannot be read is said above the records."""
    query = filters.read(entity, by, request.GET)
    return Asked(request, by, entity, query, listing.select(entity, by, query))


def draw(asked: Asked, inside: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page of a face, or only the face itself (the template ``inside``) where a script asks for a part."""
    heading = lists.heading(asked.entity, asked.by, asked.request.GET)
    bar = {"page": asked.query, "chips": chips.chips(asked.entity, asked.query, asked.request.GET)}
    template = inside if is_part(asked.request) else "faces/face.html"
    return show(
        asked.request,
        asked.by,
        template,
        {**heading, **bar, **context, "inside": inside},
        here=asked.entity.name,
    )


def chosen(columns: Sequence[Column], name: str) -> Column:
    """The column of this name, else the first."""
    return next((one for one in columns if one.name == name), columns[0])


def may_edit(entity: Entity, by: Actor, *names: str) -> bool:
    """Whether this person's role may change these fields, and the entity's edit takes them."""
    command = entity.edit
    if command is None or not by.may(command.permission):
        return False
    return {one.name for one in calls.asks(entity, command)}.issuperset(names)


def editable(entity: Entity, by: Actor, *names: str) -> Callable[[Any], bool]:
    """A function from a record to whether this person may change these fields of it now."""
    if entity.edit is None or not may_edit(entity, by, *names):
        return lambda record: False
    return entity.edit.fits


def tone(entity: Entity) -> Callable[[Any], tuple[str, str]]:
    """A function from a record to the class and the word of its state."""
    state = next((one for one in entity.list_columns if one.kind == "state"), None)
    if state is None:
        return lambda record: ("", "")
    words = {value: str(label) for value, label in state.choices}
    get = state.getter
    return lambda record: (cells.tone(get(record)), words.get(get(record), ""))


def amount_of(entity: Entity) -> Column | None:
    """The amount that says most about a record: its total, else the first that is summed."""
    found = [one for one in entity.list_columns if one.kind == "money" and one.summed and one.path]
    return next((one for one in found if one.name in {"total", *entity.pivot}), found[0] if found else None)


def told_by(entity: Entity) -> Callable[[Any], str]:
    """A function from a record to what tells it from others beside its own name: whom or what it is for."""
    plain = (one for one in entity.list_columns[1:] if one.kind in {"reference", "text"})
    column = next((one for one in plain if one.name != "company"), None)
    if column is None:
        return lambda record: ""
    words, get = shown.shower(column), column.getter
    return lambda record: words(get(record), record)
