"""Departments, their heads, and where a person works on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.masters.organization import queries
from onmaru.masters.organization.commands import departments, members
from onmaru.masters.organization.models import Department
from onmaru.masters.site.commands import companies

pytestmark = pytest.mark.django_db
BY = identity.system("tester")
FIRST, LATER = date(2026, 1, 1), date(2026, 7, 1)


def refused(attempt: Callable[[], Any]) -> list[str]:
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.codes


@pytest.fixture
def office() -> Department:
    company = companies.create(by=BY, code="M1", name="마루상사")
    return departments.create(by=BY, company=company, code="H", name="본사", name_en="Head office")


@pytest.fixture
def team(office: Department) -> Department:
    return departments.create(by=BY, company=office.company, code="T", name="영업팀", parent=office)


def member(department: Department, name: str, **values: Any) -> Any:
    person = User.objects.filter(username=name).first() or User.objects.create(username=name)
    return members.create(by=BY, department=department, person=person, **{"starts_on": FIRST} | values)


def test_no_department_stands_below_itself_or_elsewhere(office: Department, team: Department) -> None:
    assert refused(lambda: departments.edit(office, by=BY, parent=team)) == ["above_itself"]
    other = companies.create(by=BY, code="M2", name="다른상사")
    made: dict[str, Any] = {"company": other, "code": "X", "name": "x", "parent": office}
    assert refused(lambda: departments.create(by=BY, **made)) == ["of_another_company"]
    assert refused(lambda: departments.edit(team, by=BY, company=other)) == ["field_fixed"]
    assert [*queries.upwards(team)] == [team.pk, office.pk]


def test_a_department_has_one_head_on_a_day(team: Department) -> None:
    first = member(team, "kim", is_head=True)
    assert refused(lambda: member(team, "lee", is_head=True)) == ["two_heads"]
    members.end(first, by=BY, on=date(2026, 6, 30))
    member(team, "lee", is_head=True, starts_on=LATER)
    assert refused(lambda: members.edit(first, by=BY, ends_on=LATER)) == ["two_heads"]
    heads = [queries.head(team, day) for day in (FIRST, LATER)]
    assert [one.username for one in heads if one] == ["kim", "lee"]
    assert queries.head(team, date(2025, 12, 31)) is None


def test_who_left_the_house_heads_nothing(team: Department) -> None:
    head = member(team, "kim", is_head=True).person
    head.is_active = False
    head.save()
    assert queries.head(team, FIRST) is None


def test_a_person_works_first_where_they_head(office: Department, team: Department) -> None:
    member(office, "kim", title="사원")
    kim = member(team, "kim", title="팀장", is_head=True).person
    assert [one.department for one in queries.memberships(kim.pk, FIRST)] == [team, office]
    assert queries.titles([kim.pk], FIRST) == {kim.pk: "팀장"}
