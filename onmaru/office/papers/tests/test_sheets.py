"""Lists, reports and records on paper: what stands on the screen, and nothing that is hidden there."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.http import QueryDict
from django.test import Client as Browser
from django.utils import timezone, translation

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Grant, Role, User
from onmaru.office.batches.models import Run
from onmaru.office.batches.tests.conftest import worked
from onmaru.office.papers import commands, queries, reports, rules
from onmaru.workbench import detail, registry, report
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.report import Report
from tests import proofs
from tests.scratch import commands as scratch
from tests.scratch.models import Deal, Firm


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_list_is_printed_as_it_is_filtered_sorted_and_arranged(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    asked = {"fields": "number,client,total", "way": "web", "sort": "-total"}
    with translation.override("en"):
        said = words(reports.listed(entity, by, asked))
    numbers = [line for line in said.split() if line.startswith("D-")]
    assert numbers == [one.number for one in sorted(twelve, key=lambda one: -one.total) if one.way == "web"]
    assert "Way: Web" in said and "Promised" not in said
    total = sum(one.total for one in twelve if one.way == "web")
    assert f"{total:,.0f}" in said.split("Total")[-1]
    assert "1 / 1" in said
    with translation.override("ko"):
        assert "합계" in words(reports.listed(entity, by, asked))


def test_groups_have_headings_counts_and_sums(entity: Entity, by: Actor, twelve: list[Deal]) -> None:
    with translation.override("en"):
        said = words(reports.listed(entity, by, {"fields": "number,total", "group": "client"}))
    ours = [one for one in twelve if one.client.code == "C1"]
    assert f"㈜삼성전자 ({len(ours)})" in said
    assert said.count("Subtotal") == 2 and f"{sum(one.total for one in ours):,.0f}" in said


def test_hanja_and_tags_are_on_the_paper(by: Actor, firm: Firm) -> None:
    scratch.create_client(by=by, code="H", name="李舜臣 株式會社")
    clients = registry.get("clients")
    assert clients is not None
    pdf = reports.listed(clients, by, {})
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    fonts = [str(one.get_object()["/BaseFont"]) for one in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert "李舜臣" in words(pdf) and any("NotoSansKR" in one for one in fonts)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_what_no_page_holds_is_squeezed_and_nothing_falls_off() -> None:
    assert rules.fitted([[(10, False)] * 4]) == (8.5, False)
    size, flipped = rules.fitted([[(20, False)] * 9])
    assert flipped and size < 8.5
    wide = [(30, False)] * 20
    assert all(grows for _letters, grows in rules.squeezed(wide, rules.SIZES[-1]))
    assert rules.squeezed([(5, False)], 8.5) == [(5, False)]


def test_a_list_too_long_for_paper_is_refused(
    entity: Entity, by: Actor, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST", 11)
    with proofs.refused(reports.LIST_TOO_LONG):
        reports.listed(entity, by, {})


def test_a_long_list_is_drawn_in_parts_with_every_sum_as_in_one(
    entity: Entity, by: Actor, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PART", 5)
    asked = QueryDict("fields=number,client,way,total&group=way&sort=-way")
    with translation.override("en"):
        run = worked(commands.start(entity, by, asked))
        at_once = words(reports.listed(entity, by, asked))
    assert (run.state, run.done, run.total) == ("done", 12, 12)
    parts = queries.parts_of(run)
    whole = words(reports.bound(parts))
    assert len(parts) == 3
    assert [one for one in whole.split() if one.startswith("D-")] == [
        one for one in at_once.split() if one.startswith("D-")
    ]
    sums = re.compile(r"^((?:Sub)?[Tt]otal .*?)\s*$", re.MULTILINE)
    assert len(sums.findall(at_once)) == 3
    assert sums.findall(whole) == sums.findall(at_once)
    assert [
        page.extract_text().split()[-2] for page in pypdf.PdfReader(io.BytesIO(reports.bound(parts))).pages
    ]


def test_a_long_list_is_offered_drawn_and_opened_by_who_asked(
    db: Any, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST", 11)
    browser = _browser("scratch.deal.view", "scratch.deal.export", "scratch.client.view", "batches.run.view")
    offered = browser.get("/deals/export.pdf?way=shop&way=web")
    assert offered.status_code == 200 and not Run.objects.exists()
    address = browser.post("/deals/export.pdf?way=shop&way=web&language=en").headers["Location"]
    run = Run.objects.get()
    assert browser.get(f"{address}paper.pdf").status_code == 404
    worked(run)
    page = browser.get(address).content.decode()
    assert f"{address}paper.pdf" in page and "/do/revert" not in page
    printed = browser.get(f"{address}paper.pdf")
    assert printed.headers["Content-Type"] == "application/pdf" and "12" in words(printed.content)
    browser.force_login(User.objects.create_user("choi", is_superuser=True))
    assert browser.get(f"{address}paper.pdf").status_code == 404
    assert commands.forget() == 0
    Run.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert commands.forget() == 1 and queries.parts_of(run) == []


@dataclass
class Sold:
    item: str
    amount: Decimal


def sold(*, on: date) -> Sequence[Sold]:
    return [Sold(f"품목-{n:02}", Decimal(1000 + n)) for n in range(12)]


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {"item": Column("품목"), "amount": Column("금액", kind="money", summed=True)}
    declared = Report(
        label="판매 장부",
        name="sold",
        area="sales",
        read=sold,
        permission="scratch.deal.view",
        columns=columns,
    )
    monkeypatch.setitem(report._by_name, "sold", declared)
    monkeypatch.setattr(reports, "MOST", 11)
    monkeypatch.setattr(commands, "PART", 5)


def test_a_long_report_is_offered_drawn_as_it_was_read_and_opened(db: Any, book: None) -> None:
    browser = _browser("scratch.deal.view")
    address = "/reports/sold/export.pdf?on=2026-11-27&language=en"
    offered = browser.get(address)
    assert offered.status_code == 200 and b"/reports/sold/export.xlsx" in offered.content
    assert not Run.objects.exists()
    place = browser.post(address).headers["Location"]
    run = worked(Run.objects.get())
    assert (run.state, run.done, len(queries.parts_of(run))) == ("done", 13, 3)
    page = browser.get(place).content.decode()
    assert f"{place}paper.pdf" in page and 'href="/reports/sold/"' in page
    said = words(browser.get(f"{place}paper.pdf").content)
    assert re.findall(r"품목-\d\d", said) == [f"품목-{n:02}" for n in range(12)]
    assert said.count("12,066") == 1 and said.count("2026-11-27") >= 1 and "Total" in said


def test_not_even_in_parts_is_a_report_endless(
    db: Any, book: None, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_IN_PARTS", 11)
    reading = report.read(report.find("sold", by), by, {"on": "2026-11-27"})
    with proofs.refused(reports.LIST_TOO_LONG):
        commands.start_report(reading, by)
    assert _browser().post("/reports/sold/export.pdf").status_code == 403


def test_not_even_in_parts_is_a_paper_endless(
    entity: Entity, by: Actor, twelve: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_IN_PARTS", 11)
    with proofs.refused(reports.LIST_TOO_LONG):
        commands.start(entity, by, QueryDict())


def test_a_record_without_a_paper_of_its_own_prints_its_page(
    entity: Entity, by: Actor, twelve: list[Deal]
) -> None:
    said = words(reports.of_record(detail.show(entity, by, twelve[3].pk), by))
    assert twelve[3].number in said and "볼트" in said


def _browser(*may: str) -> Browser:
    user = User.objects.create_user("park")
    role = Role.objects.create(code="desk", name_ko="창구", name_en="Desk", permissions=list(may))
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser


def test_who_may_not_export_prints_no_list(db: Any, twelve: list[Deal]) -> None:
    browser = _browser("scratch.deal.view", "scratch.client.view", "scratch.firm.view")
    assert browser.get("/deals/export.pdf").status_code == 403
    answer = browser.get(f"/deals/{twelve[0].pk}/sheet.pdf?language=en")
    assert answer.headers["Content-Type"] == "application/pdf" and twelve[0].number in words(answer.content)
    assert browser.get("/deals/").content.count(b"export.pdf") == 0


def test_the_address_of_a_list_is_the_address_of_its_paper(db: Any, twelve: list[Deal]) -> None:
    browser = _browser("scratch.deal.view", "scratch.deal.export", "scratch.client.view")
    answer = browser.get("/deals/export.pdf?language=en&way=shop&face=board&q=D-")
    assert answer.status_code == 200 and "Way: Shop" in words(answer.content)
    assert b"/deals/export.pdf" in browser.get("/deals/").content
    assert browser.get("/deals/export.pdf?nonsense=1").status_code == 422
