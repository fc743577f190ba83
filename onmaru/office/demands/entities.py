"""What people see and enter of demands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.office.demands import models
from onmaru.workbench.entity import Column, Entity, section

demands = Entity(
    models.Demand,
    icon="shield-check",
    list="name asked company condition line runs starts_on ends_on",
    columns={"asked": Column(_("Command"), of="command")},
    detail=[
        "name asked company condition line runs starts_on ends_on",
        section(_("A reason that it waives"), "refusal waiver"),
    ],
    form=[
        "name command company condition line runs starts_on ends_on",
        section(_("A reason that it waives"), "refusal waiver"),
    ],
    search="name command",
    exchange="name command company.code condition refusal waiver runs starts_on ends_on",
    key="name starts_on",
    filters="company line starts_on",
    order="name",
)
