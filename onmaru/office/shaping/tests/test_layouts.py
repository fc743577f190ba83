"""Layouts: what they change on every face, their versions, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.office.shaping.queries import live
from onmaru.office.shaping.tests.conftest import Define
from onmaru.workbench import calls, detail, forms, listing, registry
from onmaru.workbench.entity import Section
from tests.scratch import commands as scratch

DOCUMENT = {
    "list": ["x_colour", "name", "code"],
    "form": [
        {"ko": "기본", "en": "Basics", "fields": ["name", "x_colour"]},
        {"ko": "", "en": "", "fields": ["code"]},
    ],
    "fields": {
        "name": {"ko": "상호", "en": "Trade name"},
        "x_colour": {"required": True},
        "is_active": {"hidden": True},
    },
}


def arrange(by: Actor, document: Any, entity: str = "clients") -> Layout:
    made: Layout = commands.layouts.arrange(by=by, entity=entity, document=document)
    live.refresh()
    return made


def clients() -> Any:
    found = registry.get("clients")
    assert found is not None
    return found


@pytest.fixture
def colour(define: Define) -> CustomField:
    return define("text", "색", "scratch.client", name="x_colour", label_en="Colour")


def test_every_face_follows_the_layout(by: Actor, colour: CustomField) -> None:
    arrange(by, DOCUMENT)
    made = scratch.create_client(by=by, code="C1", name="가", custom={"x_colour": "빨강"})
    page = listing.page(clients(), by, {})
    assert [one.name for one in page.columns] == ["x_colour", "name", "code"]
    groups = forms.new(clients(), by).groups
    asked = [(str(one.label), [i.name for i in one.inputs]) for one in groups if isinstance(one, forms.Group)]
    assert asked == [("기본", ["name", "x_colour"]), ("", ["code"])]
    form = forms.new(clients(), by)
    assert not form.take({"name": "가", "code": "C2", "x_colour": ""})
    assert list(form.placed) == ["x_colour"]
    shown = [
        str(cell.column.label) for part in detail.show(clients(), by, made.pk).parts for cell in part.cells
    ]
    assert shown[:2] == ["상호", "색"]
    with translation.override("en"):
        assert str(page.columns[1].label) == "Trade name"


def test_what_a_new_record_begins_with_is_said_by_the_layout(by: Actor) -> None:
    arrange(by, {"fields": {"name": {"default": "이름 없음"}}})
    assert forms.new(clients(), by).raw["name"] == "이름 없음"
    assert calls.do(clients().create, by, {"code": "C1"}).name == "이름 없음"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"list": ["nothing"]}, "layout_unknown"),
        ({"list": ["name", "name"]}, "layout_twice"),
        ({"list": []}, "list_empty"),
        ({"form": [{"fields": ["name"]}]}, "layout_needed"),
        ({"fields": {"name": {"hidden": True}}}, "layout_needed"),
        ({"fields": {"is_active": {"default": "글쎄"}}}, "value_unreadable"),
        ({"form": "name"}, "layout_unreadable"),
        ({"shape": 1}, "layout_unreadable"),
        (["list"], "layout_unreadable"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(by: Actor, document: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        arrange(by, document)
    assert code in refused.value.codes
    assert not Layout.objects.exists()


def test_a_screen_that_is_not_there_is_not_laid_out(by: Actor) -> None:
    with pytest.raises(Refused) as refused:
        arrange(by, {}, "nothing")
    assert refused.value.codes == ["field_kind_unknown"]


def test_every_change_is_a_version_and_going_back_is_one_too(by: Actor) -> None:
    first = arrange(by, {"list": ["name", "code"]})
    arrange(by, {"list": ["code"]})
    assert [one.name for one in clients().list_columns] == ["code"]
    commands.layouts.go_back(first, by=by)
    live.refresh()
    assert [one.name for one in clients().list_columns] == ["name", "code"]
    assert list(Layout.objects.order_by("revision").values_list("revision", "made_by")) == [
        (1, "tester"),
        (2, "tester"),
        (3, "tester"),
    ]


def test_grids_of_lines_stay_below_whatever_is_laid_out(by: Actor) -> None:
    arrange(by, {"form": [{"ko": "가", "fields": ["client", "company", "ordered_on"]}]}, "deals")
    entity = registry.get("deals")
    assert entity is not None
    assert [isinstance(one, Section) for one in entity.form_parts] == [True, False]
