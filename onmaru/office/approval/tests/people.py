"""The company of those who sign, with a way to draft and to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from onmaru.office.approval import commands
from onmaru.office.approval.models import Approval
from onmaru.office.signatories.tests import people
from onmaru.office.signatories.tests.people import BY, TODAY

__all__ = ["BY", "TODAY", "House", "build"]


@dataclass
class House(people.House):
    """The company, its people as actors, and a way to draft."""

    def draft(self, record: Any, who: str = "clerk", **values: Any) -> Approval:
        """Put a record to approval."""
        given = {"kind": record._meta.label_lower, "record_id": record.pk, "today": TODAY, **values}
        return commands.drafting.draft(by=self.actor(who), **given)

    def approve(self, approval: Approval, who: str, on: date = TODAY, **values: Any) -> Approval:
        """Sign as a person."""
        return commands.signing.approve(approval, by=self.actor(who), today=on, **values)

    def reject(self, approval: Approval, who: str, reason: str = "금액 확인") -> Approval:
        """Return as a person."""
        return commands.signing.reject(approval, by=self.actor(who), today=TODAY, reason=reason)

    def states(self, approval: Approval) -> list[str]:
        """Who stands where: ``clerk:open``."""
        names = {user.pk: name for name, user in self.users.items()}
        return [f"{names[one.person_id]}:{one.state}" for one in approval.steps.all()]


def build() -> House:
    """The company with its people, for tests with a database of their own too."""
    found = people.build()
    return House(found.company, found.team, found.users)
