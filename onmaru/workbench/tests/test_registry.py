"""A declaration that names what is not there stops the start and says which word it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from onmaru.workbench import registry
from onmaru.workbench.entity import By, Column, Entity, Lines, lines
from tests.scratch import commands
from tests.scratch.models import Client, Deal, DealLine


def declared(**more: Any) -> Entity:
    said = {"name": "x", "label": "X", "one": "X", "list": "number", "made_by": "", "edited_by": "", **more}
    return Entity(Deal, **said)


@pytest.mark.parametrize(
    ("option", "word", "more"),
    [
        ("list", "colour", {"list": "number colour"}),
        ("list", "client.colour", {"list": "client.colour"}),
        ("list", "lines", {"list": "lines"}),
        ("filters", "colour", {"filters": "colour"}),
        ("search", "colour", {"search": "colour"}),
        ("exchange", "client.colour", {"exchange": "client.colour"}),
        ("form", "colour", {"form": ["colour"]}),
        ("detail", "colour", {"detail": ["colour"]}),
        ("lines", "colour", {"form": [lines(DealLine, "colour")]}),
        ("lines", "owner", {"form": [lines(DealLine, "item", link="owner")]}),
        ("order", "-days", {"order": "-days"}),
        ("board", "colour", {"board": By("colour")}),
        ("calendar", "colour", {"calendar": "colour"}),
        ("key", "colour", {"key": "colour"}),
        ("related", "nothing", {"related": [("nothing", "deal")]}),
        ("related", "colour", {"related": [("clients", "colour")]}),
        ("actions", "colour", {"actions": "confirm colour"}),
        ("actions", "scratch.deal.create", {"actions": "create"}),
        ("made_by", "colour", {"made_by": "colour"}),
        ("edited_by", "colour", {"edited_by": "colour"}),
        ("create", "client", {"made_by": "create", "form": ["company"]}),
    ],
)
def test_a_wrong_word_is_named(option: str, word: str, more: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured) as wrong:
        registry.resolve(declared(**more))

    assert f"{option} names '{word.lstrip('-')}'" in str(wrong.value)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="deals"):
        registry.register(declared(name="deals"))


def test_columns_know_what_the_model_knows() -> None:
    entity = registry.resolve(
        declared(
            list="number client total days client.code ordered_on",
            columns={"total": Column("Sum"), "days": Column("Days", kind="integer")},
        )
    )
    number, client, total, days, code, ordered_on = entity.list_columns

    assert (number.kind, number.sortable, number.nullable) == ("text", True, False)
    assert (client.kind, client.model, client.sort) == ("reference", Client, "client__name")
    assert (total.label, total.kind, total.align, total.summed, total.currency) == (
        "Sum",
        "money",
        "end",
        True,
        "currency",
    )
    assert (days.path, days.sortable, days.filterable) == ("", False, False)
    assert code.path == "client__code"
    assert ordered_on.kind == "date"
    assert entity.joins == ("client",)
    assert set(entity.sort_columns) == {
        "number",
        "client",
        "total",
        "client.code",
        "ordered_on",
        "id",
        "changed_at",
    }


def test_what_goes_without_saying() -> None:
    clients, deals = registry.get("clients"), registry.get("deals")
    assert clients is not None and deals is not None

    assert (clients.area, clients.order, clients.search) == ("scratch", "code", "code name")
    assert [one.name for one in clients.exchange_columns] == ["code", "name", "is_active"]
    assert [one.__name__ for one in deals.verbs] == ["confirm", "cancel", "deliver", "delete"]
    assert (deals.create, deals.edit) == (commands.create, commands.edit)
    grid = next(part for part in deals.form_parts if isinstance(part, Lines))
    assert (grid.link, grid.name, grid.order) == ("deal", "lines", "id")


def test_what_a_list_says_is_asked_filtered_and_searched() -> None:
    entity = registry.resolve(declared(list="number state client ordered_on total", made_by="create"))
    given = registry.resolve(declared(made_by="cancel"))

    assert [one.name for one in entity.input_fields] == ["company", "number", "client", "ordered_on", "total"]
    assert entity.filters == "state client ordered_on"
    assert entity.search == "number client.name"
    assert [one.name for one in given.input_fields] == ["reason", "on"]


def test_a_command_may_be_said_to_be_none_or_by_its_whole_name() -> None:
    entity = registry.resolve(declared(actions="scratch.deal.cancel confirm"))

    assert (entity.create, entity.edit) == (None, None)
    assert entity.verbs == (commands.cancel, commands.confirm)
