"""A table and its files in one ZIP: out, in again, and none that would do harm."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
import python_calamine
from django.db.models import F
from django.test import Client as Browser
from django.utils import timezone

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, RecordRule, Role, StoredFile, User
from onmaru.kernel.refusals import Reason
from onmaru.office.batches import queries as of_runs
from onmaru.office.batches.commands import forgetting, runs
from onmaru.office.batches.models import Chunk, Run
from onmaru.office.imports.commands import staging
from onmaru.office.imports.rules import zips
from onmaru.office.imports.tests.conftest import staged, worked
from onmaru.office.shaping import commands, reports
from onmaru.office.shaping.queries import live
from onmaru.workbench import registry
from onmaru.workbench.entity import Entity
from tests import proofs
from tests.scratch import commands as scratch
from tests.scratch.models import Client, Deal

TABLE = "code,name,도면\nC1,한빛,도면/축.pdf\nC2,두리,\n"


@pytest.fixture(autouse=True)
def plan_field(by: Actor) -> None:
    commands.fields.create(by=by, kind="scratch.client", type="file", label_ko="도면", name="x_plan")
    live.refresh()


def shown(name: str) -> Entity:
    found = registry.get(name)
    assert found is not None
    return found


def zipped(parts: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", packing) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return into.getvalue()


def brought(content: bytes, by: Actor, name: str = "clients") -> tuple[Run, list[Any]]:
    run = staged(name, content, by, "거래처.zip")
    staging.go(run, by)
    worked(run)
    told = of_runs.refused(run, "applied")
    return run, [(line, [one["code"] for one in reasons]) for line, reasons in told]


def bytes_of(held: Any) -> bytes:
    return bytes(StoredFile.objects.get(pk=held["id"]).content)


def test_a_list_leaves_with_its_files_and_comes_back_with_them(by: Actor) -> None:
    client = scratch.create_client(by=by, code="C1", name="한빛상사")
    scratch.create_client(by=by, code="C2", name="두리상사")
    file = files.attach(record=client, name="축.pdf", content=b"%PDF axle", by=by)
    Client.objects.filter(pk=client.pk).update(custom={"x_plan": {"id": file.pk, "name": file.name}})
    content = reports.packed(shown("clients"), by, {}, whole=True).read()
    packed = zipfile.ZipFile(io.BytesIO(content))
    path = f"files/{file.pk}/축.pdf"
    (table,) = [name for name in packed.namelist() if name != path]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(packed.read(table)))
    cells = {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}
    assert path in cells and packed.read(path) == b"%PDF axle"
    Client.objects.all().delete()
    _run, told = brought(content, by)
    assert told == []
    back = Client.objects.get(code="C1")
    assert (back.custom["x_plan"]["name"], bytes_of(back.custom["x_plan"])) == ("축.pdf", b"%PDF axle")
    assert Client.objects.get(code="C2").custom == {}


def from_windows(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP as Explorer makes it in Korea, its names in CP949 without saying so: put where plain ones as long stood."""
    said = {
        f"{at}".ljust(len(name.encode("cp949")), "_"): name.encode("cp949") for at, name in enumerate(parts)
    }
    content = zipped(dict(zip(said, parts.values(), strict=True)))
    for place, name in said.items():
        content = content.replace(place.encode(), name)
    return content


@pytest.mark.parametrize("around", ["", "자료/"])
def test_what_windows_packed_is_read(by: Actor, around: str) -> None:
    parts = {f"{around}거래처.csv": TABLE.encode("cp949"), f"{around}도면/축.pdf": b"%PDF"}
    content = from_windows(parts | {"__MACOSX/._축.pdf": b"litter"})
    _run, told = brought(content, by)
    assert told == []
    assert bytes_of(Client.objects.get(code="C1").custom["x_plan"]) == b"%PDF"


def test_what_did_not_come_is_refused_and_goes_back_with_the_files_of_its_rows(by: Actor, user: User) -> None:
    rows = TABLE + "C3,세움,도면/없음.pdf\nC4,,도면/넷.pdf\n"
    content: dict[str, bytes | str] = {
        "t.csv": rows,
        "도면/축.pdf": b"1",
        "도면/넷.pdf": b"4",
        "남음.pdf": b"0",
    }
    browser = Browser()
    browser.force_login(user)
    laid = staged("clients", zipped(content), by, "거래처.zip")
    page = browser.get(f"/runs/{laid.pk}/plan").content.decode()
    (left_out,) = (one for one in re.findall("<strong>(.*?)</strong>", page) if "남음.pdf" in one)
    assert "축.pdf" not in left_out and "넷.pdf" not in left_out
    run, told = brought(zipped(content), by)
    assert told == [(4, ["file_by_hand"]), (5, ["field_required"])]
    answer = browser.get(f"/runs/{run.pk}/refused")
    assert unquote(answer.headers["Content-Disposition"]).endswith(".zip")
    back = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    (table, file) = back.namelist()
    assert (file, back.read(file)) == ("도면/넷.pdf", b"4")
    assert [line.split(",")[0] for line in back.read(table).decode("utf-8-sig").splitlines()] == [
        "code",
        "C3",
        "C4",
    ]


def test_what_no_cell_names_is_dropped_and_the_rest_of_a_run_ends_with_its_term(
    by: Actor, user: User
) -> None:
    rows = TABLE + "C3,,도면/셋.pdf\n"
    parts: dict[str, bytes | str] = {
        "t.csv": rows,
        "도면/축.pdf": b"1",
        "도면/셋.pdf": b"3",
        "신분증.jpg": b"0",
    }
    aside = staged("clients", zipped(parts), by, "두고 간 것.zip")
    assert kept_of(aside) == {"축.pdf", "셋.pdf", "신분증.jpg"}
    run, _told = brought(zipped(parts), by)
    assert kept_of(run) == {"축.pdf", "셋.pdf"}
    browser = Browser()
    browser.force_login(user)
    run.refresh_from_db()
    assert run.finished_at is not None and forgetting.until(run) == run.finished_at + timedelta(days=30)
    day = timezone.localtime(forgetting.until(run)).date().isoformat()
    assert day in browser.get(f"/runs/{run.pk}/").content.decode()
    assert forgetting.forget() == 0
    Run.objects.update(
        finished_at=F("finished_at") - timedelta(days=31), beat_at=F("beat_at") - timedelta(days=31)
    )
    assert forgetting.forget() == 2
    assert (kept_of(run), kept_of(aside)) == ({"축.pdf"}, set())
    assert bytes_of(Client.objects.get(code="C1").custom["x_plan"]) == b"1"
    assert not Chunk.objects.exists() and forgetting.forget() == 0
    page = browser.get(f"/runs/{run.pk}/").content.decode()
    assert f"/runs/{run.pk}/refused" not in page and f"/runs/{run.pk}/do/revert" not in page
    assert browser.get(f"/runs/{run.pk}/refused").status_code == 404
    aside.refresh_from_db()
    assert aside.state == Run.State.CANCELLED
    with proofs.refused(runs.ROWS_GONE):
        runs.revert(run, by=by)


def kept_of(run: Run) -> set[str]:
    return {one.name for one in files.of(run)}


def test_files_of_a_run_that_was_taken_back_go_but_for_those_held_still(by: Actor) -> None:
    parts: dict[str, bytes | str] = {
        "t.csv": "code,name,도면\nC1,하나,a/축.pdf\nC2,둘,a/둘.pdf\n",
        "a/축.pdf": b"1",
        "a/둘.pdf": b"2",
    }
    run, _told = brought(zipped(parts), by)
    scratch.edit_client(Client.objects.get(code="C1"), by=by, name="그 뒤")
    runs.revert(run, by=by)
    worked(run)
    assert [one.code for one in Client.objects.all()] == ["C1"]
    Run.objects.update(finished_at=F("finished_at") - timedelta(days=31))
    forgetting.forget()
    assert kept_of(run) == {"축.pdf"}


def test_files_of_lines_go_out_and_come_in_too(by: Actor) -> None:
    commands.fields.create(by=by, kind="scratch.dealline", type="file", label_ko="사진", name="x_photo")
    live.refresh()
    firm = scratch.found(by=by, code="F1", name="온마루")
    scratch.create_client(by=by, code="C1", name="한빛상사")
    table = "company,client,ordered_on,item,quantity,price,사진\n"
    rows = "F1,C1,2026-11-27,볼트,2,1,p/볼트.png\n,,,너트,1,1,\n,,,못,1,1,p/못.png\n"
    _run, told = brought(zipped({"t.csv": table + rows, "p/볼트.png": b"B", "p/못.png": b"N"}), by, "deals")
    assert told == []
    lines = Deal.objects.get(company=firm).lines.order_by("id")
    assert [bytes_of(one.custom["x_photo"]) if one.custom else b"" for one in lines] == [b"B", b"", b"N"]
    out = zipfile.ZipFile(reports.packed(shown("deals"), by, {"lines": "lines"}))
    assert sorted(out.read(name) for name in out.namelist() if name.startswith("files/")) == [b"B", b"N"]
    assert lines[0].quantity == Decimal(2) and Deal.objects.get().ordered_on == date(2026, 11, 27)


def _two_of_a_name(into: io.BytesIO) -> None:
    with zipfile.ZipFile(into, "w") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("t.csv", TABLE)
        packed.writestr("a/축.pdf", b"1")
        packed.writestr("a/축.pdf", b"2")


def _with_a_link(into: io.BytesIO) -> None:
    link = zipfile.ZipInfo("a/축.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(into, "w") as packed:
        packed.writestr("t.csv", TABLE)
        packed.writestr(link, b"/etc/passwd")


@pytest.mark.parametrize("make", [_two_of_a_name, _with_a_link])
def test_names_that_mean_more_than_a_file_are_refused(by: Actor, make: Callable[[io.BytesIO], None]) -> None:
    into = io.BytesIO()
    make(into)
    with proofs.refused(zips.ZIP_UNSAFE, at="file"):
        brought(into.getvalue(), by)


@pytest.mark.parametrize(
    "path", ["../축.pdf", "/etc/축.pdf", "a/../../축.pdf", "a\\..\\..\\축.pdf", "C:/축.pdf"]
)
def test_a_path_that_leads_out_is_refused(by: Actor, path: str) -> None:
    with proofs.refused(zips.ZIP_UNSAFE, at="file"):
        brought(zipped({"t.csv": TABLE, path: b"%PDF"}), by)
    assert not Run.objects.exists() and not StoredFile.objects.exists()


def _locked() -> bytes:
    content = bytearray(zipped({"t.csv": TABLE}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


WRONG: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "no table": (lambda: zipped({"a/축.pdf": b"1", "메모.pdf": b"2"}), zips.ZIP_TABLE),
    "two tables": (lambda: zipped({"a.csv": TABLE, "b.csv": TABLE}), zips.ZIP_TABLE),
    "damaged": (
        lambda: zipped({"t.csv": TABLE, "a/축.pdf": b"axle" * 9}, 0).replace(b"axle", b"AXLE"),
        zips.ZIP_UNREADABLE,
    ),
    "locked": (_locked, zips.ZIP_UNREADABLE),
    "empty file": (lambda: zipped({"t.csv": TABLE, "a/축.pdf": b""}), files.FILE_EMPTY),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_zip_says_what_is_wrong_and_leaves_nothing(by: Actor, name: str) -> None:
    make, reason = WRONG[name]
    with proofs.refused(reason, at="file"):
        brought(make(), by)
    assert not Run.objects.exists() and not StoredFile.objects.exists()


def test_a_bomb_is_refused_by_what_it_owns_up_to(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "LARGEST", 2**20)
    monkeypatch.setattr(zips, "MOST_FILES", 3)
    monkeypatch.setattr(files, "LARGEST", 2**19)
    bomb = zipped({"t.csv": TABLE, "a/축.pdf": bytes(2**20 + 1)})
    assert len(bomb) < 5000
    with proofs.refused(zips.ZIP_TOO_LARGE, at="file"):
        brought(bomb, by)
    with proofs.refused(zips.ZIP_TOO_LARGE, at="file"):
        brought(zipped({"t.csv": TABLE, **{f"a/{n}.pdf": b"1" for n in range(4)}}), by)
    with proofs.refused(files.FILE_TOO_LARGE, at="file"):
        brought(zipped({"t.csv": TABLE, "a/축.pdf": bytes(2**19 + 1)}), by)


def test_a_lie_about_the_size_does_not_unpack_more(by: Actor) -> None:
    content = zipped({"t.csv": TABLE, "a/축.pdf": bytes(2**20)})
    told = (2**20).to_bytes(4, "little")
    with proofs.refused(zips.ZIP_UNREADABLE, at="file"):
        brought(content.replace(told, (100).to_bytes(4, "little")), by)


def signed_in(*may: str) -> tuple[Browser, Role]:
    user = User.objects.create_user("park")
    role = Role.objects.create(code="park", name_ko="창구", name_en="Desk", permissions=list(may))
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser, role


def test_files_leave_with_who_may_take_out_and_sees_the_field(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(zipped({"t.csv": TABLE, "도면/축.pdf": b"%PDF"}), by)
    browser, role = signed_in("scratch.client.view")
    assert browser.get("/shaping/clients/export.zip").status_code == 403
    role.permissions = ["scratch.client.view", "scratch.client.export"]
    role.save()
    assert b"/shaping/clients/export.zip" in browser.get("/clients/").content
    answer = browser.get("/shaping/clients/export.zip?code=C1")
    assert "도면" not in zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()[0]
    rule = RecordRule.objects.create(role=role, kind="scratch.client", hidden=["x_plan"])
    hidden = browser.get("/shaping/clients/export.zip")
    assert len(zipfile.ZipFile(io.BytesIO(hidden.getvalue())).namelist()) == 1
    assert b"export.zip" not in browser.get("/clients/").content
    rule.delete()
    monkeypatch.setattr(reports, "MOST", 0)
    with proofs.refused(reports.FILES_TOO_MANY):
        reports.packed(shown("clients"), by, {})
