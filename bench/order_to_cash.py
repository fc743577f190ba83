"""A whole order, from quotation to cash, costs little more than the rows that it must write."""

from __future__ import annotations

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from multiprocessing.queues import Queue
from typing import Any

import django
import psycopg
from django.db import connection, connections

from bench import floor
from bench.frame import Report, progress

PRODUCTS = 2000
LINES = 10
ROUNDS = 9
ORDERS = 40
WARM = 20
AGED = 150
DAY = date(2026, 3, 10)

RATIO = 3.0
STATEMENTS = 60
TWO_CLIENTS = 1.6
LINEAR = 1.25


def main() -> Report:
    """Rounds of the floor and of the commands take turns, so that a slow moment of the machine hits both."""
    report = Report("order_to_cash")
    _prepare()
    _against_floor(report)
    _statements(report)
    _linear(report)
    _two_clients(report)
    return report


def _prepare() -> None:
    from tests import companies

    progress(f"{PRODUCTS} products in stock")
    world = companies.build()
    from onmaru.ledgers.stock import commands as stock
    from onmaru.ledgers.stock.commands.documents import ReceiptLine
    from onmaru.masters.product.commands import products

    rows = [
        {
            "code": f"P{i:05}",
            "name": f"Product {i}",
            "category": world.category,
            "unit": world.piece,
            "standard_price": Decimal(1000),
        }
        for i in range(PRODUCTS)
    ]
    made = products.create_many(rows=rows, by=world.by)
    lines = [ReceiptLine(one.pk, Decimal(1_000_000), Decimal(600)) for one in made]
    stock.documents.receive(
        company=world.company, location=world.shelf, lines=lines, moved_on=DAY, by=world.by
    )
    for i in range(floor.PARTIES):
        world.customer(f"고객 {i}", code=f"C{i:04}")
    with _raw() as raw:
        floor.prepare(raw, PRODUCTS)
        progress(f"{AGED} orders each, so that neither starts in an empty house")
        theirs, ours = floor.Client(raw, LINES, seed=9), Client(LINES, seed=9)
        for _turn in range(AGED):
            theirs.order()
            ours.order()
        raw.commit()
        # What the server would clean in the background, in the middle of somebody's turn, is cleaned before.
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")


def _raw() -> psycopg.Connection[Any]:
    named = connection.get_connection_params()
    return psycopg.connect(host=named["host"], dbname=named["dbname"], user=named["user"])


class Client:
    """One client of the commands; ``order`` is a whole cycle as a person's five clicks call it."""

    def __init__(self, lines: int, seed: int) -> None:
        from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
        from onmaru.kernel import identity
        from onmaru.masters.party.models import Party
        from onmaru.masters.product.models import Product
        from onmaru.masters.site.models import Company

        self.orders, self.deliveries, self.invoices, self.payments = orders, deliveries, invoices, payments
        self.by = identity.system("bench")
        self.company = Company.objects.get()
        self.customers = list(Party.objects.all())
        self.products = list(Product.objects.values_list("pk", flat=True))
        self.lines, self.dice = lines, random.Random(seed)

    def order(self) -> None:
        """Create, confirm, deliver, invoice and collect one order."""
        customer = self.dice.choice(self.customers)
        rows = [
            {"product": product, "quantity": Decimal(self.dice.randint(1, 5))}
            for product in self.dice.sample(self.products, self.lines)
        ]
        called: dict[str, Any] = {"by": self.by, "today": DAY}
        order = self.orders.create(company=self.company, customer=customer, lines=rows, **called)
        self.orders.confirm(order, **called)
        self.deliveries.deliver(order, **called)
        invoice = self.invoices.issue(order, **called)
        self.payments.collect(
            company=self.company,
            customer=customer,
            amount=invoice.total,
            invoices=[{"invoice": invoice.pk}],
            **called,
        )


def _seconds(order: Callable[[], None], times: int) -> float:
    started = time.perf_counter()
    for _turn in range(times):
        order()
    return (time.perf_counter() - started) / times


def _against_floor(report: Report) -> None:
    ours = Client(LINES, seed=1)
    ratios, mine, raw_times = [], [], []
    with _raw() as raw:
        theirs = floor.Client(raw, LINES, seed=1)
        _seconds(theirs.order, WARM)
        _seconds(ours.order, WARM)
        for turn in range(ROUNDS):
            raw_times.append(_seconds(theirs.order, ORDERS))
            mine.append(_seconds(ours.order, ORDERS))
            ratios.append(mine[-1] / raw_times[-1])
            progress(f"round {turn + 1} of {ROUNDS}: {ratios[-1]:.2f} × the floor")
    report.figures["orders a second, commands"] = 1 / statistics.median(mine)
    report.figures["orders a second, floor"] = 1 / statistics.median(raw_times)
    report.at_most("time of a cycle in times of the floor's", round(statistics.median(ratios), 3), RATIO)


def _statements(report: Report) -> None:
    counts = []
    for lines in (10, 100, 1000):
        client = Client(lines, seed=2)
        client.order()
        count = 0

        def counting(execute: Any, *said: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*said)

        with connection.execute_wrapper(counting):
            client.order()
        counts.append(count)
    report.figures["statements a cycle of 10, 100 and 1,000 lines"] = counts
    report.at_most("statements a cycle", max(counts), STATEMENTS)
    report.equal("statements do not grow with lines", len(set(counts)), 1)


def _linear(report: Report) -> None:
    times = {}
    for lines in (10, 100, 1000):
        client = Client(lines, seed=3)
        client.order()
        times[lines] = min(_seconds(client.order, max(1, 200 // lines)) for _turn in range(3))
        progress(f"{lines} lines: {times[lines] * 1000:.0f} ms a cycle")
    report.figures["ms a cycle of 10, 100 and 1,000 lines"] = [round(one * 1000, 1) for one in times.values()]
    grown = (times[1000] / 1000) / (times[100] / 100)
    report.at_most("time a line at 1,000 lines in times of that at 100", round(grown, 3), LINEAR)


def _client(seed: int, start: float, seconds: float, out: Queue[int]) -> None:
    django.setup()
    client = Client(LINES, seed)
    _seconds(client.order, WARM)
    time.sleep(max(0.0, start - time.time()))
    done, end = 0, start + seconds
    while time.time() < end:
        client.order()
        done += 1
    out.put(done)


def _together(clients: int, seconds: float) -> float:
    """Orders a second of clients that work at the same time, each a process with a connection of its own."""
    context = multiprocessing.get_context("spawn")
    out: Queue[int] = context.Queue()
    start = time.time() + 5
    workers = [context.Process(target=_client, args=(10 + i, start, seconds, out)) for i in range(clients)]
    connections.close_all()
    for worker in workers:
        worker.start()
    done = sum(out.get(timeout=seconds + 60) for _one in workers)
    for worker in workers:
        worker.join()
    return done / seconds


def _two_clients(report: Report) -> None:
    gains = []
    for _turn in range(3):
        alone, both = _together(1, 6), _together(2, 6)
        gains.append(both / alone)
        progress(f"one client {alone:.1f}, two {both:.1f} orders a second")
    report.figures["two clients in times of one"] = [round(gain, 2) for gain in gains]
    report.at_least("two clients in times of one", round(statistics.median(gains), 3), TWO_CLIENTS)
