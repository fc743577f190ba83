"""Forms designed without code, and what is written on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel.models import AuditRow
from onmaru.office.approval.tests import people
from onmaru.office.approval.tests.people import BY, TODAY, House
from onmaru.office.forms import commands
from onmaru.office.forms.models import Form, Paper
from onmaru.office.signatories.queries import facts
from onmaru.office.signatories.tests.people import refused
from onmaru.office.snapshots import queries as content

pytestmark = pytest.mark.django_db

ROWS = [
    {"used_on": "2026-11-02", "what": "택시", "spent": "12,000"},
    {"used_on": date(2026, 11, 3), "what": "식대", "spent": Decimal(33_000)},
]


@pytest.fixture
def house(db: Any) -> House:
    found = people.build()
    role = found.users["clerk"].grants.get().role
    role.permissions += ["forms.paper.view", "forms.paper.create", "forms.paper.edit"]
    role.save()
    commands.designs.lay_out(by=BY)
    return found


def write(house: House, code: str = "EXPENSE", who: str = "clerk", **values: Any) -> Paper:
    given = {"purpose": "거래처 방문", "rows": ROWS} | values
    form = Form.objects.get(code=code)
    return commands.papers.create(by=house.actor(who), today=TODAY, form=form, values=given)


def design(*fields: dict[str, Any]) -> Form:
    rows = [{"label_ko": "칸", "label_en": "Cell", "type": "text"} | one for one in fields]
    return commands.designs.create(by=BY, code=f"X{Form.objects.count()}", name="시험", fields=rows)


def test_the_usual_forms_are_laid_out_once(house: House) -> None:
    commands.designs.lay_out(by=BY)
    assert Form.objects.count() == 4


def test_a_table_adds_up_to_the_amount(house: House) -> None:
    paper = write(house)
    assert (paper.amount, paper.company) == (Decimal(45_000), house.company)
    shown = content.of(paper)
    assert shown["sections"][0]["cells"][0]["text"] == "거래처 방문"
    assert shown["grids"][0]["rows"] == [["2026-11-02", "택시", "12,000"], ["2026-11-03", "식대", "33,000"]]
    assert facts.case(paper, paper.drafter_id, TODAY).amount == Decimal(45_000)


def test_formulas_are_computed_when_it_is_written(house: House) -> None:
    assert _leave(house).values["days"] == "3"
    buying: dict[str, Any] = {
        "purpose": "사무실",
        "rows": [{"item": "의자", "quantity": "3", "unit_price": "120000"}],
    }
    assert write(house, "PURCHASE", **buying).amount == Decimal(360_000)


def _leave(house: House) -> Paper:
    form = Form.objects.get(code="LEAVE")
    values = {"sort": "annual", "first_on": "2026-12-01", "last_on": "2026-12-03"}
    return commands.papers.create(by=house.actor("clerk"), today=TODAY, form=form, values=values)


def test_what_is_needed_is_refused_all_at_once(house: House) -> None:
    rows = [{"used_on": "어제", "what": ""}]
    found = refused(lambda: write(house, purpose="", rows=rows, colour="빨강"))
    assert sorted(found) == sorted(
        ["field_required", "value_unreadable", "field_required", "field_required", "field_unknown"]
    )


def test_lines_go_by_form_and_by_what_was_filled_in(house: House) -> None:
    house.line(house.seat("decide", "owner"), place=20)
    small = "form == 'EXPENSE' and way == 'card' and amount < 100000"
    house.line(house.seat("decide", "lead"), place=10, kind="forms.paper", condition=small)
    assert house.states(house.draft(write(house, way="card"))) == ["lead:open"]
    assert house.states(house.draft(write(house, way="own"))) == ["owner:open"]


def test_a_paper_that_came_back_is_written_anew_and_compared(house: House) -> None:
    house.line(house.seat("decide", "lead"))
    paper = write(house)
    approval = house.draft(paper)
    clerk = house.actor("clerk")
    assert refused(lambda: commands.papers.edit(paper, by=clerk, title="새 제목")) == ["approval_pending"]
    house.reject(approval, "lead")
    changed = {"purpose": "거래처 방문", "rows": [ROWS[0]]}
    lead = house.actor("lead")
    assert refused(lambda: commands.papers.edit(paper, by=lead, values=changed)) == ["not_your_paper"]
    paper = commands.papers.edit(paper, by=clerk, values=changed)
    again = house.draft(paper, previous=approval)
    house.approve(again, "lead")
    assert refused(lambda: commands.papers.edit(paper, by=clerk, values=changed)) == ["paper_decided"]
    assert AuditRow.objects.filter(command="forms.paper.edit").count() == 1


def test_designs_are_checked(house: House) -> None:
    assert refused(lambda: design({"name": "Rows"})) == ["form_field_name"]
    assert refused(lambda: design({"name": "rows"})) == ["form_field_name"]
    assert refused(lambda: design({"type": "choice"})) == ["choices_missing"]
    assert refused(lambda: design({"type": "reference"})) == ["target_missing"]
    assert refused(lambda: design({"type": "computed", "formula": "nothing + 1"})) == ["expression_name"]
    assert refused(lambda: design({"is_amount": True})) == ["two_amounts"]
    money = {"type": "money", "is_amount": True}
    assert refused(lambda: design(money, money | {"name": "other"})) == ["two_amounts"]
    form = design({}, {"label_en": ""})
    assert [one.name for one in form.fields.all()] == ["cell", "field_2"]
