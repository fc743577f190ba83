"""Which line a record takes, and who stands in for whom."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from onmaru.masters.organization import commands as organization
from onmaru.office.shaping.commands import fields
from onmaru.office.signatories import commands
from onmaru.office.signatories.models import Line, Seat
from onmaru.office.signatories.queries import facts, lines
from onmaru.office.signatories.tests.people import BY, TODAY, House, refused
from tests.scratch.models import Deal

pytestmark = pytest.mark.django_db


def taken(house: House, total: int = 1000, who: str = "clerk", **custom: Any) -> str:
    deal = house.deal(total)
    if custom:
        Deal.objects.filter(pk=deal.pk).update(custom=custom)
        deal.refresh_from_db()
    line = lines.find(facts.case(deal, house.users[who].pk, TODAY))
    return line.name if line else ""


def only(line: Line, kind: str, condition: str = "") -> None:
    """For a kind of the scratch room, which is no kind of the house that a person could choose."""
    assert commands.lines.condition_problems(condition, kind) == []
    Line.objects.filter(pk=line.pk).update(kind=kind, condition=condition)


def test_the_first_that_fits_by_kind_amount_department_and_own_field(house: House) -> None:
    seat = house.seat("decide", "owner")
    fields.create(
        by=BY, kind="scratch.deal", type="choice", label_ko="구분", name="x_sort", choices="수출\n내수"
    )
    sales = house.team.parent
    other = organization.departments.create(by=BY, company=house.company, code="P", name="생산본부")
    house.line(seat, name="전체", place=90)
    only(house.line(seat, name="수출", place=10), "scratch.deal", "x_sort == '수출' and urgent == False")
    house.line(seat, name="고액", place=20, from_amount=Decimal(5_000_000))
    house.line(seat, name="중액", place=30, from_amount=Decimal(1_000_000), below_amount=Decimal(5_000_000))
    house.line(seat, name="생산", place=40, department=other)
    house.line(seat, name="영업", place=50, department=sales)
    only(house.line(seat, name="거래처", place=5), "scratch.client")
    ended = {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)}
    house.line(seat, name="지난 규정", place=1, **ended)
    assert taken(house, x_sort="수출") == "수출"
    assert [taken(house, total) for total in (5_000_000, 4_999_999, 1_000_000, 999_999)] == [
        "고액",
        "중액",
        "중액",
        "영업",
    ]
    assert taken(house, who="law") == "전체"


def test_lines_are_checked(house: House) -> None:
    assert refused(lambda: house.line(house.seat("review", "lead"))) == ["nobody_decides"]
    assert refused(lambda: house.line(house.seat("decide", "owner", signs_after=True))) == ["nobody_decides"]
    assert refused(lambda: house.line({"role": "decide", "whose": "person"})) == ["seat_open"]
    decide = house.seat("decide", "owner")
    assert refused(lambda: house.line(decide, condition="amount +")) == ["expression_unreadable"]
    line = house.line(house.seat("review", "lead"), decide)
    seats = [
        {"id": one.pk, "role": one.role, "whose": one.whose, "person": one.person} for one in line.seats.all()
    ]
    commands.lines.edit(line, by=BY, seats=seats[::-1])
    assert [one.person.username for one in Seat.objects.filter(line=line) if one.person] == ["owner", "lead"]
    commands.lines.end(line, by=BY, on=TODAY)
    assert Line.objects.get().ends_on == TODAY


def test_absences_are_ones_own_and_have_one_deputy(house: House) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=5)}
    create, lead = commands.absences.create, house.actor("lead")

    def arrange(person: str, deputy: str, **other: Any) -> Any:
        return create(by=lead, person=house.users[person], deputy=house.users[deputy], **days | other)

    assert refused(lambda: arrange("lead", "lead")) == ["own_deputy"]
    assert refused(lambda: arrange("owner", "lead")) == ["not_your_absence"]
    made = arrange("lead", "books")
    assert refused(lambda: arrange("lead", "law")) == ["absent_twice"]
    commands.absences.end(made, by=BY, on=TODAY)
    arrange("lead", "law", starts_on=TODAY + timedelta(days=1))
