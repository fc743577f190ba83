"""Forms: drawn from the declaration, read from a POST, kept when refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import forms, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.forms import Form, Grid, Group, Input
from tests.scratch import commands
from tests.scratch.models import Client, Deal, Firm


def inputs(form: Form) -> dict[str, Input]:
    found: dict[str, Input] = {}
    for part in form.groups:
        rows = [part.inputs] if isinstance(part, Group) else [row.inputs for row in part.rows]
        found |= {one.name: one for row in rows for one in row}
    return found


def posted(firm: Firm, client: Client, **more: str) -> QueryDict:
    post = QueryDict(mutable=True)
    post.update({"company": str(firm.pk), "client": str(client.pk), "ordered_on": "2026.11.22", "way": "web"})
    post.update({"lines.0.item": "볼트", "lines.0.quantity": "3", "lines.0.price": "1,000"})
    post.update({"lines.3.item": "너트", "lines.3.quantity": "1", "lines.7.item": "", "lines.7.price": "0"})
    post.update(more)
    return post


def test_a_new_form_begins_with_what_is_known(
    entity: Entity, by: Actor, firm: Firm, client_ko: Client
) -> None:
    form = forms.new(entity, by, {"client": client_ko})

    there = inputs(form)
    assert (there["company"].text, there["company"].shown) == (str(firm.pk), "온마루")
    assert (there["client"].text, there["client"].lookup) == (str(client_ko.pk), "clients")
    assert (there["way"].text, there["way"].choices) == ("shop", [("shop", "Shop"), ("web", "Web")])
    assert there["urgent"].widget == "checkbox"
    assert there["note"].widget == "textarea"
    (grid,) = [part for part in form.groups if isinstance(part, Grid)]
    assert [one.name for one in grid.blank.inputs] == [
        "lines.-.item",
        "lines.-.quantity",
        "lines.-.price",
        "lines.-.due_on",
    ]


def test_a_post_becomes_a_record_with_its_lines(
    entity: Entity, by: Actor, firm: Firm, client_ko: Client
) -> None:
    form = forms.new(entity, by)

    assert form.take(posted(firm, client_ko, urgent="on"))
    deal = form.submit(key="once")

    assert [(one.item, one.quantity) for one in deal.lines.order_by("id")] == [("볼트", 3), ("너트", 1)]
    assert (deal.total, deal.urgent, deal.way) == (Decimal(3000), True, "web")


def test_what_was_typed_survives_a_refusal(entity: Entity, by: Actor, firm: Firm, client_ko: Client) -> None:
    form = forms.new(entity, by)

    assert not form.take(posted(firm, client_ko, ordered_on="someday", **{"lines.3.quantity": "two"}))

    there = inputs(form)
    assert (there["ordered_on"].text, there["ordered_on"].problems[0].code) == ("someday", "value_unreadable")
    assert (there["client"].shown, there["lines.0.price"].text) == ("㈜삼성전자", "1,000")
    assert (there["lines.1.quantity"].text, there["lines.1.quantity"].problems[0].code) == (
        "two",
        "value_unreadable",
    )


def test_an_edit_changes_lines_and_refuses_to_overwrite(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    deal = twelve[0]
    line = deal.lines.get()
    form, late = forms.edit(entity, by, deal), forms.edit(entity, by, deal)
    post = posted(
        deal.company, deal.client, version="1", **{"lines.0.id": str(line.pk), "lines.0.quantity": "9"}
    )

    assert inputs(form)["lines.0.item"].text == "볼트"
    assert form.take(post)
    assert form.submit() is not None
    line.refresh_from_db()
    assert (line.quantity, deal.lines.count()) == (9, 2)
    assert late.take(post)
    assert late.submit() is None
    assert [reason.code for reason in late.problems] == ["changed_meanwhile"]


def test_a_dialog_asks_what_its_command_needs(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    deal = twelve[2]
    form = forms.ask(entity, by, commands.deliver, deal)

    there = inputs(form)
    assert (there["parts.0.line"].shown, there["parts.0.quantity"].text) == ("볼트", "3")
    line = str(deal.lines.get().pk)
    assert form.take({"parts.0.line": line, "parts.0.quantity": "2", "urgent": "on"})
    assert form.submit().pieces == 2

    cancel = forms.ask(entity, by, commands.cancel, deal)
    assert not cancel.take({"reason": " "})
    assert inputs(cancel)["reason"].problems[0].code == "field_required"


def test_forms_are_for_those_who_may(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    viewer = identity.only(by, "scratch.deal.view")
    for opened in (
        lambda: forms.new(entity, viewer),
        lambda: forms.edit(entity, viewer, twelve[0]),
        lambda: forms.ask(entity, viewer, commands.cancel, twelve[0]),
    ):
        with pytest.raises(Refused, match="not_permitted"):
            opened()


def test_what_nobody_may_change_has_no_form(by: Actor, firm: Firm) -> None:
    firms = registry.get("firms")
    assert firms is not None

    with pytest.raises(Refused, match="not_offered"):
        forms.edit(firms, by, firm)
