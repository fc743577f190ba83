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
from onmaru.workbench import exchange, registry
from onmaru.workbench.entity import Entity
from onmaru.workbench.tests import files
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

    for content in (before, file):
        report = files.take(entity, by, content)
        assert (report.refused, report.count("updated"), report.applied) == ([], 12, True)
    assert whole(entity, by) == before


def test_one_broken_row_keeps_all_out_and_is_told_by_its_cell(clients: Entity, by: Actor) -> None:
    content = "code,name,is_active\nK1,한빛,예\nK2,,maybe\nK3,한\ufffd빛,1\nK1,x,1\n".encode()

    report = files.take(clients, by, content)

    assert Client.objects.count() == 0
    assert not report.applied
    told = [(one.line, [(reason.field, reason.code) for reason in one.problems]) for one in report.refused]
    assert told == [
        (3, [("name", "field_required"), ("is_active", "value_unreadable")]),
        (4, [("name", "text_broken")]),
        (5, [("code", "key_twice")]),
    ]


def test_a_dry_run_tells_and_does_nothing(entity: Entity, by: Actor, firm: Firm, client_ko: Client) -> None:
    content = "company.code,client.code,ordered_on,note\nKR,C1,2026.11.22,hello\nKR,C9,2026.11.22,\n"

    report = files.take(entity, by, content.encode(), dry_run=True)

    assert (report.count("inserted"), len(report.refused), Deal.objects.count()) == (1, 1, 0)
    (reason,) = report.refused[0].problems
    assert (reason.code, reason.field) == ("reference_unknown", "client")


def test_needed_columns_and_headers_are_asked_for(entity: Entity, by: Actor, firm: Firm) -> None:
    report = files.take(entity, by, b"company.code\nKR\n")
    assert [reason.code for reason in report.refused[0].problems] == ["field_required"]
    with pytest.raises(Refused) as refused:
        files.take(entity, by, b"company.code,colour,note,Note\nKR,red,,\n")
    assert refused.value.codes == ["header_unknown", "header_twice"]


def test_no_spreadsheet_runs_what_a_customer_wrote(clients: Entity, by: Actor) -> None:
    name = '=HYPERLINK("http://x","y")'
    commands.create_client(by=by, code="+1", name=name)

    text = b"".join(exchange.csv(clients, by, {})).decode("utf-8-sig")

    assert text.splitlines()[1].startswith("'+1,\"'=HYPERLINK")
    report = files.take(clients, by, whole(clients, by))
    assert (report.count("updated"), Client.objects.get().name) == (1, name)


def test_a_workbook_holds_only_so_many_rows(
    clients: Entity, by: Actor, client_ko: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "SHEET_ROWS", 0)
    with pytest.raises(Refused, match="sheet_too_long"):
        exchange.xlsx(clients, by, {})


def test_what_a_known_key_means_is_for_the_person_to_say(
    clients: Entity, by: Actor, client_ko: Client
) -> None:
    content = "code,name\nC1,새이름\nC2,둘\n".encode()
    told = {
        mode: [(one.done, [reason.code for reason in one.problems]) for one in found.outcomes]
        for mode in ("insert", "update", "skip")
        for found in [files.take(clients, by, content, mode=mode, dry_run=True)]
    }
    assert told == {
        "insert": [("refused", ["known"]), ("inserted", [])],
        "update": [("updated", []), ("refused", ["unknown"])],
        "skip": [("skipped", []), ("inserted", [])],
    }


def test_files_are_for_those_who_may(clients: Entity, by: Actor) -> None:
    viewer = identity.only(by, "scratch.client.view")
    with pytest.raises(Refused, match="not_permitted"):
        exchange.csv(clients, viewer, {})
    with pytest.raises(Refused, match="not_permitted"):
        files.take(clients, viewer, b"code\n")
