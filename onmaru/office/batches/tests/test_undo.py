"""Ten seconds to think again: an edit, an archiving and a deletion are taken back by one click."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Grant, RecordRule, Role, Trash, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Address, Party
from onmaru.office.batches.commands import reversal
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Firm


@pytest.fixture
def browser(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def party(by: Actor) -> Party:
    return parties.create(by=by, code="P1", name="한빛상사", addresses=[{"line1": "세종대로 1"}])


def undo(browser: Browser, page: str) -> None:
    (address,) = re.findall(r'action="(/undo/\d+)"', page)
    assert browser.post(address).status_code == 302


def test_an_edit_is_undone_from_the_page_that_says_it_was_saved(browser: Browser, party: Party) -> None:
    form = {"code": "P1", "name": "다른이름", "country": "KR", "language": "ko", "kind": "organisation"}
    lines = {f"addresses.0.{name}": value for name, value in _line(party).items()}
    saved = browser.post(f"/parties/{party.pk}/edit", form | lines, follow=True).content.decode()
    party.refresh_from_db()
    assert party.name == "다른이름"
    undo(browser, saved)
    party.refresh_from_db()
    assert party.name == "한빛상사"


def _line(party: Party) -> dict[str, str]:
    line = party.addresses.get()
    return {"id": str(line.pk), "kind": "main", "line1": line.line1, "country": "KR", "is_default": "1"}


def test_an_edit_that_changed_lines_is_undone_with_them(browser: Browser, by: Actor) -> None:
    day = date(2026, 11, 27)
    firm, client = Firm.objects.create(code="F1"), Client.objects.create(code="C1", name="한빛상사")
    rows = [
        {"item": "헬멧", "quantity": Decimal(2), "price": Decimal("1500.5"), "due_on": day},
        {"item": "장갑", "quantity": Decimal(3)},
    ]
    deal = scratch.create(by=by, today=day, company=firm, client=client, lines=rows)
    stood = list(deal.lines.order_by("id").values_list("item", "quantity", "price", "due_on"))
    form = {
        "company": firm.pk,
        "client": client.pk,
        "ordered_on": "2026-11-27",
        "way": "shop",
        "currency": "KRW",
    }
    # The helmet goes, the gloves become ten, a bell comes.
    lines = {"lines.0.id": deal.lines.get(item="장갑").pk, "lines.0.item": "장갑", "lines.0.quantity": "10"}
    lines |= {"lines.1.item": "종", "lines.1.quantity": "1"}
    saved = browser.post(f"/deals/{deal.pk}/edit", form | lines, follow=True).content.decode()
    assert sorted(deal.lines.values_list("item", "quantity")) == [("장갑", 10), ("종", 1)]
    undo(browser, saved)
    assert sorted(deal.lines.values_list("item", "quantity", "price", "due_on")) == sorted(stood)
    deal.refresh_from_db()
    assert deal.total == 3001


def test_lines_of_which_a_part_is_hidden_are_not_kept(party: Party) -> None:
    role = Role.objects.create(code="desk", permissions=["party.party.*"])
    clerk, browser = User.objects.create_user("park"), Browser()
    Grant.objects.create(user=clerk, role=role)
    RecordRule.objects.create(role=role, kind="party.address", hidden=["line1"])
    browser.force_login(clerk)
    saved = browser.post(
        f"/parties/{party.pk}/edit",
        {"code": "P1", "name": "새이름", "country": "KR", "language": "ko", "kind": "organisation"}
        | {"addresses.0.id": party.addresses.get().pk, "addresses.0.kind": "shipping"}
        | {"addresses.0.country": "KR"},
        follow=True,
    )
    row = AuditRow.objects.order_by("-id")[0]
    assert (row.by_id, row.changes.get("lines")) == (clerk.pk, True)
    assert "/undo/" not in saved.content.decode()


def test_a_deletion_is_undone_with_its_lines(browser: Browser, party: Party) -> None:
    said = browser.post(f"/parties/{party.pk}/do/delete", {}, follow=True).content.decode()
    assert (Party.objects.count(), Address.objects.count(), Trash.objects.get().title) == (0, 0, "한빛상사")
    undo(browser, said)
    assert (Party.objects.get().pk, Address.objects.get().line1) == (party.pk, "세종대로 1")
    assert not Trash.objects.exists()


def test_what_others_touched_since_is_not_undone(by: Actor, party: Party) -> None:
    parties.archive(party, by=by)
    row = AuditRow.objects.order_by("-id")[0]
    parties.edit(party, by=by, name="그뒤")
    with pytest.raises(Refused, match="touched_since"):
        reversal.undo(row, by)


def test_what_changed_lines_has_no_way_back_by_itself(by: Actor, party: Party) -> None:
    parties.edit(party, by=by, name="새이름", addresses=[])
    row = AuditRow.objects.order_by("-id")[0]
    assert not reversal.can_undo(row)
    with pytest.raises(Refused, match="undo_impossible"):
        reversal.undo(row, by)


def test_an_archiving_is_undone(by: Actor, party: Party) -> None:
    parties.archive(party, by=by)
    reversal.undo(AuditRow.objects.order_by("-id")[0], by)
    party.refresh_from_db()
    assert party.is_active
