"""What people see and enter of demands."""

from __future__ import annotations

from onmaru.office.demands import models, queries
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.fields import Asked

demands = Entity(
    models.Demand,
    icon="shield-check",
    list="name command refusal company condition line runs starts_on ends_on",
    columns={
        "command": Column(choices=Asked(queries.commands_in_words)),
        "refusal": Column(choices=Asked(queries.waivers_in_words)),
    },
    form=["name command refusal company condition line runs starts_on ends_on"],
    search="name command",
    exchange="name command company.code condition refusal waiver runs starts_on ends_on",
    key="name starts_on",
    filters="company line starts_on",
    order="name",
)
