"""Layouts: what they change on every face, their versions, and what they keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import translation

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.masters.site.models import Company
from onmaru.office.shaping import commands, rules
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.office.shaping.queries import live
from onmaru.office.shaping.tests.conftest import Define
from onmaru.workbench import calls, detail, forms, listing, registry
from onmaru.workbench.entity import Section
from tests import proofs
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


def narrowed(by: Actor, *companies: Company) -> Actor:
    return replace(by, companies=frozenset(one.pk for one in companies), grants=())


@pytest.fixture
def two() -> tuple[Company, Company]:
    return Company.objects.create(code="A", name="가전"), Company.objects.create(code="B", name="나무")


def lists(by: Actor) -> list[str]:
    return [one.name for one in listing.page(clients(), by, {}).columns]


def test_a_company_s_own_layout_goes_before_the_one_for_all(by: Actor, two: tuple[Company, Company]) -> None:
    one, other = two
    arrange(by, {"list": ["name"]})
    commands.layouts.arrange(
        by=by,
        entity="clients",
        document={
            "list": ["code"],
            "fields": {"name": {"required": True, "default": "이름 없음", "ko": "상호"}},
        },
        company=one,
    )
    live.refresh()
    theirs, others = narrowed(by, one), narrowed(by, other)
    assert (lists(theirs), lists(others), lists(by), lists(narrowed(by, one, other))) == (
        ["code"],
        ["name"],
        ["name"],
        ["name"],
    )
    form = forms.new(clients(), theirs)
    assert [str(field.label) for field in form.fields if field.name == "name"] == ["상호"]
    assert calls.do(clients().create, theirs, {"code": "C1"}).name == "이름 없음"
    with pytest.raises(Refused):
        calls.do(clients().create, others, {"code": "C2"})


def test_a_company_s_versions_are_its_own_and_it_may_follow_all_again(
    by: Actor, two: tuple[Company, Company]
) -> None:
    one, _other = two
    general = arrange(by, {"list": ["name"]})
    own = commands.layouts.arrange(by=by, entity="clients", document={"list": ["code"]}, company=one)
    assert (general.revision, own.revision) == (1, 1)
    gone = commands.layouts.follow(own, by=by)
    live.refresh()
    assert (gone.revision, lists(narrowed(by, one))) == (2, ["name"])
    commands.layouts.go_back(own, by=by)
    live.refresh()
    assert lists(narrowed(by, one)) == ["code"]
    commands.layouts.go_back(gone, by=by)
    live.refresh()
    assert lists(narrowed(by, one)) == ["name"]
    with proofs.refused(rules.LAYOUT_FOR_ALL):
        commands.layouts.follow(general, by=by)


def test_nobody_lays_out_for_a_company_that_is_not_theirs(by: Actor, two: tuple[Company, Company]) -> None:
    with proofs.refused(refusals.NOT_FOUND):
        commands.layouts.arrange(by=narrowed(by, two[0]), entity="clients", document={}, company=two[1])
    assert not Layout.objects.exists()


def test_the_screen_is_laid_out_for_the_company_chosen(by: Actor, two: tuple[Company, Company]) -> None:
    one, other = two
    arrange(by, {"list": ["name"]})
    browser = Browser()
    browser.force_login(User.objects.create_user("kim", is_superuser=True))
    page = browser.get("/shaping/clients/").content.decode()
    assert f"?company={one.pk}" in page and "?company=all" in page
    posted = {"item": ["section", "code", "name"], "ko": ["기본"], "en": [""], "list": ["code"]}
    answer = browser.post(f"/shaping/clients/?company={one.pk}", posted)
    assert answer.status_code == 200, answer.content.decode()
    assert (lists(narrowed(by, one)), lists(narrowed(by, other))) == (["code"], ["name"])
    assert browser.get("/shaping/clients/?company=999").status_code == 404
