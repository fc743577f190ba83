from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from babel.messages import pofile
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onmaru.erp.sales import queries, reports
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.erp.sales.models import Order
from onmaru.kernel import files, printing
from onmaru.masters.party.models import Address, Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company
from tests import companies
from tests.companies import BY, DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]

HANGUL = re.compile("[가-힣]")
LANGUAGES = ("ko", "en")


@pytest.fixture
def world() -> World:
    return companies.build(
        name_en="Onmaru Precision",
        business_number="1248100998",
        representative="홍길동",
        business_type="제조업",
        business_item="자전거",
        address="경기도 수원시 영통구 삼성로 129",
        phone="+82312001114",
        bank_account="국민은행 123456-04-123456",
    )


@pytest.fixture
def hanbit(world: World) -> Party:
    customer = world.customer("주식회사 한빛자전거", name_en="Hanbit Bikes", business_number="2208162517")
    Address.objects.create(
        party=customer, postcode="06236", line1="서울특별시 강남구 테헤란로 152", is_default=True
    )
    return customer


def words(pdf: bytes) -> str:
    """What the paper says, page after page, without the blanks that only its layout has."""
    return re.sub(r"\s+", " ", " ".join(texts(pdf)))


def texts(pdf: bytes) -> list[str]:
    """What each page says."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def pages(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def order(world: World, customer: Party, count: int) -> Order:
    taken = list(Product.objects.filter(kind="goods").order_by("id")[:7])
    for n in range(len(taken), min(count, 7)):
        taken.append(world.product(f"P{n}", "1000", specification=f"규격{n}"))
        world.receive(taken[-1], "100000", "10")
    lines = [{"product": taken[n % len(taken)], "quantity": Decimal(n + 1)} for n in range(count)]
    return orders.create(company=world.company, customer=customer, lines=lines, by=BY, today=DAY)


def papers(world: World, customer: Party, count: int) -> Iterator[tuple[Callable[..., bytes], Any]]:
    made = order(world, customer, count)
    orders.confirm(made, by=BY, today=DAY)
    delivery = deliveries.deliver(made, by=BY, today=DAY)
    yield reports.quotation, made
    yield reports.order_confirmation, made
    yield reports.statement, delivery
    yield reports.invoice, invoices.issue(made, by=BY, today=DAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_is_one_page_that_says_who_what_and_how_much(
    world: World, hanbit: Party, language: str
) -> None:
    for paper, record in papers(world, hanbit, 1):
        pdf = paper(record, language)
        said = words(pdf)
        assert pages(pdf) == 1
        assert record.number in said
        for expected in ("124-81-00998", "220-81-62517", "₩1,100", "1,000", "규격0", "1 / 1"):
            assert expected in said, (paper, expected)
        assert ("주식회사 한빛자전거" if language == "ko" else "Hanbit Bikes") in said
        assert ("2026년 3월 10일" if language == "ko" else "March 10, 2026") in said


def test_korean_says_the_amount_in_words(world: World, hanbit: Party) -> None:
    _, _, (_, delivery), (_, invoice) = papers(world, hanbit, 3)
    assert "금 육천육백원정" in words(reports.invoice(invoice, "ko"))
    assert words(reports.statement(delivery, "ko")).count("금 육천육백원정") == 2
    assert "원정" not in words(reports.invoice(invoice, "en"))


def test_titles_of_both_languages(world: World, hanbit: Party) -> None:
    titles = [
        ("견적서", "Quotation"),
        ("수주확인서", "Order confirmation"),
        ("거래명세서", "Transaction statement"),
    ]
    for (paper, record), (ko, en) in zip(
        papers(world, hanbit, 1), [*titles, ("청구서", "Invoice")], strict=True
    ):
        assert ko in words(paper(record, "ko")).replace(" ", "")
        assert en in words(paper(record, "en"))


def test_english_papers_hold_no_korean_of_ours(world: World) -> None:
    customer = world.customer("Hanbit", code="H")
    Company.objects.update(
        name="Onmaru", representative="", business_type="", business_item="", address="", bank_account=""
    )
    world.company.refresh_from_db()
    product = world.product("A", name_en="Bolt")
    world.receive(product, "10")
    made = orders.create(
        company=world.company,
        customer=customer,
        lines=[{"product": product, "quantity": Decimal(1)}],
        by=BY,
        today=DAY,
    )
    orders.confirm(made, by=BY, today=DAY)
    delivery = deliveries.deliver(made, by=BY, today=DAY)
    invoice = invoices.issue(made, by=BY, today=DAY)
    said = [reports.quotation(made, "en"), reports.statement(delivery, "en"), reports.invoice(invoice, "en")]
    assert not [found for pdf in said for found in HANGUL.findall(words(pdf))]


def test_two_copies_on_one_sheet(world: World, hanbit: Party) -> None:
    _, _, (_, delivery), _ = papers(world, hanbit, 3)
    said = words(reports.statement(delivery, "ko"))
    assert said.count("공급자 보관용") == 1 and said.count("공급받는자 보관용") == 1
    assert said.count("규격2") == 2 and said.count("인수자") == 2
    assert said.count("전잔액") == 2


def test_statement_carries_the_balance_on(world: World, hanbit: Party) -> None:
    _, _, (_, delivery), _ = papers(world, hanbit, 1)
    payments.collect(company=world.company, customer=hanbit, amount=Decimal(300), by=BY, today=DAY)
    said = words(reports.statement(delivery, "ko"))
    assert re.search("전잔액 0 금회 거래액 1,100 입금 300 현잔액 800", said)


@pytest.mark.parametrize(
    ("count", "language"), [(60, "ko"), (60, "en"), pytest.param(500, "ko", marks=pytest.mark.slow)]
)
def test_many_lines_go_over_many_pages_with_their_heads(
    world: World, hanbit: Party, count: int, language: str
) -> None:
    head = "공급가액" if language == "ko" else "Supply amount"
    for paper, record in papers(world, hanbit, count):
        said = texts(paper(record, language))
        assert len(said) > 1
        for number, text in enumerate(said, 1):
            assert f"{number} / {len(said)}" in text
            assert head in text
        numbers = set(re.findall(r"\b\d+\b", " ".join(said)))
        assert {str(number) for number in range(1, count + 1)} <= numbers


def test_statements_count_as_many_queries_for_any_number_of_lines(world: World, hanbit: Party) -> None:
    counted: dict[Any, list[int]] = {}
    for count in (1, 40):
        for paper, record in papers(world, world.customer(f"고객{count}"), count):
            fresh = type(record).objects.get(pk=record.pk)
            with CaptureQueriesContext(
                connection,
            ) as run:
                paper(fresh, "ko")
            counted.setdefault(paper, []).append(len(run))
    assert all(one == forty <= 14 for one, forty in counted.values()), counted


def test_partial_deliveries_add_up_to_the_order(world: World, hanbit: Party) -> None:
    product, freight = world.product("A", "333"), world.product("F", "500", kind="service")
    world.receive(product, "100")
    made = orders.create(
        company=world.company,
        customer=hanbit,
        lines=[
            {"product": product, "quantity": Decimal(7), "discount": Decimal("0.15")},
            {"product": freight, "quantity": Decimal(1)},
        ],
        by=BY,
        today=DAY,
    )
    orders.confirm(made, by=BY, today=DAY)
    line = made.lines.earliest("ordinal")
    parts = [
        deliveries.deliver(made, lines=[{"line": line.pk, "quantity": Decimal(n)}], by=BY, today=DAY)
        for n in (2, 4, 1)
    ]
    charges = [queries.statements.of(one)[1] for one in parts]
    assert sum(one.supply for one in charges) == made.supply_amount
    assert sum(one.tax for one in charges) == made.tax_amount
    assert [len(queries.statements.of(one)[0]) for one in parts] == [2, 1, 1]
    # A statement printed again later says what it said.
    back = deliveries.take_back(parts[1], by=BY, today=DAY)
    assert [queries.statements.of(one)[1] for one in parts] == charges
    returned = queries.statements.of(back)[1]
    assert returned.total < 0
    said = words(reports.statement(back, "ko"))
    assert "반품명세서" in said.replace(" ", "") and "△4" in said and f"△{-returned.supply:,.0f}" in said
    assert f"({-returned.supply:,.0f})" in words(reports.statement(back, "en"))


def test_a_kit_is_priced_once_and_shows_its_parts(world: World, hanbit: Party) -> None:
    wheel, saddle = world.product("W", name="바퀴"), world.product("S", name="안장")
    kit = world.product(
        "K",
        "5000",
        name="정비세트",
        kind="kit",
        components=[
            {"component": wheel, "quantity": Decimal(2)},
            {"component": saddle, "quantity": Decimal(1)},
        ],
    )
    world.receive(wheel, "100")
    world.receive(saddle, "100")
    made = orders.create(
        company=world.company,
        customer=hanbit,
        lines=[{"product": kit, "quantity": Decimal(3)}],
        by=BY,
        today=DAY,
    )
    orders.confirm(made, by=BY, today=DAY)
    delivery = deliveries.deliver(made, by=BY, today=DAY)
    for pdf in (reports.quotation(made, "ko"), reports.statement(delivery, "ko")):
        said = words(pdf)
        assert re.search("정비세트.* 3 5,000 15,000 1,500", said)
        assert re.search("└ 바퀴.* 6 ", said) and re.search("└ 안장.* 3 ", said)


def test_zero_rated_and_exempt_are_marked(world: World, hanbit: Party) -> None:
    lines = [
        {"product": world.product(name, price, tax_class=name), "quantity": Decimal(1)}
        for name, price in (("taxable", "1000"), ("zero", "2000"), ("exempt", "3000"))
    ]
    made = orders.create(company=world.company, customer=hanbit, lines=lines, by=BY, today=DAY)
    ko, en = words(reports.quotation(made, "ko")), words(reports.quotation(made, "en"))
    assert "2,000 영세율" in ko and "3,000 면세" in ko and "영세율 2,000" in ko and "면세 3,000" in ko
    assert "2,000 Zero-rated" in en and "3,000 Exempt" in en


def test_dollars_have_cents_and_no_korean_words(world: World, hanbit: Party) -> None:
    product = world.product("A")
    made = orders.create(
        company=world.company,
        customer=hanbit,
        currency="USD",
        lines=[{"product": product, "quantity": Decimal(3), "unit_price": Decimal("12.345")}],
        by=BY,
        today=DAY,
    )
    said = words(reports.quotation(made, "ko"))
    assert "단위: USD" in said and "12.345" in said and "US$" in said and "원정" not in said


def test_a_credit_note_names_what_it_corrects(world: World, hanbit: Party) -> None:
    *_, (_, invoice) = papers(world, hanbit, 1)
    note = invoices.cancel(invoice, by=BY, today=DAY)
    said = words(reports.invoice(note, "ko"))
    assert "감액청구서" in said.replace(" ", "") and invoice.number in said and "△1,000" in said
    assert "입금계좌" not in said and "입금계좌" in words(reports.invoice(invoice, "ko"))
    assert "(1,000)" in words(reports.invoice(note, "en"))


def test_a_draft_says_so_across_the_page(world: World, hanbit: Party) -> None:
    made = order(world, hanbit, 1)
    assert "초안" in words(reports.quotation(made, "ko")) and "DRAFT" in words(reports.quotation(made, "en"))
    agreed = orders.confirm(made, by=BY, today=DAY)
    assert "초안" not in words(reports.quotation(agreed, "ko"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_left_out(world: World, language: str) -> None:
    blank = dict.fromkeys(
        ("business_number", "representative", "address", "phone", "email", "bank_account"), ""
    )
    Company.objects.update(name_en="", business_type="", business_item="", seal=None, **blank)
    world.company.refresh_from_db()
    for paper, record in papers(world, world.customer("이름만"), 1):
        type(record).objects.filter(pk=record.pk).update(number=None)
        record.refresh_from_db()
        assert "이름만" in words(paper(record, language))


def test_long_words_are_wrapped_and_nothing_is_read_as_code(world: World, hanbit: Party) -> None:
    name = "W" * 150 + ' #panic() $x$ *b* \\ "] #read("/kernel/money.py")'
    product = world.product("L", name=name, specification="가" * 200)
    world.receive(product, "5")
    made = orders.create(
        company=world.company,
        customer=hanbit,
        lines=[{"product": product, "quantity": Decimal(1)}],
        by=BY,
        today=DAY,
    )
    orders.confirm(made, by=BY, today=DAY)
    delivery = deliveries.deliver(made, by=BY, today=DAY)
    for pdf, copies in ((reports.quotation(made, "ko"), 1), (reports.statement(delivery, "ko"), 2)):
        said = words(pdf).replace(" ", "")
        assert said.count("W") == 150 * copies and said.count("가") >= 200 * copies
        assert '#read("/kernel/money.py")' in said


def png(side: int = 40) -> bytes:
    rows = b"".join(b"\0" + b"\xc8\x1e\x1e\xff" * side for _ in range(side))

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("content", "seen"), [(png(), True), (png()[:60], False), (b"<svg/>", False)])
def test_a_seal_is_set_and_a_broken_one_left_out(
    world: World, hanbit: Party, content: bytes, seen: bool
) -> None:
    seal = files.attach(record=world.company, name="seal.png", content=content, by=BY)
    Company.objects.update(seal=seal)
    made = Order.objects.get(pk=order(world, hanbit, 1).pk)
    page = pypdf.PdfReader(io.BytesIO(reports.quotation(made, "ko"))).pages[0]
    assert bool(page.images.keys()) is seen
    assert "홍길동" in page.extract_text()


def test_the_same_record_makes_the_same_bytes(world: World, hanbit: Party) -> None:
    made = order(world, hanbit, 2)
    assert reports.quotation(made, "ko") == reports.quotation(made, "ko")


def test_without_typefaces_it_says_what_to_do(settings: Any, tmp_path: Any) -> None:
    settings.PRINT_FONTS = tmp_path
    printing._fonts.cache_clear()
    try:
        with pytest.raises(printing.Unprintable, match="run up"):
            printing._fonts()
    finally:
        printing._fonts.cache_clear()


def test_every_word_of_a_paper_has_its_korean() -> None:
    with open(settings.LOCALE_PATHS[0] / "ko" / "parts" / "print.po", "rb") as file:
        known = {message.id for message in pofile.read_po(file) if message.string}
    sources = [
        settings.PACKAGE / "kernel" / "paper.py",
        *(settings.PACKAGE / "erp/sales/reports").glob("*.py"),
    ]
    used = {
        one
        for path in sources
        for one in re.findall(
            r"""pgettext\(\s*["']print["'],\s*["]([^"]+)["]|pgettext\('print', '([^']+)'""", path.read_text()
        )
        for one in one
        if one
    }
    assert len(used) > 50
    assert not used - known
    assert not {one for one in known if one} - used
