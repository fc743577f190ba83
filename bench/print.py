"""Printing: a paper from its record, queries and all, beside the bare typst library that sets a static page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import typst
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import frame
from onmaru.erp.sales import reports
from onmaru.erp.sales.commands import deliveries, invoices, orders
from onmaru.erp.sales.models import Invoice, Order
from onmaru.masters.party.models import Party
from tests import companies
from tests.companies import BY, DAY, World

ROUNDS = 40
# Queries and wording included. A statement is two copies whose rows are measured before they are set.
LIMITS = {"quotation": 3.0, "invoice": 3.0, "statement": 8.0}
STATIC = """#set page(paper: "a4", margin: 16mm, footer: [#sys.inputs.at("round")])
#set text(font: "Pretendard", size: 9pt)
= Invoice
#table(columns: (auto, 1fr) + (auto,) * 5, [No.], [Item], [Unit], [Quantity], [Price], [Supply], [VAT],
%s)
"""


def main() -> frame.Report:
    """Papers a second and how many static pages one costs; the same queries for any number of lines."""
    report = frame.Report("print")
    with transaction.atomic():
        world = companies.build()
        customer = world.customer()
        papers = _papers(world, customer)
        static = _static()
        spent: dict[str, list[float]] = {name: [] for name in (*papers, "static page")}
        # Turn by turn, so that a machine that slows down slows all of them.
        for turn in range(ROUNDS):
            for name, paper in {**papers, "static page": static}.items():
                Party.objects.filter(pk=customer.pk).update(representative=f"{turn}")
                with frame.timed() as span:
                    paper(turn)
                if turn >= ROUNDS // 8:
                    spent[name].append(span.seconds)
        _judge(report, {name: median(seconds) for name, seconds in spent.items()})
        (few, short), (many, long) = (_invoice(world, customer, lines) for lines in (10, 500))
        report.figures |= {"queries of an invoice": few, "milliseconds of 500 lines": long * 1000}
        report.equal("queries of 500 lines as of 10", many, few)
        report.at_most("500 lines in papers of 10", long / short, 50.0)
        transaction.set_rollback(True)
    return report


def _judge(report: frame.Report, spent: dict[str, float]) -> None:
    static = spent.pop("static page")
    report.figures["static pages a second"] = 1 / static
    for name, seconds in spent.items():
        report.figures[f"{name}: papers a second"] = 1 / seconds
        report.figures[f"{name}: milliseconds"] = seconds * 1000
        report.at_most(f"{name} in static pages", seconds / static, LIMITS[name])


def _papers(world: World, customer: Party) -> dict[str, Callable[[int], bytes]]:
    """Ten lines of each kind, read anew each time as a request would."""
    order, delivery, invoice = _sold(world, customer, 10)

    def fresh(record: Any) -> Any:
        return type(record).objects.get(pk=record.pk)

    return {
        "quotation": lambda turn: reports.quotation(fresh(order), "ko"),
        "statement": lambda turn: reports.statement(fresh(delivery), "ko"),
        "invoice": lambda turn: reports.invoice(fresh(invoice), "ko"),
    }


def _sold(world: World, customer: Party, lines: int) -> tuple[Any, Any, Invoice]:
    product = world.product(
        f"P{lines}-{Order.objects.count()}", "12500", name="로드 자전거 앞바퀴", specification="700×25C"
    )
    world.receive(product, "1000000")
    rows = [{"product": product, "quantity": Decimal(n + 1)} for n in range(lines)]
    order = orders.create(company=world.company, customer=customer, lines=rows, by=BY, today=DAY)
    orders.confirm(order, by=BY, today=DAY)
    delivery = deliveries.deliver(order, by=BY, today=DAY)
    return order, delivery, invoices.issue(order, by=BY, today=DAY)


def _invoice(world: World, customer: Party, lines: int) -> tuple[int, float]:
    """Queries and seconds of an invoice with that many lines."""
    *_, sold = _sold(world, customer, lines)
    with CaptureQueriesContext(connection) as run:
        reports.invoice(Invoice.objects.get(pk=sold.pk), "ko")
    seconds = []
    for turn in range(5):
        invoice = Invoice.objects.get(pk=sold.pk)
        invoice.memo = f"{turn}"
        with frame.timed() as span:
            reports.invoice(invoice, "ko")
        seconds.append(span.seconds)
    return len(run), median(seconds)


def _static() -> Callable[[int], bytes]:
    line = "[1], [로드 자전거 앞바퀴], [개], [10], [12,500], [125,000], [12,500],"
    path = Path(tempfile.mkdtemp()) / "static.typ"
    path.write_text(STATIC % "\n".join([line] * 10))
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(settings.PRINT_FONTS)])
    compiler = typst.Compiler(root=str(path.parent), font_paths=fonts, ignore_system_fonts=True)

    def compile(turn: int) -> bytes:
        made = compiler.compile(input=str(path), sys_inputs={"round": str(turn)}, pdf_tags=False)
        return bytes(made)  # type: ignore[arg-type]

    return compile
