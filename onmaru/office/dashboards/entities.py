"""Dashboards as records: what is on them and who sees them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel.identity import Actor
from onmaru.office.dashboards import models
from onmaru.workbench.entity import Column, Entity, lines


def _elsewhere(_record: Any, _by: Actor) -> bool:
    return False


dashboards = Entity(
    models.Dashboard,
    icon="layout-dashboard",
    place=10,
    list="name owner audience role is_home refresh",
    form=["name is_home refresh"],
    detail=[
        "name owner audience role is_home refresh",
        lines(models.Card, "kind title about view against width text"),
    ],
    columns={"card.about": Column(_("List or key figure"), of="cards")},
    search="name",
    exchange="name is_home",
    key="name",
    filters="audience role is_home",
    actions="send share put take_off delete",
    # Cards are put on and taken off on the page of the dashboard, where they are seen.
    offered={"put": _elsewhere, "take_off": _elsewhere},
    related=[("dashboard-mailings", "dashboard")],
)

mailings = Entity(
    models.Mailing,
    name="dashboard-mailings",
    icon="mail-forward",
    place=11,
    list="dashboard receiver every hour form sent_on",
    filters="dashboard every form",
    actions="stop",
)
