"""Three months of buying and selling, a day after the other, by the people who do it."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onmaru.app.demo.ground import WEEKS, Place
from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.erp.sales.models import Delivery, Invoice, Order
from onmaru.kernel import calendars
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.stock.commands import documents
from onmaru.ledgers.stock.commands.documents import ReceiptLine
from onmaru.ledgers.stock.models import Quant
from onmaru.ledgers.stock.queries import stock
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Unit

ORDERS = 130
Step = Callable[[date], None]


def run(place: Place, staff: Mapping[str, Actor], today: date) -> None:
    """Trade from the first day to today; what would happen later has not happened yet."""
    story = _Story(place, staff, today)
    story.stock_up()
    story.plan()
    story.tell()


class _Story:
    def __init__(self, place: Place, staff: Mapping[str, Actor], today: date) -> None:
        self.place, self.staff, self.today = place, staff, today
        self.dice = random.Random(20260101)
        self.queue: list[tuple[date, int, Step]] = []
        self.turn = itertools.count()
        self.box = Unit.objects.get(code="BOX")
        self.goods = [code for code, row in place.facts.items() if row["tracking"] not in {"kit", "service"}]

    def later(self, day: date, working_days: int, step: Step) -> None:
        """Let something happen so many working days after ``day``, unless that is still to come."""
        on = (
            calendars.add_working_days(day, working_days)
            if working_days
            else calendars.next_working(day - timedelta(1))
        )
        if on <= self.today:
            heapq.heappush(self.queue, (on, next(self.turn), step))

    def tell(self) -> None:
        """Live through the days in order."""
        while self.queue:
            day, _turn, step = heapq.heappop(self.queue)
            try:
                step(day)
            except Refused:
                continue  # no stock, above the credit limit: life goes on, and the screens show it

    def stock_up(self) -> None:
        """Bring in what the company began with, some of it to the second warehouse."""
        for shelf, picked in (("C", {"LUB"}), ("B", {"LMG", "MCH"}), ("A", {"BRG", "ELC", "CON"})):
            codes = [code for code in self.goods if self.place.facts[code]["category"] in picked]
            lines = [
                one for code in codes for one in self._lines(code, Decimal(self.place.facts[code]["stock"]))
            ]
            self._receive(shelf, lines, self.place.first_on, opening=True, memo="기초재고")
        for code in ("BRG-6204", "BRG-6206", "SNS-PX12", "CVM-R48"):
            quant = Quant.objects.get(product=self.place.products[code])
            documents.transfer(
                company=self.place.company,
                quant=quant,
                quantity=(quant.on_hand / 4).quantize(Decimal(1)),
                destination=self.place.shelves["W2"],
                moved_on=self.place.first_on,
                memo="부산센터 보충",
                by=self.staff["warehouse"],
            )

    def _lines(self, code: str, quantity: Decimal) -> list[ReceiptLine]:
        row, key = self.place.facts[code], self.place.products[code].pk
        cost = (Decimal(row["cost"]) * Decimal(self.dice.randint(97, 105)) / 100).quantize(Decimal(1))
        serial = next(self.turn)
        if row["tracking"] == "serial":
            return [
                ReceiptLine(key, Decimal(1), cost, lot=f"{code}-{serial:03d}-{n:02d}")
                for n in range(1, int(quantity) + 1)
            ]
        if row["tracking"] == "lot":
            expires = self.place.first_on + timedelta(days=540 + self.dice.randint(0, 180))
            return [ReceiptLine(key, quantity, cost, lot=f"{code}-L{serial:04d}", expires_on=expires)]
        return [ReceiptLine(key, quantity, cost)]

    def _receive(
        self, shelf: str, lines: list[ReceiptLine], day: date, *, opening: bool = False, memo: str = ""
    ) -> None:
        documents.receive(
            company=self.place.company,
            location=self.place.shelves[shelf],
            lines=lines,
            moved_on=day,
            opening=opening,
            memo=memo,
            by=self.staff["warehouse"],
        )

    def plan(self) -> None:
        """Orders over all the weeks, goods once a week, a count now and then."""
        span = (self.today - self.place.first_on).days
        for number in range(ORDERS):
            day = self.place.first_on + timedelta(days=1 + span * number // ORDERS)
            self.later(day, 0, self.enter)
        for week in range(1, WEEKS + 1):
            self.later(self.place.first_on + timedelta(weeks=week), 0, self.replenish)
        for week in (4, 9):
            self.later(self.place.first_on + timedelta(weeks=week), 1, self.count)

    def replenish(self, day: date) -> None:
        """Buy what has become scarce; a few things are always late, and those orders wait."""
        keys = {code: self.place.products[code].pk for code in self.goods}
        levels = stock.levels(self.place.company, list(keys.values()), warehouse_id=self.place.home.pk)
        lines = []
        for code, key in keys.items():
            full = Decimal(self.place.facts[code]["stock"])
            free = levels[key].free if key in levels else Decimal(0)
            if self.place.facts[code]["reorder"] == "yes" and free < full / 2:
                lines += self._lines(code, (full * 3 / 4).quantize(Decimal(1)))
        if lines:
            supplier = self.dice.choice(self.place.suppliers)
            self._receive("A", lines, day, memo=f"{supplier.name} 입고")

    def count(self, day: date) -> None:
        """Take stock of a shelf: a few pieces more, a few less."""
        for code, off in (("BOL-M6X20", -35), ("NUT-M8", 20), ("BRK-L80", -2)):
            quant = Quant.objects.filter(product=self.place.products[code]).order_by("-on_hand")[0]
            documents.count(
                company=self.place.company,
                location=quant.location,
                product=self.place.products[code],
                counted=quant.on_hand + off,
                moved_on=day,
                memo="순환 실사",
                by=self.staff["warehouse"],
            )

    def enter(self, day: date) -> None:
        """A customer asks; most orders are confirmed within days, some never."""
        customer = self.dice.choice(self.place.customers)
        order = orders.create(
            company=self.place.company,
            customer=customer,
            lines=[self._line(code) for code in self._wanted()],
            ordered_on=day,
            valid_until=day + timedelta(days=30),
            promised_on=calendars.add_working_days(day, self.dice.randint(4, 12)),
            customer_reference=f"PO-{day:%y%m}-{self.dice.randint(100, 999)}",
            warehouse=self.place.harbour if self.dice.random() < 0.06 else self.place.home,
            by=self.staff["sales"],
            today=day,
        )
        fate = self.dice.random()
        if fate < 0.05:
            self.later(day, 3, lambda on: self._cancel(order, on))
        elif fate < 0.93:
            self.later(day, 1, lambda on: self._quote(order, on))
            if fate < 0.88:
                self.later(day, self.dice.randint(1, 3), lambda on: self._confirm(order, on))

    def _wanted(self) -> list[str]:
        codes = self.dice.sample(self.goods, self.dice.randint(1, 6))
        if self.dice.random() < 0.12:
            codes.append("KIT-LM20")
        if self.dice.random() < 0.25:
            codes.append(self.dice.choice(["SVC-INST", "SVC-FRT"]))
        return codes

    def _line(self, code: str) -> dict[str, Any]:
        row, product = self.place.facts[code], self.place.products[code]
        line: dict[str, Any] = {"product": product}
        if row["tracking"] in {"serial", "kit", "service"}:
            return line | {"quantity": Decimal(self.dice.randint(1, 3))}
        if row["box"] and self.dice.random() < 0.2:
            return line | {"quantity": Decimal(1), "unit": self.box}
        most = max(2, int(Decimal(row["stock"]) / 5))
        line["quantity"] = Decimal(self.dice.randint(max(1, most // 4), most))
        return line | ({"discount": Decimal("0.05")} if self.dice.random() < 0.1 else {})

    def _quote(self, order: Order, day: date) -> None:
        orders.quote(order, by=self.staff["sales"], today=day)

    def _cancel(self, order: Order, day: date) -> None:
        orders.cancel(order, reason="고객 요청으로 취소", by=self.staff["sales"], today=day)

    def _confirm(self, order: Order, day: date) -> None:
        orders.confirm(order, by=self.staff["sales"], today=day)
        self.later(day, self.dice.randint(2, 6), lambda on: self._deliver(order, on, tries=3))

    def _deliver(self, order: Order, day: date, *, tries: int) -> None:
        parcel = f"{self.dice.randint(10**11, 10**12 - 1)}"
        if tries:
            self.later(day, 5, lambda on: self._deliver(order, on, tries=tries - 1))
        sent = deliveries.deliver(order, tracking_number=parcel, by=self.staff["warehouse"], today=day)
        if self.dice.random() < 0.94:
            self.later(day, self.dice.randint(0, 2), lambda on: self._invoice(order, on))
        if self.dice.random() < 0.05:
            self.later(day, 4, lambda on: self._take_back(sent, on))

    def _invoice(self, order: Order, day: date) -> None:
        invoice = invoices.issue(order, by=self.staff["accounting"], today=day)
        days = self.dice.choices([-3, 0, 4, 15, 200], [3, 5, 3, 2, 2])[0]
        paid_on = invoice.due_on + timedelta(days=days)
        if paid_on <= self.today:
            self.later(max(paid_on, day), 0, lambda on: self._collect(invoice, order.customer, on))

    def _collect(self, invoice: Invoice, customer: Party, day: date) -> None:
        share = self.dice.choices([Decimal(1), Decimal("0.5"), Decimal("1.1")], [8, 2, 1])[0]
        fine = Decimal("0.01") if invoice.currency == "USD" else Decimal(1)
        payments.collect(
            company=self.place.company,
            customer=customer,
            amount=(invoice.total * share).quantize(fine),
            fee=Decimal(15) if invoice.currency == "USD" else Decimal(0),
            currency=invoice.currency,
            invoices=[{"invoice": invoice.pk}] if share <= 1 else None,
            memo=f"{invoice.number} 입금",
            by=self.staff["accounting"],
            today=day,
        )

    def _take_back(self, sent: Delivery, day: date) -> None:
        line = sent.lines.order_by("id")[0]
        part = [{"line": line.pk, "quantity": min(line.quantity, Decimal(2))}]
        deliveries.take_back(sent, lines=part, reason="치수 불량 반품", by=self.staff["warehouse"], today=day)
        self.later(day, 1, lambda on: self._credit(sent.order, on))

    def _credit(self, order: Order, day: date) -> None:
        invoices.credit(order, by=self.staff["accounting"], today=day)
