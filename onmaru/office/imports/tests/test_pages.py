"""The pages: a file is seen before it comes in, refused rows go back in their own form, many are chosen by a filter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from onmaru.kernel import files
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.batches.models import Run
from onmaru.office.imports.commands import staging
from onmaru.office.imports.tests.conftest import staged, worked
from onmaru.office.imports.views import files as pages
from tests.scratch import commands
from tests.scratch.models import Client, Deal


@pytest.fixture
def browser(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def upload(browser: Browser, text: str) -> Run:
    sent = {"file": SimpleUploadedFile("고객.csv", text.encode("cp949"))}
    address = browser.post("/clients/import", sent).headers["Location"]
    return Run.objects.get(pk=address.split("/")[2])


def test_a_file_is_seen_mended_and_brought_in(browser: Browser) -> None:
    run = upload(browser, "code,name,is_active\nK1,하나,예\nK2,둘,글쎄\n")
    page = browser.get(f"/runs/{run.pk}/", follow=True).content.decode()
    assert page.count("tone-bad") == 1
    assert not Client.objects.exists()
    said = {"line": "3", "column": "2", "text": "아니오"}
    assert "tone-ok" in browser.post(f"/runs/{run.pk}/cell", said).content.decode()
    chosen = {"column-0": "code", "column-1": "name", "column-2": "is_active", "sheet": "0", "header": "1"}
    browser.post(f"/runs/{run.pk}/plan", chosen | {"mode": "both", "go": "1"})
    worked(run)
    assert dict(Client.objects.values_list("code", "is_active")) == {"K1": True, "K2": False}


def test_two_columns_cannot_go_to_one_field_and_some_must_go_somewhere(browser: Browser) -> None:
    run = upload(browser, "code,name\nK1,하나\n")
    for columns in ({"column-0": "code", "column-1": "code"}, {"column-0": "", "column-1": ""}):
        sent = columns | {"sheet": "0", "header": "1", "go": "1"}
        assert browser.post(f"/runs/{run.pk}/plan", sent).status_code == 422
    run.refresh_from_db()
    assert run.state == "draft"


def test_a_file_is_asked_for_and_only_of_those_who_may(browser: Browser) -> None:
    page = browser.post("/clients/import", {})
    assert pages.FILE_MISSING().message in page.content.decode()
    browser.force_login(User.objects.create_user("stranger"))
    assert browser.get("/clients/import").status_code == 403


def test_refused_rows_come_back_in_their_form_with_reasons_last(browser: Browser, by: Actor) -> None:
    run = staged("clients", "code;name;사용;등급\nK1;하나;예;A\nK2;;예;B\n".encode("cp949"), by, "고객.csv")
    staging.go(run, by)
    worked(run)
    lines = b"".join(browser.get(f"/runs/{run.pk}/refused").streaming_content).decode("cp949").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("code;name;사용;등급;")
    assert [line.split(";")[:4] for line in lines[1:]] == [["K2", "", "예", "B"]]
    assert len(lines[1].split(";")[4]) > 5


def test_lines_stand_below_their_head_even_across_chunks(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.found(by=by, code="KR", name="온마루")
    commands.create_client(by=by, code="C1", name="한빛")
    monkeypatch.setattr(staging, "CHUNK", 3)
    head = "number,company,client,ordered_on,lines.item,lines.quantity\n"
    rows = "D1,KR,C1,2026-11-22,볼트,1\n,,,,너트,2\nD1,KR,C1,2026-11-22,와셔,3\n,,,,나사,4\nD2,KR,C1,2026-11-23,핀,5\n"
    run = staged("deals", (head + rows).encode(), by)
    staging.go(run, by)
    worked(run)
    found = {
        deal.number: [(one.item, one.quantity) for one in deal.lines.order_by("id")]
        for deal in Deal.objects.all()
    }
    assert found == {
        "D1": [("볼트", Decimal(1)), ("너트", Decimal(2)), ("와셔", Decimal(3)), ("나사", Decimal(4))],
        "D2": [("핀", Decimal(5))],
    }
    assert (run.done, run.refused) == (2, 0)


def test_all_that_match_are_frozen_when_it_is_asked(browser: Browser, by: Actor) -> None:
    for place in range(60):
        commands.create_client(by=by, code=f"C{place:02}", name=f"고객 {place}")
    asked = {"verb": "edit", "all": "1", "query": "?code__contains=C1", "field": "name", "name": "묶음"}
    assert "10" in browser.post("/clients/bulk", asked).content.decode()
    browser.post("/clients/bulk", asked | {"go": "1"})
    commands.create_client(by=by, code="C1X", name="늦게 온 고객")
    assert worked(Run.objects.get()).done == 10
    assert Client.objects.filter(name="묶음").count() == 10


def test_a_value_is_replaced_in_a_whole_column_and_looked_at_again(browser: Browser, by: Actor) -> None:
    run = upload(browser, "code,name,is_active\n" + "".join(f"K{n},고객,해당\n" for n in range(5)))
    staging.go(run, by, check=True)
    assert worked(run).refused == 5
    browser.post(f"/runs/{run.pk}/replace", {"column": "2", "old": "해당", "new": "예"})
    run.refresh_from_db()
    assert (run.done, run.refused) == (5, 0)


def test_what_is_attached_has_its_limit(by: Actor) -> None:
    client = commands.create_client(by=by, code="K1", name="하나")
    with pytest.raises(Refused, match="file_too_large"):
        files.attach(record=client, name="big.bin", content=bytes(files.LARGEST + 1), by=by)
