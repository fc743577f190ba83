"""Small marks of the templates: icons, values, addresses."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onmaru.kernel import permissions
from onmaru.kernel.identity import Actor
from onmaru.workbench import ports, registry
from onmaru.workbench.listing import Cell
from onmaru.workbench.views import cells

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; words beside it or a label on its button say what it means."""
    address = static("icons.svg")
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', size, address, name)


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
def may_view(entity: Any, by: Actor) -> bool:
    """Whether the person may see records of this entity."""
    return by.may(permissions.code(registry.get(entity.name).model, "view"))  # type: ignore[union-attr]
