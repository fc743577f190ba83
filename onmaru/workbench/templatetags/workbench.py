"""Small marks of the templates: icons, values, addresses."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django import template
from django.db import models
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from onmaru.kernel.identity import Actor
from onmaru.workbench import ports, shown
from onmaru.workbench.entity import Entity
from onmaru.workbench.forms import Grid
from onmaru.workbench.listing import Cell
from onmaru.workbench.menu import Area
from onmaru.workbench.views import cells, chips
from onmaru.workbench.views.chips import Chip

register = template.Library()
register.filter("midway", shown.midway)


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; words beside it or a label on its button say what it means."""
    address, look = static("icons.svg"), size and f" {size}"
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', look, address, name
    )


@register.simple_tag
def filter_chip(chip: Chip, entity: Entity) -> SafeString:
    """A filter of the bar with what opens below it."""
    return chips.drawn(chip, entity, get_language())


@register.simple_tag
def places(area: Area, here: str) -> SafeString:
    """The links of an area of the menu. In Python: a page has fifty of them."""
    ways = [(one.name, one) for one in area.entities] + [(f"reports/{one.name}", one) for one in area.reports]
    drawn = []
    for address, one in ways:
        label, current = cells.escaped(one.label), ' aria-current="page"' if address == here else ""
        drawn.append(
            f'<a href="/{address}/"{current} title="{label}">{icon(one.icon)}<span>{label}</span></a>'
        )
    return mark_safe("".join(drawn))  # noqa: S308 - every part is escaped above


@register.simple_tag(takes_context=True)
def slot(context: template.Context, place: str) -> SafeString:
    """What rooms above the workbench put here, for a person who is signed in."""
    drawn = ports.slots[place] if "by" in context else ()
    page = cast("dict[str, Any]", context.flatten())
    return format_html_join("", "{}", ((draw(page),) for draw in drawn))


@register.simple_tag
def demo_people() -> list[ports.DemoPerson]:
    """Who may be tried out; nobody unless the demonstration company was seeded."""
    return [person for source in ports.demo_people for person in source()]


@register.simple_tag
def value(cell: Cell) -> SafeString:
    """A value as it stands in a page: state with its dot, yes and no as signs, words for nothing."""
    return cells.shown(cell)


@register.simple_tag
def address(record: models.Model, by: Actor | None = None) -> str:
    """The page of a record, or nothing when it has none that this person may open."""
    return cells.address(record, by)


@register.filter
def tone(state: object) -> str:
    """The class that colours a state."""
    return cells.tone(state)


@register.filter
def moment(at: datetime) -> str:
    """A moment in the zone active now, to the minute."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.filter
def holds(text: str, choice: str) -> bool:
    """Whether a choice is among those ticked, as the text of an input has them."""
    return choice in text.split(", ")


@register.filter
def after_slash(text: str) -> str:
    """The name of a file behind its pass."""
    return text.partition("/")[2]


@register.filter
def figure(count: int) -> str:
    """A count with separators."""
    return f"{count:,}"


@register.filter
def dashed(name: str) -> str:
    """The name of an input as part of an id."""
    return name.replace(".", "-")


@register.filter
def line_id(name: str) -> str:
    """The hidden input beside a cell that says which stored line its row is: ``lines.0.product`` → ``lines.0.id``."""
    return f"{name.rpartition('.')[0]}.id"


@register.filter
def factors(grid: Grid) -> str:
    """The cells whose product is a line's amount, when the grid has both: a quantity and a unit price."""
    names = {one.field.name for one in grid.blank.inputs}
    return "quantity unit_price" if {"quantity", "unit_price"} <= names else ""
