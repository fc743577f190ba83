"""Roles given to people, for one company or for all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.site.models import Company
from onmaru.office.access.commands import roles

BEYOND_COMPANY = refusals.reason(
    "beyond_company", _("Your own roles are for some companies only; name one of them.")
)


@commands.command(label=_("Give a role"), model=Grant)
def create(*, by: Actor, user: User, role: Role, company: Company | None = None) -> Grant:
    """Give a person a role, in one company or (none named) in all. Nobody gives more than they have."""
    everywhere = company is None and by.companies is not None
    refusals.check(
        [
            roles.beyond(by, role.permissions),
            BEYOND_COMPANY("company") if everywhere else None,
        ]
    )
    values = {"user": user, "role": role, "company_id": company.pk if company else None}
    grant = records.fill(Grant(), values)
    grant.save()
    return grant


@commands.command(label=_("Take the role away"), model=Grant, danger=True)
def remove(grant: Grant, *, by: Actor) -> None:
    """Take a role from a person; the history keeps who had it."""
    Grant.objects.filter(pk=grant.pk).delete()
