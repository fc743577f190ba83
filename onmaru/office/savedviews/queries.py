"""Whose views are whose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Q, QuerySet

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant
from onmaru.kernel.refusals import Refused
from onmaru.office.counts import queries as counts
from onmaru.office.savedviews.models import Mark, SavedView
from onmaru.workbench import menu, registry
from onmaru.workbench.entity import Entity

READ = ("id", "owner_id", "entity", "name", "query", "audience", "role_id")
MARKS = ("pinned", "usual")


def seen(by: Actor) -> QuerySet[Any]:
    """The views this person may open: their own and those shared with them, by name, with their own marks."""
    return _seen(by.user_id)


def _seen(user_id: Any) -> QuerySet[Any]:
    mine = Mark.objects.filter(view=OuterRef("pk"), user=user_id)
    roles = Grant.objects.filter(user=user_id, role__is_active=True).values("role")
    seen = Q(owner=user_id) | Q(audience="all") | Q(audience="role", role__in=roles)
    marked = {word: Exists(mine.filter(**{word: True})) for word in MARKS}
    return SavedView.objects.filter(seen).annotate(**marked).order_by("name", "pk")


def now(by: Actor) -> list[Any]:
    """The same views as every page asks for them: by one statement that is compiled once."""
    return [_view(row) for row in _rows(user_id=by.user_id)]


@counts.compiled
def _rows(user_id: Any) -> QuerySet[Any, Any]:
    return _seen(user_id).values_list(*READ, *MARKS)


def _view(row: tuple[Any, ...]) -> SavedView:
    view = SavedView.from_db(DEFAULT_DB_ALIAS, READ, row[: len(READ)])
    for word, value in zip(MARKS, row[len(READ) :], strict=True):
        setattr(view, word, value)
    return view


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
