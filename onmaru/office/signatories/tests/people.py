"""A company of people who draft, review, consent and decide, and the lines they sit in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import calendars, identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.organization import commands as organization
from onmaru.masters.organization.models import Department
from onmaru.masters.site import commands as site
from onmaru.masters.site.models import Company
from onmaru.office.signatories import commands
from onmaru.office.signatories.models import Line
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal, Firm

BY = identity.system("tester")
TODAY = calendars.today()
PEOPLE = {
    "clerk": "이서연",
    "lead": "박팀장",
    "law": "정법무",
    "books": "한회계",
    "safety": "오안전",
    "director": "최이사",
    "owner": "김대표",
}
STAFF = [
    *(
        f"approval.{one}"
        for one in ("approval.view", "approval.draft", "approval.approve", "approval.reject")
    ),
    *(f"approval.approval.{one}" for one in ("recall", "remind", "read", "carry_out")),
    "signatories.absence.view",
    "signatories.absence.create",
    "scratch.*",
]


@dataclass
class House:
    """The company, and its people as actors."""

    company: Company
    team: Department
    users: dict[str, User]

    def actor(self, name: str) -> Actor:
        """A person as they sign in now."""
        return identity.actor(self.users[name])

    def deal(self, total: int = 500_000, lines: int = 1) -> Deal:
        """An order to be approved."""
        rows = [{"item": "헬멧", "quantity": Decimal(1), "price": Decimal(total)} for _one in range(lines)]
        place = Deal.objects.count()
        firm, _made = Firm.objects.get_or_create(code="F1", defaults={"name": "마루"})
        client, _made = Client.objects.get_or_create(
            code="C1", defaults={"name": "한강", "search_text": "한강"}
        )
        return scratch.create(
            by=BY, today=TODAY, company=firm, client=client, number=f"D-{place}", lines=rows
        )

    def line(self, *seats: dict[str, Any], **values: Any) -> Line:
        """A line of the house."""
        given: dict[str, Any] = {"name": "전결규정", "starts_on": TODAY - timedelta(days=30)} | values
        return commands.lines.create(by=BY, seats=list(seats), **given)

    def seat(self, role: str, name: str, **values: Any) -> dict[str, Any]:
        """A place for a person, or for whoever heads what (head, above, top)."""
        if name not in self.users:
            return {"role": role, "whose": name, **values}
        return {"role": role, "whose": "person", "person": self.users[name], **values}


def build() -> House:
    """The company with its people, for tests with a database of their own too."""
    company = site.companies.create(by=BY, code="M1", name="마루상사")
    role = Role.objects.create(code="staff", name_ko="직원", name_en="Staff", permissions=STAFF)
    users = {}
    for login, name in PEOPLE.items():
        users[login] = User.objects.create_user(login, full_name=name, password="open sesame 9")
        Grant.objects.create(user=users[login], role=role)
    made = organization.departments.create
    office = made(by=BY, company=company, code="H", name="본사")
    division = made(by=BY, company=company, code="D", name="영업본부", parent=office)
    team = made(by=BY, company=company, code="T", name="영업1팀", parent=division)
    day = TODAY - timedelta(days=400)
    for department, login, title, head in (
        (office, "owner", "대표이사", True),
        (division, "director", "이사", True),
        (team, "lead", "팀장", True),
        (team, "clerk", "대리", False),
    ):
        values: dict[str, Any] = {"person": users[login], "title": title, "is_head": head, "starts_on": day}
        organization.members.create(by=BY, department=department, **values)
    return House(company, team, users)


def refused(attempt: Callable[[], Any]) -> list[str]:
    """The codes by which an attempt was refused."""
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.codes
