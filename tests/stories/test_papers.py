"""An administrator sets papers up for one company and for all; colleagues print them so at once."""

from __future__ import annotations

import base64
import html
import io
from decimal import Decimal
from typing import Any

import orjson
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from onmaru.erp.sales.commands import orders
from onmaru.erp.sales.models import Order
from onmaru.erp.sales.tests.test_reports import png
from onmaru.kernel import identity, printing, refusals
from onmaru.kernel.models import Grant, Role, User
from onmaru.masters.site.models import Company
from onmaru.office.packages import commands as packing
from onmaru.office.packages import ports
from onmaru.office.packages import queries as packages
from onmaru.office.papers import commands, queries, reports, rules
from onmaru.office.papers.models import PaperTemplate
from onmaru.workbench import registry
from tests import companies, proofs
from tests.companies import BY, DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
QUOTATION = "orders.quotation"


@pytest.fixture
def order() -> Order:
    world = companies.build(bank_account="국민은행 1")
    product = world.product("P1", specification="규격9")
    world.receive(product, "5")
    lines = [{"product": product, "quantity": Decimal(1)}]
    made: Order = orders.create(
        company=world.company, customer=world.customer(), lines=lines, by=BY, today=DAY
    )
    return made


def words(order: Order, language: str = "", name: str = "quotation") -> str:
    entity = registry.get("orders")
    assert entity is not None
    document = next(one for one in entity.printed if one.name == name)
    pdf = pypdf.PdfReader(io.BytesIO(reports.printed(entity, document, order, language)))
    return " ".join(page.extract_text() for page in pdf.pages)


def signed_in(*may: str) -> Browser:
    user = User.objects.create_user("park", full_name="박솔", language="ko")
    role = Role.objects.create(code="admin", name_ko="관리자", name_en="Admin", permissions=list(may))
    Grant.objects.create(user=user, role=role)
    browser = Browser()
    browser.force_login(user)
    return browser


def test_the_narrowest_template_wins_and_the_wider_fill_it_up(order: Order) -> None:
    commands.arrange(by=BY, options={"footer_ko": "모든 문서", "bank": "신한 1", "language": "en"})
    commands.arrange(
        by=BY, document=QUOTATION, options={"terms_ko": "유효 30일", "terms_en": "Valid 30 days"}
    )
    commands.arrange(
        by=BY,
        document=QUOTATION,
        company=order.company,
        options={"bank": "하나 2", "hides": ["specification"]},
    )
    said = words(order)
    assert "Valid 30 days" in said and "모든 문서" in said and "Quotation" in said
    assert "하나 2" in said and "신한" not in said and "규격9" not in said
    assert "유효 30일" in words(order, "ko")
    other = words(order, "ko", "confirmation")
    assert "유효" not in other and "신한 1" in other and "규격9" in other


def test_versions_stand_and_can_be_gone_back_to(order: Order) -> None:
    first = commands.arrange(by=BY, options={"header_ko": "처음"}, logo=png())
    commands.arrange(by=BY, options={"header_ko": "다음"})
    assert "다음" in words(order, "ko") and queries.newest("", None).logo  # type: ignore[union-attr]
    commands.go_back(first, by=BY)
    assert "처음" in words(order, "ko")
    assert list(PaperTemplate.objects.order_by("revision").values_list("revision", flat=True)) == [1, 2, 3]


def test_every_reason_is_told() -> None:
    wrong: dict[str, Any] = {"paper": "a3", "hides": ["name"], "terms_ko": "가" * 2001, "colour": "red"}
    with proofs.refused(
        rules.PAPER_UNKNOWN,
        rules.OPTION_UNKNOWN,
        rules.OPTION_UNKNOWN,
        rules.WORDS_TOO_LONG,
        rules.OPTION_UNKNOWN,
        rules.PICTURE_UNREADABLE,
    ):
        commands.arrange(by=BY, document="orders.nothing", options=wrong, logo=png()[:60])
    with proofs.refused(rules.PICTURE_UNREADABLE, at="seal"):
        commands.arrange(by=BY, options={}, seal=b"<svg/>")


def test_what_holds_for_all_companies_is_not_for_who_works_for_one(order: Order) -> None:
    one = identity.Actor(None, "지점", frozenset({"*"}), frozenset({order.company_id}))
    with proofs.refused(refusals.NOT_PERMITTED):
        commands.arrange(by=one, options={})
    commands.arrange(by=one, company=order.company, options={"bank": "우리 3"})


def test_the_screen_shows_a_paper_before_it_is_kept(order: Order) -> None:
    browser = signed_in("*")
    asked = {"document": QUOTATION, "company": "", "header_ko": "본사 02-123-4567"}
    page = browser.get("/papers/", {"document": QUOTATION}).content.decode()
    at = html.unescape(page.split('<img src="')[1].split('"')[0])
    picture = browser.get(at)
    assert picture.content.startswith(b"\x89PNG") and "data:image" not in page
    again = {"If-None-Match": picture["ETag"]}
    assert browser.get(at, headers=again).status_code == 304
    before = base64.b64encode(picture.content).decode()
    seen = browser.post("/papers/preview", asked).content.decode()
    assert "data:image/png;base64," in seen and before not in seen
    assert not PaperTemplate.objects.exists()
    broken = {**asked, "logo": SimpleUploadedFile("logo.png", b"no picture")}
    assert "PNG" in browser.post("/papers/preview", broken).content.decode()
    assert browser.post("/papers/", broken | {"logo": SimpleUploadedFile("l.png", b"x")}).status_code == 422
    kept = browser.post("/papers/", {**asked, "logo": SimpleUploadedFile("logo.png", png())})
    assert kept.status_code == 302
    assert browser.get(at, headers=again).status_code == 200
    printed = browser.get(f"/orders/{order.pk}/print/quotation.pdf").content
    paper = pypdf.PdfReader(io.BytesIO(printed)).pages[0]
    assert "02-123-4567" in paper.extract_text() and len(paper.images.keys()) == 1
    assert PaperTemplate.objects.get().made_by == "박솔"


def test_who_may_not_set_papers_up_is_told_so(order: Order) -> None:
    browser = signed_in("sales.order.view", "papers.papertemplate.view")
    assert browser.get("/papers/").status_code == 403
    assert browser.get("/papers/seen.png").status_code == 403
    assert browser.post("/papers/preview", {"document": ""}).status_code == 403
    assert "/papers/" not in browser.get("/print-templates/").content.decode()


def test_templates_travel_in_the_file_of_the_shape(order: Order) -> None:
    commands.arrange(by=BY, document=QUOTATION, company=order.company, options={"bank": "하나 2"}, seal=png())
    file = packages.whole()
    PaperTemplate.objects.all().delete()
    packing.bring(by=BY, content=file)
    assert queries.letterhead(QUOTATION, order.company_id) == printing.Letterhead(bank="하나 2", seal=png())
    Company.objects.update(code="XX")
    with proofs.refused(ports.COMPANY_MISSING):
        packing.bring(by=BY, content=file)
    given = orjson.loads(file)
    given["papers"][0] |= {"company": None, "seal": "no base64"}
    with proofs.refused(rules.PICTURE_UNREADABLE):
        packing.bring(by=BY, content=orjson.dumps(given))
