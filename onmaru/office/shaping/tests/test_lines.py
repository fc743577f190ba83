"""Fields of the company's own in the lines of documents: every face knows them, every reason stands at its cell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import commands, rules
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.tests.conftest import Define
from onmaru.workbench import detail, forms, history, intake, registry
from tests import proofs
from tests.companies import DAY
from tests.scratch import commands as scratch
from tests.scratch.models import Deal

LINE = "scratch.dealline"
COLOURS = "red | 빨강 | Red\nblue | 파랑 | Blue"
ITEM: dict[str, Any] = {"item": "볼트", "quantity": Decimal(2)}


@pytest.fixture
def colour(define: Define) -> None:
    define("choice", "색상", LINE, name="x_colour", label_en="Colour", choices=COLOURS)
    define("number", "두께", LINE, name="x_thick", digits=1)


def deals() -> Any:
    found = registry.get("deals")
    assert found is not None
    return found


def head(by: Actor) -> dict[str, Any]:
    return {
        "by": by,
        "today": DAY,
        "company": scratch.found(by=by, code="F1", name="온마루"),
        "client": scratch.create_client(by=by, code="C1", name="한빛상사"),
    }


@pytest.fixture
def deal(by: Actor, colour: None) -> Deal:
    rows = [ITEM | {"x_colour": "빨강", "x_thick": "1.5"}, ITEM]
    return scratch.create(**head(by), lines=rows)


def kept(deal: Deal) -> list[Any]:
    return [line.custom for line in deal.lines.order_by("id")]


def test_lines_keep_what_fits_and_hear_every_reason_at_its_cell(by: Actor, colour: None) -> None:
    rows = [ITEM, {"item": "", "quantity": 1, "x_colour": "green", "x_thick": "1.55", "x_none": 1}]
    with pytest.raises(Refused) as refused:
        scratch.create(**head(by), lines=rows)
    assert {(one.code, one.field) for one in refused.value.reasons} == {
        ("field_required", "lines.1.item"),
        ("choice_unknown", "lines.1.x_colour"),
        ("value_too_precise", "lines.1.x_thick"),
        ("field_unknown", "lines.1.x_none"),
    }


def test_the_history_tells_who_changed_a_line(by: Actor, deal: Deal) -> None:
    assert kept(deal) == [{"x_colour": "red", "x_thick": "1.5"}, {}]
    first, second = deal.lines.order_by("id")
    rows = [{"id": first.pk, **ITEM, "x_colour": "blue"}, {"id": second.pk, **ITEM}]
    scratch.edit(deal, by=by, lines=rows)
    assert kept(deal) == [{"x_colour": "blue", "x_thick": "1.5"}, {}]
    told = history.of(deal, by)[0]
    assert [(str(one.label), one.old, one.new) for one in told.changes] == [("1행 색상", "빨강", "파랑")]


def test_forms_pages_and_the_api_show_and_take_them(by: Actor, deal: Deal) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))
    page = browser.get(f"/deals/{deal.pk}/").content.decode()
    assert "색상" in page and "빨강" in page
    form = forms.edit(deals(), by, deal)
    assert form.raw["lines"][0]["x_colour"] == "red"
    said = browser.get(f"/api/deals/{deal.pk}").json()["lines"]
    assert [(one["x_colour"], one["x_thick"]) for one in said] == [("red", "1.5"), (None, None)]
    rows = [{"id": one["id"], "item": "너트", "quantity": 1, "x_thick": "0.5"} for one in said]
    changed = browser.patch(f"/api/deals/{deal.pk}", {"lines": rows}, "application/json")
    assert changed.status_code == 200, changed.content
    assert kept(deal) == [{"x_colour": "red", "x_thick": "0.5"}, {"x_thick": "0.5"}]
    rows[1]["x_thick"] = "0.55"
    reasons = browser.patch(f"/api/deals/{deal.pk}", {"lines": rows}, "application/json").json()["reasons"]
    assert [(one["code"], one["field"]) for one in reasons] == [("value_too_precise", "lines.1.x_thick")]


def test_a_form_posts_the_cells_and_several_ticks_of_one(by: Actor, deal: Deal, define: Define) -> None:
    define("choices", "마감", LINE, name="x_finish", choices="도금\n도장")
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))
    form = forms.edit(deals(), by, deal)
    posted: dict[str, Any] = {name: text for name, text in form.raw.items() if isinstance(text, str)} | {
        "version": 1
    }
    for place, row in enumerate(form.raw["lines"]):
        posted |= {f"lines.{place}.{name}": text for name, text in row.items()}
    posted["lines.1.x_finish"] = ["", "도금", "도장"]
    saved = browser.post(f"/deals/{deal.pk}/edit", posted)
    assert saved.status_code == 302, saved.content.decode()
    assert kept(deal) == [{"x_colour": "red", "x_thick": "1.5"}, {"x_finish": ["도금", "도장"]}]


def test_files_bring_them_with_the_lines_below_a_header(by: Actor, colour: None) -> None:
    head(by)
    text = (
        "number,company.code,client.code,ordered_on,item,quantity,색상\n"
        "D-1,F1,C1,2026-11-27,볼트,2,빨강\n"
        ",,,,너트,3,파랑\n"
        "D-2,F1,C1,2026-11-27,못,1,초록\n"
    )
    places = intake.find_places(deals(), text.splitlines()[0].split(","))
    rows = [line.split(",") for line in text.splitlines()[1:]]
    engine = intake.Intake(deals(), by, places)
    good, bad = engine.read([intake.Item(2, rows[:2]), intake.Item(4, rows[2:])])
    assert [(one.field, one.code) for one in bad.problems] == [("lines.0.x_colour", "choice_unknown")]
    engine.write(good)
    assert not good.problems
    assert kept(good.record) == [{"x_colour": "red"}, {"x_colour": "blue"}]


def test_many_lines_cost_one_reading_and_references_no_query_each(by: Actor, define: Define) -> None:
    define("reference", "납품처", LINE, name="x_to", target="scratch.client")
    known = head(by)
    rows = [ITEM | {"x_to": known["client"].pk} for _place in range(5)]
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as asked:
            deal = scratch.create(**known, lines=some)
        counts.append(sum("shaping_customfield" in str(one["sql"]) for one in asked))
        with CaptureQueriesContext(connection) as asked:
            shown = detail.show(deals(), by, deal.pk)
        counts.append(len(asked))
    assert counts[0] == counts[2] == 1
    assert counts[1] == counts[3]
    grid = next(part for part in shown.parts if part.is_grid)
    assert [row.cells[-1].text for row in grid.rows] == ["한빛상사"] * 5


def test_who_may_not_see_or_write_one_neither_reads_nor_writes_it(by: Actor, deal: Deal) -> None:
    user = User.objects.create_user("park")
    role = Role.objects.create(code="seller", name_ko="판매", name_en="Seller", permissions=["scratch.*"])
    Grant.objects.create(user=user, role=role)
    RecordRule.objects.create(role=role, kind=LINE, hidden=["x_colour"], fixed=["x_thick"])
    browser = Browser()
    browser.force_login(user)
    said = browser.get(f"/api/deals/{deal.pk}").json()["lines"][0]
    assert "x_colour" not in said and said["x_thick"] == "1.5"
    assert "색상" not in browser.get(f"/deals/{deal.pk}/").content.decode()
    row = {"id": said["id"], "item": "볼트", "quantity": 9}
    for cell in ({"x_colour": "blue"}, {"x_thick": "2"}):
        answer = browser.patch(f"/api/deals/{deal.pk}", {"lines": [row | cell]}, "application/json")
        assert answer.status_code in (403, 422), answer.content
    answer = browser.patch(f"/api/deals/{deal.pk}", {"lines": [row]}, "application/json")
    assert answer.status_code == 200, answer.content
    assert kept(deal) == [{"x_colour": "red", "x_thick": "1.5"}]


def test_a_field_of_lines_is_neither_searched_nor_made_quick(by: Actor, define: Define) -> None:
    with proofs.refused(rules.SEARCHED_WORDS, at="searched"):
        commands.fields.create(by=by, kind=LINE, type="text", label_ko="글", searched=True)
    with proofs.refused(refusals.FIELD_INVALID, at="type"):
        commands.fields.quicken(define("text", "글", LINE), by=by)


def test_the_administrator_adds_one_from_the_screen_of_the_document(by: Actor) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))
    page = browser.get("/shaping/deals/").content.decode()
    assert f'value="{LINE}"' in page
    browser.post(
        "/shaping/deals/fields", {"kind": LINE, "type": "text", "label_ko": "포장", "label_en": "box"}
    )
    made = CustomField.objects.get()
    assert (made.kind, made.name) == (LINE, "x_box")
    browser.post("/shaping/deals/fields", {"kind": "kernel.user", "type": "text", "label_ko": "포장"})
    assert CustomField.objects.latest("id").kind == "scratch.deal"
