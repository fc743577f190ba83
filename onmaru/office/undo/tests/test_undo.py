"""Ten seconds to think again: an edit, an archiving and a deletion are taken back by one click or one request."""

from __future__ import annotations

import base64
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, Grant, RecordRule, Role, Trash, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Address, Bank, Party
from onmaru.office.rest.tests.test_api import codes, send
from onmaru.office.shaping import commands as shaping
from onmaru.office.shaping.queries import attached, live
from onmaru.office.undo import commands, queries
from onmaru.workbench import calls, detail, registry, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.references import References
from onmaru.workbench.tests import samples
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
    answer = browser.post(address)
    assert answer.status_code == 302, answer.content.decode()[-3000:]


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


HEAD = {"code": "P1", "name": "새이름", "country": "KR", "language": "ko", "kind": "organisation"}


def clerk(*may: str, **hidden: list[str]) -> Browser:
    """Somebody whose role hides fields, by kind (``party__address``)."""
    role = Role.objects.create(code="desk", permissions=list(may))
    user, browser = User.objects.create_user("park"), Browser()
    Grant.objects.create(user=user, role=role)
    for kind, names in hidden.items():
        RecordRule.objects.create(role=role, kind=kind.replace("__", "."), hidden=names)
    browser.force_login(user)
    return browser


def test_a_line_that_went_comes_back_with_what_its_person_may_not_see(party: Party) -> None:
    browser = clerk("party.party.*", party__address=["line1"])
    emptied = browser.post(f"/parties/{party.pk}/edit", HEAD | {"addresses": ""}, follow=True)
    assert not party.addresses.exists()
    (address,) = re.findall(r'action="(/undo/\d+)"', emptied.content.decode())
    answer = browser.post(address, follow=True)
    assert party.addresses.get().line1 == "세종대로 1" and "세종대로" not in answer.content.decode()
    party.refresh_from_db()
    assert party.name == "한빛상사"


def test_what_is_masked_comes_back_whole_and_is_kept_sealed(browser: Browser, by: Actor) -> None:
    contact = {"name": "김하늘", "phone": "010-1234-5678"}
    shinhan = Bank.objects.get_or_create(code="088", defaults={"name": "신한은행"})[0]
    bank = {"bank": shinhan, "number": "110-123-456789", "holder": "한빛상사"}
    made = parties.create(by=by, code="P2", name="한빛상사", contacts=[contact], bank_accounts=[bank])
    lines = {"contacts": "", "bank_accounts": ""}
    emptied = browser.post(f"/parties/{made.pk}/edit", HEAD | {"code": "P2"} | lines, follow=True)
    assert not made.contacts.exists() and not made.bank_accounts.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kernel_cache WHERE cache_key LIKE '%%undo:%%'")
        ((kept,),) = cursor.fetchall()
    stored = base64.b64decode(kept)
    assert not any(word in stored for word in (b"12345678", b"456789", "김하늘".encode()))
    undo(browser, emptied.content.decode())
    assert made.contacts.get().phone == "+821012345678"
    assert made.bank_accounts.get().number.open() == "110-123-456789"
    told = str(list(AuditRow.objects.values_list("changes", flat=True)))
    assert "12345678" not in told and "456789" not in told


def test_what_was_kept_is_gone_with_its_minute(browser: Browser, by: Actor, party: Party) -> None:
    browser.post(f"/parties/{party.pk}/edit", HEAD | {"addresses": ""})
    row = AuditRow.objects.order_by("-id")[0]
    assert queries.can_undo(row, by)
    cache.clear()
    assert not queries.can_undo(row, by)
    with pytest.raises(Refused, match="undo_impossible"):
        commands.undo(row, by)


def test_a_program_takes_back_what_it_did(browser: Browser, party: Party) -> None:
    gone = send(browser, f"parties/{party.pk}", {"name": "딴이름", "addresses": []}, "patch")
    assert gone.status_code == 200 and not party.addresses.exists()
    answer = send(browser, f"undo/parties/{party.pk}", {})
    assert (answer.status_code, answer.json()) == (
        200,
        {"command": "party.party.edit", "id": party.pk, "label": "한빛상사"},
    )
    assert party.addresses.get().line1 == "세종대로 1"
    # The same request once more does not bring the slip back.
    assert codes(send(browser, f"undo/parties/{party.pk}", {})) == {"not_found"}
    party.refresh_from_db()
    assert party.name == "한빛상사"


def test_a_program_takes_back_no_more_than_its_own(browser: Browser, by: Actor, party: Party) -> None:
    other = clerk("party.party.*")
    assert codes(send(other, f"undo/parties/{party.pk}", {})) == {"not_found"}
    for address in ("nothing/1", "parties/x", "parties/99999999999999999999"):
        assert codes(send(browser, f"undo/{address}", {})) == {"not_found"}
    send(browser, f"parties/{party.pk}", {"name": "딴이름"}, "patch")
    parties.archive(party, by=by)
    send(other, f"parties/{party.pk}", {"name": "또딴이름"}, "patch")
    assert codes(send(browser, f"undo/parties/{party.pk}", {})) == {"touched_since"}
    send(browser, f"parties/{party.pk}/delete", {})
    assert not Party.objects.exists()
    assert send(browser, f"undo/parties/{party.pk}", {}).status_code == 200 and Party.objects.exists()


def test_a_file_in_a_field_comes_back(browser: Browser, by: Actor) -> None:
    shaping.fields.create(by=by, kind="scratch.client", type="file", label_ko="도면", name="x_plan")
    live.refresh()
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    file = files.attach(record=client, name="축.pdf", content=b"%PDF", by=by)
    held = attached.pass_of(file.pk, file.name)
    scratch.edit_client(client, by=by, name="한빛상사", custom={"x_plan": held})
    saved = browser.post(f"/clients/{client.pk}/edit", {"name": "한빛상사", "x_plan": ""}, follow=True)
    client.refresh_from_db()
    assert client.custom == {}
    undo(browser, saved.content.decode())
    client.refresh_from_db()
    assert client.custom["x_plan"]["id"] == file.pk


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
        commands.undo(row, by)


def test_what_changed_lines_has_no_way_back_by_itself(by: Actor, party: Party) -> None:
    parties.edit(party, by=by, name="새이름", addresses=[])
    row = AuditRow.objects.order_by("-id")[0]
    assert not queries.can_undo(row, by)
    with pytest.raises(Refused, match="undo_impossible"):
        commands.undo(row, by)


def test_an_archiving_is_undone(by: Actor, party: Party) -> None:
    parties.archive(party, by=by)
    commands.undo(AuditRow.objects.order_by("-id")[0], by)
    party.refresh_from_db()
    assert party.is_active


GRIDS = [(one, part.name) for one in registry.every() if one.edit for part in queries.grids(one)]


@pytest.mark.parametrize(("entity", "name"), GRIDS, ids=str)
def test_lines_that_an_edit_takes_away_come_back_whatever_they_are_of(
    entity: Entity, name: str, by: Actor
) -> None:
    record = samples.some(entity, by, 1)[0]
    stood = lines(entity, name, record)
    if len(stood) < 2:
        pytest.skip("the sample has not lines enough")
    with commands.keeping() as kept:
        calls.do(calls.offered(entity.edit), by, read(entity, name, stood[-1:], by), subject=record.pk)
    assert len(lines(entity, name, record)) == 1
    row = AuditRow.objects.order_by("-id")[0]
    commands.undo(row, by, kept=kept.get(str(row.pk)))
    assert [{**one, "id": 0} for one in lines(entity, name, record)] == [{**one, "id": 0} for one in stood]


def lines(entity: Entity, name: str, record: Any) -> list[dict[str, Any]]:
    (part,) = (one for one in queries.grids(entity) if one.name == name)
    return [queries.line(part, one) for one in detail.line_rows(part, record)]


def read(entity: Entity, name: str, rows: list[dict[str, Any]], by: Actor) -> dict[str, Any]:
    asked = [one for one in entity.input_fields if one.name == name]
    given, problems = values.read_all(asked, {name: rows}, References(by), partial=True)
    assert not problems
    return given
