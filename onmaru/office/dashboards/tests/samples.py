"""Dashboards to try the entities with."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.office.dashboards.models import Card, Dashboard, Mailing


def dashboard(by: Actor, place: int) -> Dashboard:
    """A dashboard of somebody's with a card."""
    owner, _made = User.objects.get_or_create(username="looker")
    made = Dashboard.objects.create(owner=owner, name=f"현황 {place}")
    Card.objects.create(dashboard=made, kind="number", title=f"거래처 {place}", source="parties")
    return made


def mailing(by: Actor, place: int) -> Mailing:
    """One of somebody's dashboards on its way to them."""
    board = dashboard(by, place)
    return Mailing.objects.create(dashboard=board, receiver=board.owner, hour=place % 24)
