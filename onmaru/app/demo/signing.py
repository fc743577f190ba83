"""How the demonstration company decides: its departments, its approval lines, and what waits for a signature."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onmaru.app.demo.ground import Place
from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.organization.commands import departments, members
from onmaru.office.approval.commands import drafting
from onmaru.office.demands import commands as demands
from onmaru.office.forms.commands import designs, papers
from onmaru.office.forms.models import Form
from onmaru.office.signatories.commands import lines

BY = identity.system("온마루 데모")
TEAMS = (
    ("T10", "영업팀", "Sales", "sales", "팀장"),
    ("T20", "관리팀", "Administration", "accounting", "팀장"),
)


def begin(place: Place, staff: dict[str, Actor], day: date) -> None:
    """Lay out the organization, its lines and forms, and put two papers to approval."""
    people = {one.username: one for one in User.objects.all()}
    first = place.first_on.replace(month=1, day=1)
    office = departments.create(
        by=BY, company=place.company, code="T00", name="대표이사실", name_en="Head office"
    )
    seats: dict[str, Any] = {
        "person": people["owner"],
        "title": "대표이사",
        "is_head": True,
        "starts_on": first,
    }
    members.create(by=BY, department=office, **seats)
    for code, name, english, login, title in TEAMS:
        named: dict[str, Any] = {"code": code, "name": name, "name_en": english, "parent": office}
        team = departments.create(by=BY, company=place.company, **named)
        members.create(
            by=BY, department=team, person=people[login], title=title, is_head=True, starts_on=first
        )
    _rules(people, first)
    designs.lay_out(by=BY)
    _papers(staff, day)


def _rules(people: dict[str, User], first: date) -> None:
    books = {"role": "consent", "whose": "person", "person": people["accounting"]}
    top = {"role": "decide", "whose": "top"}
    lines.create(
        by=BY, name="일반 결재", place=90, starts_on=first, seats=[{"role": "review", "whose": "head"}, top]
    )
    spending: dict[str, Any] = {"kind": "forms.paper", "condition": "amount > 0"}
    lines.create(
        by=BY, name="지출 결재", place=10, starts_on=first, remind_after=2, seats=[books, top], **spending
    )
    limit: dict[str, Any] = {"refusal": "credit_limit_exceeded", "waiver": "sales.order.exceed_credit"}
    demands.create(by=BY, name="여신 한도 초과 수주", command="sales.order.confirm", starts_on=first, **limit)


def _papers(staff: dict[str, Actor], day: date) -> None:
    expense = {
        "purpose": "부산 거래처 방문",
        "way": "card",
        "rows": [
            {"used_on": day - timedelta(days=2), "what": "KTX 왕복", "spent": Decimal(119_600)},
            {"used_on": day - timedelta(days=2), "what": "택시", "spent": Decimal(23_400)},
        ],
    }
    leave = {"sort": "annual", "first_on": day + timedelta(days=7), "last_on": day + timedelta(days=8)}
    for code, values in (("EXPENSE", expense), ("LEAVE", leave)):
        form = Form.objects.get(code=code)
        by = identity.also(staff["sales"], papers.create.permission)
        paper = papers.create(by=by, today=day, form=form, values=values)
        drafting.draft(by=by, today=day, kind="forms.paper", record_id=paper.pk)
