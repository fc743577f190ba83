"""Fields of the company's own: what may be defined, what records keep, what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from onmaru.kernel import identity, personal
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Grant, RecordRule, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import live, shapes
from onmaru.office.shaping.tests.conftest import Define
from onmaru.workbench import calls, detail, forms, history, listing, registry
from tests.scratch import commands as scratch
from tests.scratch.models import Client

COLOURS = "red | 빨강 | Red\nblue | 파랑 | Blue"


def clients() -> Any:
    found = registry.get("clients")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"kind": "party.nothing"}, "field_kind_unknown", "kind"),
        ({"kind": "kernel.user"}, "field_kind_unknown", "kind"),
        ({"name": "colour"}, "field_name_unusable", "name"),
        ({"type": "choice"}, "choices_missing", "choices"),
        ({"type": "choice", "choices": "가\n가"}, "choice_unusable", "choices"),
        ({"type": "choices", "choices": "가, 나"}, "choice_unusable", "choices"),
        ({"type": "reference"}, "target_missing", "target"),
        ({"type": "number", "digits": 7}, "digits_too_many", "digits"),
        ({"type": "number", "default": "셋"}, "value_unreadable", "default"),
        ({"type": "computed", "formula": "x_none + 1"}, "expression_name", "formula"),
        ({"type": "computed", "formula": "1", "required": True}, "computed_alone", "formula"),
        ({"label_ko": ""}, "field_required", "label_ko"),
        ({"type": "choice", "choices": "가", "privacy": "personal"}, "privacy_type", "privacy"),
        ({"type": "number", "privacy": "identifier"}, "privacy_type", "privacy"),
        ({"privacy": "personal", "searched": True}, "privacy_sought", "searched"),
    ],
)
def test_a_field_that_cannot_be_is_refused(by: Actor, said: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.fields.create(
            by=by, **{"kind": "scratch.client", "type": "text", "label_ko": "가", "name": "x_a", **said}
        )
    assert (code, field) in [(one.code, one.field) for one in refused.value.reasons]


def test_a_field_is_named_by_itself_and_its_type_stands(by: Actor, define: Define) -> None:
    assert define("text", "색", label_en="Main colour").name == "x_main_colour"
    second = define("text", "색", label_en="Main colour")
    assert (second.name, define("text", "색").name) == ("x_main_colour_2", "x_field")
    with pytest.raises(Refused) as refused:
        commands.fields.edit(second, by=by, type="number", label_ko="둘째")
    assert refused.value.codes == ["field_fixed"]


def test_only_who_may_shapes(by: Actor) -> None:
    clerk = identity.only(by, "scratch.*")
    with pytest.raises(Refused) as refused:
        commands.fields.create(by=clerk, kind="scratch.client", type="text", label_ko="가")
    assert refused.value.codes == ["not_permitted"]


def test_a_record_keeps_what_fits_and_hears_every_reason_at_once(by: Actor, define: Define) -> None:
    define("number", "무게", "scratch.client", name="x_weight", digits=2)
    define("choice", "색", "scratch.client", name="x_colour", choices=COLOURS)
    with pytest.raises(Refused) as refused:
        scratch.create_client(
            by=by, code="", name="", custom={"x_weight": "1.234", "x_colour": "green", "x_none": 1}
        )
    found = {(one.code, one.field) for one in refused.value.reasons}
    assert found == {
        ("field_required", "code"),
        ("field_required", "name"),
        ("value_too_precise", "x_weight"),
        ("choice_unknown", "x_colour"),
        ("field_unknown", "x_none"),
    }
    made = scratch.create_client(
        by=by, code="C1", name="가", custom={"x_weight": Decimal("1.20"), "x_colour": "파랑"}
    )
    assert Client.objects.get(pk=made.pk).custom == {"x_weight": "1.2", "x_colour": "blue"}


def test_what_the_house_added_itself_is_not_a_custom_field(by: Actor) -> None:
    """Without a definition nothing is kept, whatever a program gives."""
    with pytest.raises(Refused) as refused:
        scratch.create_client(by=by, code="C1", name="가", custom={"x_weight": 1})
    assert refused.value.codes == ["field_unknown"]


def test_history_tells_old_and_new_by_the_fields_name(by: Actor, define: Define) -> None:
    define("choice", "색", "scratch.client", name="x_colour", choices=COLOURS)
    define("reference", "짝", "scratch.client", name="x_mate", target="scratch.client")
    mate = scratch.create_client(by=by, code="C0", name="짝꿍")
    made = scratch.create_client(by=by, code="C1", name="가", custom={"x_colour": "red"})
    scratch.edit_client(made, by=by, custom={"x_colour": "blue", "x_mate": mate})
    told = history.of(Client.objects.get(pk=made.pk), by)[0]
    changes = {(str(one.label), one.old, one.new) for one in told.changes}
    assert changes == {("색", "빨강", "파랑"), ("짝", "", "짝꿍")}
    assert AuditRow.objects.latest("id").changes["x_mate"] == [None, mate.pk]
    kept = Client.objects.get(pk=made.pk)
    assert (kept.version, kept.custom) == (2, {"x_colour": "blue", "x_mate": mate.pk})
    scratch.edit_client(made, by=by, custom={"x_mate": None})
    assert Client.objects.get(pk=made.pk).custom == {"x_colour": "blue"}


def test_needed_and_beginning_values_are_honoured_where_people_type(by: Actor, define: Define) -> None:
    define("text", "비고", "scratch.client", name="x_memo", required=True)
    define("choice", "색", "scratch.client", name="x_colour", choices=COLOURS, default="파랑")
    entity = clients()
    form = forms.new(entity, by)
    assert form.raw["x_colour"] == "blue"
    assert not form.take({"code": "C1", "name": "가", "is_active": "1", "x_memo": "", "x_colour": ""})
    assert [one.code for one in form.placed["x_memo"]] == ["field_required"]
    assert form.take({"code": "C1", "name": "가", "is_active": "1", "x_memo": "나", "x_colour": "red"})
    assert form.submit().custom == {"x_memo": "나", "x_colour": "red"}
    made = calls.do(entity.create, by, {"code": "C2", "name": "나"})
    assert made.custom == {"x_colour": "blue"}


def test_an_archived_field_is_gone_and_comes_back_with_its_values(by: Actor, define: Define) -> None:
    field = define("text", "비고", "scratch.client", name="x_memo")
    scratch.create_client(by=by, code="C1", name="가", custom={"x_memo": "남다"})
    commands.fields.archive(field, by=by)
    live.refresh()
    assert "x_memo" not in clients().own
    commands.fields.restore(field, by=by)
    live.refresh()
    assert listing.page(clients(), by, {}).rows[0].cells[-1].text == "남다"


def test_sums_and_references_cost_no_query_a_row(by: Actor, define: Define) -> None:
    define("money", "한도", "scratch.client", name="x_limit")
    define("reference", "짝", "scratch.client", name="x_mate", target="scratch.client")
    first = scratch.create_client(by=by, code="C0", name="짝꿍", custom={"x_limit": 1})
    for place in range(1, 5):
        custom: dict[str, Any] = {"x_limit": 100 * place, "x_mate": first}
        scratch.create_client(by=by, code=f"C{place}", name=f"{place}", custom=custom)
    with connection.execute_wrapper(counted := Counted()):
        page = listing.page(clients(), by, {})
    assert (page.totals[0].texts["x_limit"], counted.count) == ("1,001", 2)
    assert [row.cells[-1].text for row in page.rows].count("짝꿍") == 4


class Counted:
    count = 0

    def __call__(self, execute: Any, *rest: Any) -> Any:
        self.count += 1
        return execute(*rest)


def test_empty_and_not_find_what_holds_nothing(by: Actor, define: Define) -> None:
    define("choices", "색들", "scratch.client", name="x_colours", choices=COLOURS)
    define("date", "날", "scratch.client", name="x_on")
    held: list[dict[str, Any]] = [
        {"x_colours": ["red"]},
        {"x_colours": ["blue", "red"], "x_on": "2026-11-22"},
        {},
    ]
    for place, custom in enumerate(held):
        scratch.create_client(by=by, code=f"C{place}", name="가", custom=custom)

    def codes(**asked: str) -> list[str]:
        rows = listing.page(clients(), by, {"sort": "code", **asked}).rows
        return [row.record.code for row in rows]

    assert codes(x_colours="red") == ["C0", "C1"]
    assert codes(x_colours__in="blue,red") == ["C0", "C1"]
    assert codes(x_colours__empty="1") == ["C2"]
    assert codes(x_on__gte="2026-11-01") == ["C1"]
    assert codes(x_on__empty="1") == ["C0", "C2"]


def test_a_formula_or_a_list_of_several_has_no_index(by: Actor, define: Define) -> None:
    with pytest.raises(Refused) as refused:
        commands.fields.quicken(define("computed", formula="1 + 1"), by=by)
    assert refused.value.codes == ["field_invalid"]


def test_a_formula_reads_fields_of_the_house_and_own_ones(by: Actor, define: Define) -> None:
    define("number", "수", "scratch.client", name="x_n")
    define("computed", "셈", "scratch.client", name="x_c", formula="code + '-' + name if x_n > 1 else name")
    made = scratch.create_client(by=by, code="C1", name="가", custom={"x_n": 2})
    shown = detail.show(clients(), by, made.pk)
    assert "C1-가" in [cell.text for part in shown.parts for cell in part.cells]


def test_a_formula_tells_no_more_than_its_person_sees_of_what_it_is_made_of(
    by: Actor, define: Define
) -> None:
    define("number", "평점", kind="scratch.client", name="x_score")
    define("computed", "두 배", kind="scratch.client", name="x_twice", formula="x_score * 2 + 0")
    client = scratch.create_client(by=by, code="C1", name="한빛", custom={"x_score": 3})
    user = User.objects.create_user("park")
    role = Role.objects.create(code="desk", permissions=["scratch.client.*"])
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    assert browser.get(f"/api/clients/{client.pk}").json()["x_twice"] == "6"
    RecordRule.objects.create(role=role, kind="scratch.client", hidden=["x_score"])
    assert "x_twice" not in browser.get(f"/api/clients/{client.pk}").json()
    for page in ("/clients/", f"/clients/{client.pk}/", "/clients/export.csv"):
        answer = browser.get(page)
        assert "두 배" not in (answer.getvalue() if answer.streaming else answer.content).decode()


def test_no_formula_is_made_of_what_is_masked(by: Actor, define: Define) -> None:
    with pytest.raises(Refused, match="expression_name"):
        define("computed", "전화", kind="party.contact", name="x_call", formula="phone")
    # One of before this rule, or of before the field was declared personal, shows the mask.
    CustomField.objects.create(
        kind="party.contact", type="computed", label_ko="전화", name="x_call", formula="phone", result="text"
    )
    commands.fields.changed()
    live.refresh()
    line = {"name": "김하늘", "phone": "010-1234-5678"}
    party = parties.create(by=by, code="P1", name="한빛", contacts=[line])
    entity = registry.get("parties")
    assert entity is not None
    part = next(one for one in shapes.grids(registry.now(entity)) if one.name == "contacts")
    assert personal.DOT in part.value(party.contacts.get(), "x_call")
