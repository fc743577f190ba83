"""Own fields in files: of lines they go out and come in below their header, of files a table alone tells names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.test import Client as Browser

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.masters.party.models import Party
from onmaru.office.batches import queries as of_runs
from onmaru.office.imports.commands import staging
from onmaru.office.imports.tests.conftest import staged, worked
from onmaru.office.shaping import commands
from onmaru.office.shaping.queries import live
from onmaru.workbench import exchange, registry
from onmaru.workbench.entity import Entity
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal


def shown(name: str) -> Entity:
    live.refresh()
    found = registry.get(name)
    assert found is not None
    return found


def test_lines_leave_below_their_document_and_come_back_the_same(by: Actor) -> None:
    commands.fields.create(
        by=by, kind="scratch.dealline", type="choice", label_ko="색상", name="x_c", choices="빨강\n파랑"
    )
    company = scratch.found(by=by, code="F1", name="온마루")
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    items = [("볼트", "빨강"), ("너트", ""), ("=못", "파랑")]
    rows = [
        {"item": item, "quantity": Decimal(2), "price": Decimal("1.5"), "x_c": colour}
        for item, colour in items
    ]
    for lines in (rows, rows[:1], []):
        scratch.create(by=by, today=date(2026, 11, 27), company=company, client=client, lines=lines)
    asked = {"lines": "lines", "sort": "number"}
    before = b"".join(exchange.csv(shown("deals"), by, asked, whole=True))
    table = [line.split(",") for line in before.decode("utf-8-sig").splitlines()]
    assert [(row[0], row[-1]) for row in table[1:]] == [
        ("D-00001", "빨강"),
        ("", ""),
        ("", "파랑"),
        ("D-00002", "빨강"),
        ("D-00003", ""),
    ]
    assert exchange.xlsx(shown("deals"), by, asked).read(2) == b"PK"
    Deal.objects.all().delete()
    run = staged("deals", before, by)
    staging.go(run, by)
    worked(run)
    assert list(of_runs.refused(run, "applied")) == []
    assert b"".join(exchange.csv(shown("deals"), by, asked, whole=True)) == before


def test_a_file_is_named_in_a_table_and_does_not_come_in_by_it_alone(by: Actor) -> None:
    commands.fields.create(by=by, kind="scratch.client", type="file", label_ko="도면", name="x_plan")
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    file = files.attach(record=client, name="축.pdf", content=b"%PDF", by=by)
    Client.objects.filter(pk=client.pk).update(custom={"x_plan": {"id": file.pk, "name": file.name}})
    text = b"".join(exchange.csv(shown("clients"), by, {"fields": "code,name,x_plan"})).decode("utf-8-sig")
    assert text.splitlines()[1] == "C1,한빛상사,축.pdf"
    run = staged(
        "clients", "code,name,도면\nC1,한빛,축.pdf\nC2,두리,\nC3,세움,새것.pdf\nC1,한빛,\n".encode(), by
    )
    staging.go(run, by)
    worked(run)
    told = [(line, [one["code"] for one in reasons]) for line, reasons in of_runs.refused(run, "applied")]
    assert told == [(4, ["file_by_hand"]), (5, ["key_twice"])]
    client.refresh_from_db()
    assert (client.name, client.custom["x_plan"]["name"]) == ("한빛", "축.pdf")


def test_what_is_made_by_the_thousand_takes_own_fields_too(by: Actor) -> None:
    for kind, name in (("party.party", "x_grade"), ("party.contact", "x_direct")):
        commands.fields.create(by=by, kind=kind, type="number", label_ko="수", label_en=name, name=name)
    shown("parties")
    rows = ["A1,가나,예,3,김,7", "A2,다라,예,,,", "A3,마바,예,셋,,", "A4,사아,예,,이,둘"]
    head = "party code,party name,is a customer,x_grade,contacts.name,contacts.x_direct"
    run = staged("parties", "\n".join([head, *rows]).encode(), by)
    staging.go(run, by)
    worked(run)
    told = [(line, [one["field"] for one in reasons]) for line, reasons in of_runs.refused(run, "applied")]
    assert told == [(4, ["x_grade"]), (5, ["contacts.0.x_direct"])]
    party = Party.objects.get(code="A1")
    assert (party.custom, party.contacts.get().custom) == ({"x_grade": "3"}, {"x_direct": "7"})
    assert Party.objects.get(code="A2").custom == {}


def test_days_figures_and_choices_as_koreans_write_them_are_shown_as_read_and_taken(
    by: Actor, user: User, client: Browser
) -> None:
    commands.fields.create(
        by=by, kind="scratch.deal", type="choices", label_ko="색상", name="x_c", choices="빨강\n파랑"
    )
    scratch.found(by=by, code="F1", name="온마루")
    scratch.create_client(by=by, code="C1", name="한빛상사")
    head = "company.code,client.code,ordered_on,promised_on,pieces,색상,lines.item,lines.quantity,lines.price"
    row = "F1,C1,26.3.5,46086,２０,파랑;빨강,못,1,(1 234원)"
    shown("deals")
    run = staged("deals", f"{head}\n{row}\nF1,C1,05/03/26,,,,못,1,1\n".encode(), by)
    client.force_login(user)
    page = client.get(f"/runs/{run.pk}/", follow=True).content.decode()
    for read in ("→ 2026-03-05", "→ 20<", "→ 파랑, 빨강", "→ -1,234"):
        assert read in page
    staging.go(run, by)
    worked(run)
    (deal,) = Deal.objects.all()
    assert (deal.ordered_on, deal.promised_on, deal.pieces) == (date(2026, 3, 5), date(2026, 3, 5), 20)
    assert (deal.custom["x_c"], deal.lines.get().price) == (["파랑", "빨강"], -1234)
    ((line, reasons),) = of_runs.refused(run, "applied")
    assert (line, [one["code"] for one in reasons]) == (3, ["date_ambiguous"])
