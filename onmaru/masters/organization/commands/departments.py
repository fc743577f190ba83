"""The tree of departments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.masters.organization import queries
from onmaru.masters.organization.models import Department
from onmaru.masters.site.models import Company

ABOVE_ITSELF = refusals.reason("above_itself", _("A department cannot stand below itself."))
OF_ANOTHER_COMPANY = refusals.reason(
    "of_another_company", _("The department above belongs to another company.")
)


@commands.command(label=_("New department"), model=Department)
def create(*, by: Actor, company: Company, **values: Any) -> Department:
    """Add a department to a company. Refuses above_itself and of_another_company."""
    made = Department(company=company)
    refusals.check([*records.problems(made, values, exclude=["company"]), _misplaced(made)])
    made.save()
    return made


@commands.command(label=_("Edit"), model=Department)
def edit(department: Department, *, by: Actor, **values: Any) -> Department:
    """Change what a department is called and where it stands. Its company stands."""
    refusals.check([*records.fixed(department, values, "company"), *records.problems(department, values)])
    refusals.check([_misplaced(department)])
    return department


@commands.command(label=_("Archive"), model=Department)
def archive(department: Department, *, by: Actor) -> Department:
    """Take a department out of use; what it did stays its own."""
    department.is_active = False
    return department


@commands.command(label=_("Restore"), model=Department)
def restore(department: Department, *, by: Actor) -> Department:
    """Take a department into use again."""
    department.is_active = True
    return department


def _misplaced(department: Department) -> Refusal | None:
    above = department.parent
    if above is None:
        return None
    if above.company_id != department.company_id:
        return OF_ANOTHER_COMPANY("parent")
    return ABOVE_ITSELF("parent") if department.pk in queries.upwards(above) else None
