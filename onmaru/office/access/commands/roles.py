"""Roles: named sets of permissions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Role
from onmaru.kernel.refusals import Refusal

BEYOND_YOURSELF = refusals.reason(
    "beyond_yourself", _("Nobody gives more than they have: your own roles lack “{permission}”.")
)


@commands.command(label=_("New role"), model=Role)
def create(*, by: Actor, code: str, name_ko: str, name_en: str) -> Role:
    """A role that may nothing yet."""
    role = records.fill(Role(), {"code": code, "name_ko": name_ko, "name_en": name_en})
    role.save()
    return role


@commands.command(label=_("Edit"), model=Role)
def edit(role: Role, *, by: Actor, **values: Any) -> Role:
    """Change what a role is called; what it may is changed by ``permit``."""
    refusals.check(
        [refusals.FIELD_UNKNOWN("permissions", label="permissions") if "permissions" in values else None]
    )
    return records.fill(role, values)


@commands.command(label=_("Set permissions"), model=Role)
def permit(role: Role, *, by: Actor, permissions: Sequence[str]) -> Role:
    """Set all that a role may. Refuses to add what the actor has not."""
    refusals.check([beyond(by, set(permissions) - set(role.permissions))])
    role.permissions = sorted(set(permissions))
    return role


@commands.command(label=_("Archive"), model=Role)
def archive(role: Role, *, by: Actor) -> Role:
    """Take a role out of use: who has it may nothing by it."""
    role.is_active = False
    return role


@commands.command(label=_("Restore"), model=Role)
def restore(role: Role, *, by: Actor) -> Role:
    """Take a role into use again. Refuses one that may more than the actor."""
    refusals.check([beyond(by, role.permissions)])
    role.is_active = True
    return role


def beyond(by: Actor, permissions: Collection[str]) -> Refusal | None:
    """The reason when ``by`` has not all of these permissions."""
    lacking = sorted(one for one in permissions if not by.may(one))
    return BEYOND_YOURSELF("permissions", permission=lacking[0]) if lacking else None
