"""What people see and enter of the organization."""

from __future__ import annotations

from onmaru.masters.organization import models
from onmaru.workbench.entity import Entity

departments = Entity(
    models.Department,
    area="settings",
    icon="sitemap",
    place=11,
    list="code name name_en parent company is_active",
    form=["company code name name_en parent"],
    exchange="company.code code name name_en parent.code",
    key="company code",
    related=[("members", "department"), ("departments", "parent")],
)

members = Entity(
    models.Member,
    area="settings",
    icon="users",
    place=12,
    list="department person title is_head starts_on ends_on",
    search="department.name person.full_name title",
    exchange="department.code person.username title is_head starts_on ends_on",
    key="department person starts_on",
    order="department",
)
