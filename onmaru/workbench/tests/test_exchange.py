"""Files out and in: typed, guarded, in the encodings of Korean offices, all rows or none."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import python_calamine
from django.utils import translation

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import exchange, intake, registry, tables
from onmaru.workbench.entity import Entity
from tests.scratch import commands
from tests.scratch.models import Client, Deal, Firm


def whole(entity: Entity, by: Actor, **params: Any) -> bytes:
    return b"".join(exchange.csv(entity, by, params, whole=True))


@pytest.fixture
def clients() -> Entity:
    found = registry.get("clients")
    assert found is not None
    return found


def test_a_list_leaves_as_it_is_seen(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    with translation.override("en"):
        text = b"".join(
            exchange.csv(entity, by, {"fields": "number,client,total,urgent", "way": "web", "sort": "number"})
        )
        lines = text.decode("utf-8-sig").splitlines()

    assert lines[0] == "Number,Customer,Total,Urgent"
    assert (lines[1], len(lines)) == ("D-00002,C2,2001,No", 7)


def test_a_workbook_has_typed_cells(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    file = exchange.xlsx(entity, by, {"sort": "number"})

    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert len(rows) == 13
    assert rows[1][0] == "D-00001"
    assert rows[1][3] == date(2026, 11, 1)
    assert rows[1][7] == 1000.5


def test_what_left_comes_back_the_same(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    before = whole(entity, by)
    file = exchange.xlsx(entity, by, {}, whole=True).read()

    for content, name in ((before, "orders.csv"), (file, "orders.xlsx")):
        report = intake.take(entity, by, content, name, dry_run=False)
        assert (report.refused, report.updated, report.applied) == ([], 12, True)
    assert whole(entity, by) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le"])
def test_every_encoding_of_an_office_is_read(clients: Entity, by: Actor, encoding: str) -> None:
    text = "코드,이름,사용\nK1,㈜한빛상사,예\nK2,똠방각하,아니오\n"
    with translation.override("ko"):
        text = text.replace("사용", "in use").replace("코드", "code").replace("이름", "name")

    report = intake.take(clients, by, text.encode(encoding), "clients.csv", dry_run=False)

    assert (report.inserted, report.applied) == (2, True)
    assert list(Client.objects.order_by("code").values_list("name", "is_active")) == [
        ("㈜한빛상사", True),
        ("똠방각하", False),
    ]


def test_one_broken_row_keeps_all_out_and_is_told_by_its_cell(clients: Entity, by: Actor) -> None:
    content = (
        "code,name,is_active\nK1,한빛,예\nK2,,maybe\n".encode("cp949")
        + b"K3,\xc7\xd1\xff\xfe\xba\xfb,1\nK1,x,1\n"
    )

    report = intake.take(clients, by, content, "clients.csv", dry_run=False)

    assert Client.objects.count() == 0
    assert not report.applied
    told = [(one.line, [(reason.field, reason.code) for reason in one.problems]) for one in report.refused]
    assert told == [
        (3, [("name", "field_required"), ("is_active", "value_unreadable")]),
        (4, [("name", "text_broken")]),
        (5, [("code", "key_twice")]),
    ]


def test_a_dry_run_tells_and_does_nothing(entity: Entity, by: Actor, firm: Firm, client_ko: Client) -> None:
    content = "company.code\tclient.code\tordered_on\tnote\nKR\tC1\t2026.11.22\thello\nKR\tC9\t2026.11.22\t\n"

    report = intake.take(entity, by, content.encode(), "orders.csv")

    assert (report.inserted, len(report.refused), Deal.objects.count()) == (1, 1, 0)
    (reason,) = report.refused[0].problems
    assert (reason.code, reason.field) == ("reference_unknown", "client")
    assert report.names == ["company", "client", "ordered_on", "note"]


def test_needed_columns_and_headers_are_asked_for(entity: Entity, by: Actor, firm: Firm) -> None:
    report = intake.take(entity, by, b"company.code\nKR\n", "orders.csv")
    assert [reason.code for reason in report.refused[0].problems] == ["field_required"]
    with pytest.raises(Refused) as refused:
        intake.take(entity, by, b"company.code,colour,note,Note\nKR,red,,\n", "orders.csv")
    assert refused.value.codes == ["header_unknown", "header_twice"]


def test_no_spreadsheet_runs_what_a_customer_wrote(clients: Entity, by: Actor) -> None:
    name = '=HYPERLINK("http://x","y")'
    commands.create_client(by=by, code="+1", name=name)

    text = b"".join(exchange.csv(clients, by, {})).decode("utf-8-sig")

    assert text.splitlines()[1].startswith("'+1,\"'=HYPERLINK")
    report = intake.take(clients, by, whole(clients, by), "c.csv", dry_run=False)
    assert (report.updated, Client.objects.get().name) == (1, name)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"PK\x03\x04junk", "file_unreadable"),
        (b"a\0b", "file_unreadable"),
    ],
)
def test_what_is_no_table_is_refused(clients: Entity, by: Actor, content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        intake.take(clients, by, content, "file.xlsx")


def test_limits_are_told(
    clients: Entity, by: Actor, client_ko: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    monkeypatch.setattr(exchange, "SHEET_ROWS", 0)
    with pytest.raises(Refused, match="file_too_long"):
        intake.take(clients, by, b"code\n1\n2\n", "c.csv")
    with pytest.raises(Refused, match="sheet_too_long"):
        exchange.xlsx(clients, by, {})
    with pytest.raises(Refused, match="file_too_large"):
        intake.take(clients, by, b"x" * (26 * 2**20), "c.csv")


def test_files_are_for_those_who_may(clients: Entity, by: Actor) -> None:
    viewer = identity.only(by, "scratch.client.view")
    with pytest.raises(Refused, match="not_permitted"):
        exchange.csv(clients, viewer, {})
    with pytest.raises(Refused, match="not_permitted"):
        intake.take(clients, viewer, b"code\n", "c.csv")
