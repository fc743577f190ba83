"""Files as offices have them: any encoding, several sheets, a title above the header, a web page called .xls."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import xlsxwriter

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.imports import queries
from onmaru.office.imports.commands import staging
from onmaru.office.imports.rules import files, headers
from onmaru.office.imports.tests.conftest import entity, staged, worked
from tests.scratch.models import Client


def rows(content: bytes, name: str = "file.csv") -> list[list[object]]:
    _form, sheets = files.open_(io.BytesIO(content), name)
    return [cells for sheet in sheets for _line, cells in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_encoding_of_an_office_is_read(encoding: str, delimiter: str) -> None:
    text = "code,name,in use\nK1,㈜한빛상사,예\n\nK2,똠방각하,아니오\n".replace(",", delimiter)
    form, sheets = files.open_(io.BytesIO(text.encode(encoding)), "clients.csv")
    assert list(sheets[0].rows) == [
        (1, ["code", "name", "in use"]),
        (2, ["K1", "㈜한빛상사", "예"]),
        (4, ["K2", "똠방각하", "아니오"]),
    ]
    assert form.delimiter == delimiter


def test_a_letter_that_is_broken_breaks_its_cell_alone() -> None:
    found = rows("K2,똠방\n".encode("cp949") * 9 + b"K3,\xc7\xd1\xff\xfe\xba\xfb\n")
    assert found[0] == ["K2", "똠방"]
    assert "\ufffd" in str(found[-1][1])


def test_a_web_page_that_calls_itself_a_workbook_is_read() -> None:
    page = (
        "<html><meta charset='euc-kr'><body><table><tr><th>코드</th><th>이름 </th></tr>"
        "<tr><td colspan=2>소계</td></tr><tr><td>K1</td><td>한빛 &amp; 사람<br>들</td></tr></table></body></html>"
    ).encode("cp949")
    assert rows(page, "거래처.xls") == [["코드", "이름"], ["소계", ""], ["K1", "한빛 & 사람들"]]


def test_a_workbook_gives_all_its_sheets_and_days_without_hours() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("비었음")
        sheet = book.add_worksheet("고객")
        sheet.write_row(0, 0, ["코드", "수량"])
        sheet.write_row(1, 0, ["K1", 12])
        sheet.write_datetime(2, 0, datetime(2026, 11, 22), book.add_format({"num_format": 14}))
    _form, sheets = files.open_(file, "book.xlsx")
    assert [(sheet.name, list(sheet.rows)) for sheet in sheets] == [
        ("고객", [(1, ["코드", "수량"]), (2, ["K1", 12]), (3, ["2026-11-22", ""])])
    ]


def compound(stream: str) -> bytes:
    """A container of Office, down to the directory that names its one stream."""
    signature, at, shift = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 2, 9
    head = signature.ljust(30, b"\0") + shift.to_bytes(18, "little") + at.to_bytes(464, "little")
    return head + bytes(512 * at) + stream.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"PK\x03\x04junk", "file_unreadable"),
        (b"a\0b", "file_unreadable"),
        (b"%PDF-1.4\nstream", "file_unreadable"),
        (compound("Workbook"), "file_unreadable"),
        (compound("EncryptedPackage"), "file_locked"),
    ],
)
def test_what_is_no_table_is_refused(by: Actor, content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        staged("clients", content, by)


def test_limits_are_told(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="file_too_long"):
        staged("clients", b"code\n1\n2\n", by)
    monkeypatch.setattr(files, "LARGEST", 10)
    with pytest.raises(Refused, match="import_too_large"):
        staged("clients", b"code,name\nK1,x\n", by)


def test_the_header_is_found_below_a_title_and_unknown_columns_stay_out(by: Actor) -> None:
    run = staged("clients", "고객 명단\n,,\n코드,이름,혈액형\nK1,한빛,A\n".encode(), by)
    assert (run.plan["header"], run.total) == (3, 1)
    staging.plan(run, columns=["code", "name", "no_such_field"], mode="both", whole=False, given={})
    staging.go(run, by)
    assert (worked(run).done, Client.objects.get().name) == (1, "한빛")


def test_a_header_once_explained_is_known_for_good(by: Actor) -> None:
    run = staged("clients", "code,상호 명\nK1,한빛\n".encode(), by)
    assert run.plan["columns"] == ["code", ""]
    staging.plan(run, columns=["code", "name"], mode="both", whole=False, given={})
    staging.go(run, by)
    known = headers.meanings(entity("clients"), queries.aliases(entity("clients")))
    assert headers.guess(["상호명", "Code"], known) == ["name", "code"]
