"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.masters.organization.models import Department
from onmaru.office.approval import commands
from onmaru.office.approval.commands.drafting import Asked
from onmaru.office.approval.models import Approval
from onmaru.office.signatories.models import Role
from onmaru.office.signatories.tests.samples import person
from onmaru.workbench.tests import samples


def approval(by: Actor, place: int) -> Approval:
    """Documents about departments."""
    record = samples.first(Department, by, place)
    steps = [Asked(Role.DECIDE, person(place, "signer").pk)]
    drafter = identity.actor(person(place, "drafter"))
    given = {"kind": "organization.department", "record_id": record.pk, "steps": steps}
    return commands.drafting.draft(by=drafter, today=samples.DAY, title=f"기안 {place}", **given)
