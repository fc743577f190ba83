"""Whatever an entity must do, it does with the company's own fields of every type too."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Record, User
from onmaru.office.shaping import commands
from onmaru.office.shaping.queries import live
from onmaru.workbench import detail, forms, listing, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.tests import samples
from tests.entities import structural
from tests.entities.structural import Structural

STORED = {
    "x_text": "빨강",
    "x_number": "12.5",
    "x_money": "150000",
    "x_date": "2026-11-22",
    "x_boolean": True,
    "x_choice": "red",
    "x_choices": ["red", "blue"],
}
SHAPEABLE = [one for one in registry.every() if issubclass(one.model, Record)]
# One with a form of each room, and the scratch room, for what takes long.
FIRST = {one.model._meta.app_label: one for one in reversed(SHAPEABLE) if one.create and one.edit}
WHOLE = [one for one in FIRST.values() if one.name != "custom-fields"]
DESCRIBED = {"orders"}  # the document of the whole API is made anew for each


def shaped(entity: Entity, by: Actor) -> Entity:
    """The entity with a field of every type."""
    kind = entity.model._meta.label_lower
    said: dict[str, dict[str, Any]] = {
        "text": {"searched": True},
        "number": {"digits": 2},
        "choice": {"choices": "red | 빨강 | Red\nblue | 파랑 | Blue"},
        "choices": {"choices": "red | 빨강 | Red\nblue | 파랑 | Blue"},
        "reference": {"target": "scratch.client"},
        "computed": {"formula": "x_number * x_money + round(x_money / 3)"},
    }
    for type_ in (
        "text",
        "number",
        "money",
        "date",
        "boolean",
        "choice",
        "choices",
        "reference",
        "file",
        "computed",
    ):
        words: dict[str, Any] = {
            "label_ko": f"우리 {type_}".replace(type_, KOREAN[type_]),
            "label_en": f"Our {type_}",
        }
        commands.fields.create(
            by=by, kind=kind, type=type_, name=f"x_{type_}", **words, **said.get(type_, {})
        )
    live.refresh()
    return registry.now(entity)


KOREAN = {
    "text": "글",
    "number": "수",
    "money": "금액",
    "date": "날짜",
    "boolean": "여부",
    "choice": "색",
    "choices": "색들",
    "reference": "거래처",
    "file": "첨부",
    "computed": "셈",
}


def filled(entity: Entity, by: Actor, count: int) -> list[Any]:
    """Records that hold something in every field."""
    found = samples.some(entity, by, count)
    client = samples.first(registry.get("clients").model, by)  # type: ignore[union-attr]
    keys = [one.pk for one in found]
    file = files.attach(record=client, name="도면.pdf", content=b"%PDF", by=by)
    held = {"x_reference": client.pk, "x_file": {"id": file.pk, "name": file.name}}
    entity.model._default_manager.filter(pk__in=keys).update(custom=STORED | held)
    return found


class TestShapedEntities(Structural):
    """See ``structural``: list, sort, filter, detail, form, files, API and permissions, now with own fields."""

    @pytest.fixture(scope="class", params=WHOLE, ids=str)
    @classmethod
    def entity(
        cls, request: pytest.FixtureRequest, by: Actor, django_db_setup: None, django_db_blocker: Any
    ) -> Iterator[Entity]:
        with django_db_blocker.unblock(), structural.undone():
            yield shaped(request.param, by)

    @pytest.fixture(scope="class")
    @classmethod
    def made(cls, entity: Entity, by: Actor, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock(), structural.undone():
            yield filled(entity, by, 3)

    @pytest.fixture
    def records(self, made: list[Any]) -> Iterator[list[Any]]:
        with structural.undone():
            live.refresh()
            yield copy.deepcopy(made)

    def test_the_api_agrees_with_the_screen_and_with_its_document(
        self, entity: Entity, by: Actor, records: list[Any], browser: Browser
    ) -> None:
        if entity.name not in DESCRIBED:
            pytest.skip("proved for others of the same make")
        super().test_the_api_agrees_with_the_screen_and_with_its_document(entity, by, records, browser)


@pytest.mark.parametrize("declared", SHAPEABLE, ids=str)
def test_every_entity_shows_own_fields_wherever_it_shows_any(declared: Entity, by: Actor) -> None:
    """The cheap part, for all: nothing of an entity's declaration keeps the company's own fields out."""
    entity = shaped(declared, by)
    names = {f"x_{type_}" for type_ in KOREAN}
    record = filled(entity, by, 1)[-1]
    page = listing.page(entity, by, {"x_choice": "red", "x_number__gte": "12", "sort": "-x_date"})
    cells = {cell.column.name: cell.text for row in page.rows for cell in row.cells}
    assert names <= cells.keys()
    assert (cells["x_choices"], cells["x_number"], cells["x_computed"]) == ("빨강, 파랑", "12.5", "1,925,000")
    shown = detail.show(entity, by, record.pk)
    assert names <= {cell.column.name for part in shown.parts for cell in part.cells}
    assert not names & {one.name for one in registry.declaration(entity).list_columns}
    if entity.edit is not None and entity.edit.fits(record):
        form = forms.edit(entity, by, detail.find(entity, by, record.pk))
        assert names - {"x_computed"} <= {one.name for one in form.fields}


def test_own_fields_are_in_the_api_and_its_document_at_once(by: Actor) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_user("everyone", is_superuser=True))
    assert "x_choice" not in browser.get("/api/openapi.json").text
    entity = registry.get("clients")
    assert entity is not None
    shaped(entity, by)
    asked = {"code": "C9", "name": "새로", "x_choice": "red", "x_number": "1.25", "x_choices": ["blue"]}
    made = browser.post("/api/clients", asked, content_type="application/json")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["x_choice"], told["x_number"], told["x_choices"]) == ("red", "1.25", ["blue"])
    schema = browser.get("/api/openapi.json").json()["components"]["schemas"]
    assert set(schema["Clients"]["properties"]) >= {"x_choice", "x_number", "x_computed"}
    assert set(schema["ClientsNew"]["properties"]) >= {"x_choice", "x_choices"}
    wrong = {"code": "C8", "name": "새로", "x_choice": "green", "x_number": "1.255", "x_none": 1}
    refused = browser.post("/api/clients", wrong, content_type="application/json").json()
    assert {one["field"] for one in refused["reasons"]} == {"x_choice", "x_number", "x_none"}
