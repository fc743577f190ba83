"""Whose dashboards are whose."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards.models import Card, Dashboard


def seen(by: Actor) -> QuerySet[Any]:
    """The dashboards somebody may open: their own, those shared with them, and those their role may look after."""
    shared = Q(audience="all") | Q(audience="role", role__is_active=True, role__grants__user=by.user_id)
    mine = Dashboard.objects.filter(Q(owner=by.user_id) | shared).values("pk")
    kept = permissions.visible(Dashboard.objects.all(), by).values("pk")
    return Dashboard.objects.filter(Q(pk__in=mine) | Q(pk__in=kept)).order_by("name", "pk")


def find(by: Actor, key: int) -> Dashboard:
    """One dashboard. Raises Refused(not_found) for one that this person does not see."""
    found: Dashboard | None = seen(by).filter(pk=key).first()
    if found is None:
        raise Refused(refusals.NOT_FOUND())
    return found


def home(by: Actor) -> Dashboard | None:
    """The first page somebody made for themselves, else the one of their role, else the one for everyone."""
    shared = Q(audience="all") | Q(audience="role", role__is_active=True, role__grants__user=by.user_id)
    rows = Dashboard.objects.filter(Q(owner=by.user_id) | shared, is_home=True).distinct()
    rank = {"role": 1, "all": 2}
    found = sorted(rows, key=lambda one: (one.owner_id != by.user_id, rank.get(one.audience, 0), one.pk))
    return found[0] if found else None


def cards(dashboard: Dashboard) -> list[Card]:
    """Its cards as they stand."""
    return list(dashboard.cards.select_related("view").order_by("ordinal", "pk"))
