"""Dashboards as records: what is on them and who sees them."""

from __future__ import annotations

from onmaru.office.dashboards import models
from onmaru.workbench.entity import Entity, lines

dashboards = Entity(
    models.Dashboard,
    icon="layout-dashboard",
    place=10,
    list="name owner audience role is_home refresh",
    form=[
        "name is_home refresh",
        lines(
            models.Card,
            "kind title source view query measure against width text",
            optional="kind measure width",
        ),
    ],
    detail=[
        "name owner audience role is_home refresh",
        lines(models.Card, "kind title source view query measure against width text"),
    ],
    search="name",
    filters="audience role is_home",
    actions="send share delete",
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
