"""Anything a company can do, in any order: the books hold after every step."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.erp.sales.models import Delivery, DeliveryLine, Invoice, Order, Payment
from onmaru.erp.sales.queries import positions
from onmaru.kernel import invariants, jobs
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.accounting.commands import closing, matching, reversals
from onmaru.ledgers.accounting.models import Entry, Match, OpenItem
from onmaru.ledgers.accounting.queries import balances
from onmaru.ledgers.stock.commands import costs, documents
from onmaru.ledgers.stock.models import Move, Quant, StockDocument
from tests.companies import BY
from tests.proofs import credit, debit, post, run_sql
from tests.stories import ground

pick = st.integers(0, 10**6)
small = st.integers(1, 6)
SHOWN = HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large


# Each side summed on its own over customer and currency; rows come back only where the two sides part.
OWED_OTHERWISE = """
SELECT customer, currency, sum(expected), sum(found) FROM (
    SELECT customer_id AS customer, currency, total AS expected, 0 AS found FROM sales_invoice
    UNION ALL SELECT customer_id, currency, -amount - fee, 0 FROM sales_payment WHERE state = 'posted'
    UNION ALL SELECT i.party_id, i.currency, CASE source_kind WHEN 'site.company' THEN i.amount ELSE 0 END, i.remaining
    FROM accounting_openitem i JOIN accounting_line l ON l.id = i.line_id JOIN accounting_entry e ON e.id = l.entry_id
) AS sides GROUP BY 1, 2 HAVING sum(expected) <> sum(found)
"""


class Books(RuleBasedStateMachine):
    """A clerk who does anything at all; what the house refuses has not happened."""

    ground: ground.Company

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.day = ground.START

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self) -> dict[str, Any]:
        return {"by": BY, "today": self.day}

    def any(self, rows: Any, which: int) -> Any:
        """One of the rows, or None when there is none yet."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=keys[which % len(keys)]) if keys else None

    def product(self, which: int) -> Any:
        return self.ground.goods[which % len(self.ground.goods)]

    @rule(days=small)
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(
        which=pick,
        quantity=st.integers(1, 40),
        cost=st.integers(0, 900),
        place=st.integers(0, 1),
        back=st.integers(0, 9),
    )
    def receive(self, which: int, quantity: int, cost: int, place: int, back: int) -> None:
        product = self.product(which)
        lot = f"L{back % 3}" if product.tracking == "lot" else ""
        expires = date(2026, 2 + back % 3, 1) if lot else None
        line = documents.ReceiptLine(product.pk, Decimal(quantity), Decimal(cost) / 7, lot, expires)
        documents.receive(
            company=self.ground.company,
            location=self.ground.places[place],
            lines=[line],
            moved_on=self.day - timedelta(days=back),
            by=BY,
        )

    @rule(which=pick, counted=st.integers(0, 30), place=st.integers(0, 1))
    def count(self, which: int, counted: int, place: int) -> None:
        with suppress(Refused):
            documents.count(
                company=self.ground.company,
                location=self.ground.places[place],
                product=self.product(which),
                counted=Decimal(counted),
                moved_on=self.day,
                by=BY,
            )

    @rule(which=pick, quantity=small, place=st.integers(0, 1))
    def transfer(self, which: int, quantity: int, place: int) -> None:
        if quant := self.any(Quant.objects.filter(on_hand__gt=0), which):
            with suppress(Refused):
                documents.transfer(
                    company=self.ground.company,
                    quant=quant,
                    quantity=Decimal(quantity),
                    destination=self.ground.places[place],
                    moved_on=self.day,
                    by=BY,
                )

    @rule(which=pick, amount=st.integers(-300, 300))
    def late_cost(self, which: int, amount: int) -> None:
        if receipt := self.any(StockDocument.objects.filter(kind="receipt"), which):
            move = Move.objects.filter(document_kind="stock.stockdocument", document_id=receipt.pk).earliest(
                "id"
            )
            with suppress(Refused):
                costs.add_late_cost(
                    company=self.ground.company,
                    receipt=receipt,
                    product=move.product,
                    amount=Decimal(amount),
                    contra="103",
                    adjusted_on=self.day,
                    by=BY,
                )

    @rule(cost=st.integers(1, 200))
    def new_standard(self, cost: int) -> None:
        costs.set_standard(
            company=self.ground.company,
            product=self.ground.goods[2],
            cost=Decimal(cost) / 3,
            valid_from=self.day,
            by=BY,
            today=self.day,
        )

    @rule(
        customer=st.integers(0, 2),
        rows=st.lists(st.tuples(st.integers(0, 5), small, st.integers(0, 40)), min_size=1, max_size=3),
        boxed=st.booleans(),
    )
    def order(self, customer: int, rows: list[tuple[int, int, int]], *, boxed: bool) -> None:
        lines: list[dict[str, Any]] = [
            {
                "product": self.ground.sold[which],
                "quantity": Decimal(quantity),
                "discount": Decimal(discount) / 100,
                **({"unit": self.ground.box} if boxed and which == 0 else {}),
            }
            for which, quantity, discount in rows
        ]
        made = orders.create(
            company=self.ground.company, customer=self.ground.customers[customer], lines=lines, **self.now
        )
        orders.confirm(made, **self.now)

    @rule(which=pick)
    def quotation(self, which: int) -> None:
        row = {"product": self.product(which), "quantity": Decimal(2)}
        orders.create(company=self.ground.company, customer=self.ground.customers[0], lines=[row], **self.now)

    @rule(
        which=pick, verb=st.sampled_from(["confirm", "reserve", "cancel", "close", "reopen", "edit", "quote"])
    )
    def drive(self, which: int, verb: str) -> None:
        if order := self.any(Order.objects.all(), which):
            with suppress(Refused):
                getattr(orders, verb)(order, **self.now)

    @rule(which=pick)
    def deliver_all(self, which: int) -> None:
        if order := self.any(Order.objects.filter(state="confirmed"), which):
            with suppress(Refused):
                deliveries.deliver(order, **self.now)

    @rule(which=pick, quantities=st.lists(st.integers(0, 8), min_size=4, max_size=4))
    def deliver_some(self, which: int, quantities: list[int]) -> None:
        if order := self.any(Order.objects.filter(state="confirmed"), which):
            goods = order.lines.filter(stocked=True).order_by("ordinal")
            rows: Any = [
                {"line": line.pk, "quantity": Decimal(quantity)}
                for line, quantity in zip(goods, quantities, strict=False)
            ]
            with suppress(Refused):
                deliveries.deliver(order, lines=rows, **self.now)

    @rule(which=pick, quantity=small, redeliver=st.booleans())
    def take_back(self, which: int, quantity: int, *, redeliver: bool) -> None:
        if line := self.any(DeliveryLine.objects.filter(quantity__gt=0), which):
            row: Any = {"line": line.pk, "quantity": Decimal(quantity)}
            with suppress(Refused):
                deliveries.take_back(line.delivery, lines=[row], redeliver=redeliver, **self.now)

    @rule(which=pick)
    def take_all_back(self, which: int) -> None:
        if delivery := self.any(Delivery.objects.all(), which):
            with suppress(Refused):
                deliveries.take_back(delivery, **self.now)

    @rule(which=pick, credited=st.booleans())
    def charge(self, which: int, *, credited: bool) -> None:
        if order := self.any(Order.objects.all(), which):
            with suppress(Refused):
                (invoices.credit if credited else invoices.issue)(order, **self.now)

    @rule(which=pick)
    def cancel_invoice(self, which: int) -> None:
        if invoice := self.any(Invoice.objects.all(), which):
            with suppress(Refused):
                invoices.cancel(invoice, **self.now)

    @rule(which=pick, share=st.integers(1, 150), fee=st.integers(0, 3), named=st.booleans())
    def pay(self, which: int, share: int, fee: int, *, named: bool) -> None:
        if invoice := self.any(Invoice.objects.filter(total__gt=0), which):
            amount = (invoice.total * share / 100).quantize(Decimal(1))
            with suppress(Refused):
                payments.collect(
                    company=self.ground.company,
                    customer=invoice.customer,
                    amount=amount,
                    fee=Decimal(fee),
                    currency=invoice.currency,
                    invoices=[{"invoice": invoice.pk}] if named else None,
                    **self.now,
                )

    @rule(which=pick, used=st.booleans())
    def payment(self, which: int, *, used: bool) -> None:
        if payment := self.any(Payment.objects.all(), which):
            with suppress(Refused):
                (payments.apply_advance if used else payments.cancel)(payment, **self.now)

    @rule(which=pick)
    def undo_settlement(self, which: int) -> None:
        if kept := self.any(Match.objects.all(), which):
            with suppress(Refused):  # undone before
                matching.undo(kept, undone_on=self.day, by=BY)

    @rule(first=pick, second=pick)
    def settle_by_hand(self, first: int, second: int) -> None:
        items = [self.any(OpenItem.objects.exclude(remaining=0), one) for one in (first, second)]
        if items[0] is not None and items[0] != items[1]:
            with suppress(Refused):
                matching.match(company=self.ground.company, items=items, matched_on=self.day, by=BY)

    @rule(customer=st.integers(0, 2), amount=st.integers(1, 5000))
    def post_by_hand(self, customer: int, amount: int) -> None:
        party = self.ground.customers[customer].pk
        post(
            self.ground.company,
            debit("108", str(amount), party=party),
            credit("404", str(amount)),
            on=self.day,
        )

    @rule(which=pick)
    def reverse(self, which: int) -> None:
        if entry := self.any(Entry.objects.all(), which):
            with suppress(Refused):
                reversals.reverse(entry, posted_on=self.day, by=BY)

    @rule(batch=st.integers(1, 20))
    def seal(self, batch: int) -> None:
        closing.seal_and_fold(batch=batch)

    @rule()
    def react(self) -> None:
        jobs.drain()

    @invariant()
    def every_invariant_holds(self) -> None:
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        run_sql("SET CONSTRAINTS ALL DEFERRED")
        assert [f"{one.name}: {one.examples}" for one in invariants.run() if not one.ok] == []

    @invariant()
    def the_trial_balance_is_the_sum_of_the_lines(self) -> None:
        found = balances.trial_balance(self.ground.company, first=ground.START, last=self.day)
        read = {one.code: (one.total_debit, one.total_credit) for one in found}
        lines = run_sql(
            "SELECT a.code, sum(l.debit), sum(l.credit) FROM accounting_line l"
            " JOIN accounting_account a ON a.id = l.account_id WHERE l.posted_on <= %s GROUP BY 1",
            self.day,
        )
        assert read == {code: (left, right) for code, left, right in lines}

    @invariant()
    def what_a_customer_owes_is_what_was_charged_less_what_was_paid(self) -> None:
        assert run_sql(OWED_OTHERWISE) == []

    @invariant()
    def an_order_all_charged_costs_what_was_agreed(self) -> None:
        for order in Order.objects.filter(pk__in=Invoice.objects.values("order")):
            found = [one for one in positions.of(order.pk) if one.kit_id is None]
            if all(one.invoiced == one.quantity for one in found):
                assert _sum(order.invoices.all(), "total") == order.total
            if not any(one.invoiced for one in found):
                assert _sum(order.invoices.all(), "total") == 0


def _sum(rows: Any, column: str) -> Decimal:
    found: Decimal = rows.aggregate(found=Sum(column))["found"] or Decimal(0)
    return found


def play(examples: int, steps: int, *, derandomize: bool) -> None:
    Books.ground = ground.Company()
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=SHOWN,
        print_blob=True,
    )
    run_state_machine_as_test(Books, settings=how)


@pytest.mark.django_db
def test_the_books_hold_whatever_is_done() -> None:
    play(15, 12, derandomize=True)


@pytest.mark.django_db
@pytest.mark.slow
def test_the_books_hold_for_long() -> None:
    play(40, 50, derandomize=False)
