"""Two people edit one record: neither loses what they did."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.workbench import conflicts, forms
from onmaru.workbench.entity import Entity
from tests.scratch import commands
from tests.scratch.models import Deal

pytestmark = pytest.mark.django_db


def opened(entity: Entity, by: Actor, deal: Deal) -> dict[str, Any]:
    """What a browser that shows the form of ``deal`` now would post when nothing is typed."""
    form = forms.edit(entity, by, deal)
    posted: dict[str, Any] = {"version": str(form.version), "base": conflicts.base(form)}
    for part in form.groups:
        if isinstance(part, forms.Group):
            posted |= {one.name: one.text for one in part.inputs if one.widget != "checkbox" or one.text}
            continue
        for place, row in enumerate(part.rows):
            posted |= {one.name: one.text for one in row.inputs} | {f"{part.name}.{place}.id": row.id}
    return posted


def saved(entity: Entity, by: Actor, deal: Deal, posted: dict[str, Any]) -> forms.Form:
    """The form as the page takes it: read, sent, and joined with what others did."""
    deal.refresh_from_db()
    form = forms.edit(entity, by, deal)
    theirs = dict(form.raw)
    assert form.take(posted), form.placed
    if form.submit() is None:
        conflicts.merge(form, theirs, posted["base"])
    return form


def test_what_only_they_touched_is_taken_and_what_both_touched_is_asked(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    mine = opened(entity, by, twelve[0]) | {"pieces": "7", "note": "내 메모"}
    colleague = identity.system("이영희")
    commands.edit(twelve[0], by=colleague, note="영희 메모", promised_on="2026-12-24")
    form = saved(entity, by, twelve[0], mine)
    assert [one.code for one in form.placed["note"]] == ["changed_here"]
    assert "영희 메모" in form.placed["note"][0].message
    assert "이영희" in form.placed["note"][0].message
    assert form.raw["note"] == "내 메모"
    assert form.raw["promised_on"] == "2026-12-24"
    assert not form.placed["pieces"]
    assert [one.code for one in form.problems] == ["changed_meanwhile", "changes_taken"]
    again = mine | {"version": str(form.version), "promised_on": form.raw["promised_on"]}
    assert not saved(entity, by, twelve[0], again).problems
    twelve[0].refresh_from_db()
    assert (twelve[0].note, twelve[0].pieces, str(twelve[0].promised_on)) == ("내 메모", 7, "2026-12-24")


def test_lines_that_both_changed_are_asked_as_a_whole(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    mine = opened(entity, by, twelve[0]) | {"lines.0.quantity": "5"}
    line = twelve[0].lines.get()
    commands.edit(
        twelve[0], by=by, lines=[{"id": line.pk, "item": "너트", "quantity": 2, "price": line.price}]
    )
    form = saved(entity, by, twelve[0], mine)
    assert [one.code for one in form.placed["lines"]] == ["changed_here"]
    assert "너트, 수량 2" in form.placed["lines"][0].message
    assert form.raw["lines"][0]["quantity"] == "5"


def test_lines_written_anew_as_they_were_are_the_same_lines(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    mine = opened(entity, by, twelve[0]) | {"lines.0.quantity": "5"}
    line = twelve[0].lines.get()
    same = {"item": line.item, "quantity": line.quantity, "price": line.price}
    commands.edit(twelve[0], by=by, note="영희 메모", lines=[same])
    now = twelve[0].lines.get()
    assert now.pk != line.pk
    form = saved(entity, by, twelve[0], mine)
    assert not form.placed["lines"]
    again = mine | {"version": str(form.version), "lines.0.id": str(form.raw["lines"][0]["id"])}
    assert not saved(entity, by, twelve[0], again | {"note": form.raw["note"]}).problems
    assert (twelve[0].lines.get().pk, twelve[0].lines.get().quantity) == (now.pk, 5)


def test_a_page_says_who_was_first_and_keeps_what_was_typed(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    person = User.objects.create_user("choi", password="x", full_name="최민수")
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    browser = Browser()
    browser.force_login(person)
    address = f"/deals/{twelve[0].pk}/edit"
    mine = opened(entity, by, twelve[0]) | {"note": "늦은 메모"}
    commands.edit(twelve[0], by=identity.system("이영희"), note="먼저 쓴 메모")
    page = browser.post(address, mine)
    assert page.status_code == 422
    assert "먼저 쓴 메모" in page.content.decode()
    assert "늦은 메모" in page.content.decode()
    twelve[0].refresh_from_db()
    assert twelve[0].note == "먼저 쓴 메모"
    assert browser.post(address, mine | {"version": str(twelve[0].version)}).status_code == 302
    twelve[0].refresh_from_db()
    assert twelve[0].note == "늦은 메모"


def test_a_base_that_cannot_be_read_asks_rather_than_overwrites(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    mine = opened(entity, by, twelve[0]) | {"note": "내 메모", "base": "[not json"}
    commands.edit(twelve[0], by=by, note="다른 메모")
    form = saved(entity, by, twelve[0], mine)
    assert [one.code for one in form.placed["note"]] == ["changed_here"]
