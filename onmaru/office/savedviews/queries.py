"""Whose views are whose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.savedviews.models import Mark, SavedView
from onmaru.workbench import menu, registry
from onmaru.workbench.entity import Entity


def seen(by: Actor) -> QuerySet[Any]:
    """The views this person may open: their own and those shared with them, by name, with their own marks."""
    mine = Mark.objects.filter(view=OuterRef("pk"), user=by.user_id)
    shared = Q(audience="all") | Q(audience="role", role__is_active=True, role__grants__user=by.user_id)
    rows = SavedView.objects.filter(Q(owner=by.user_id) | shared).distinct().order_by("name", "pk")
    return rows.annotate(pinned=Exists(mine.filter(pinned=True)), usual=Exists(mine.filter(usual=True)))


def of(entity: Entity, views: Iterable[SavedView]) -> list[SavedView]:
    """Those of one list."""
    return [one for one in views if one.entity == entity.name]


def pinned(views: Iterable[Any], by: Actor) -> list[SavedView]:
    """Those in this person's menu, without those of lists that are closed to them."""
    found = (one for one in views if one.pinned)
    return [one for one in found if (entity := registry.get(one.entity)) and menu.may_view(entity, by)]


def find(by: Actor, pk: int) -> SavedView:
    """One view. Raises Refused(not_found) for one this person does not see."""
    found: SavedView | None = seen(by).filter(pk=pk).first()
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def usual(entity: Entity, views: Iterable[Any]) -> str:
    """What a list opened by its bare name asks for this person; nothing unless they chose a view."""
    return next((one.asked for one in of(entity, views) if one.usual), "")  # type: ignore[attr-defined]
