"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from typing import Any

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.organization import commands
from onmaru.masters.organization.models import Department, Member
from onmaru.masters.site.models import Company
from onmaru.workbench.tests import samples


def department(by: Actor, place: int) -> Department:
    """Teams of the first company."""
    company = samples.first(Company, by)
    return commands.departments.create(by=by, company=company, code=f"T{place}", name=f"{place}팀")


def member(by: Actor, place: int) -> Member:
    """People of the first department."""
    person = User.objects.create(username=f"member{place}", full_name=f"직원 {place}")
    values: dict[str, Any] = {"person": person, "title": f"대리 {place}", "starts_on": samples.DAY}
    return commands.members.create(by=by, department=samples.first(Department, by), **values)
