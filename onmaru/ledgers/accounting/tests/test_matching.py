"""Open items: partial, many to many, foreign, undone; and what was open on a day long past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.kernel import refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting import rules
from onmaru.ledgers.accounting.commands import matching, reversals
from onmaru.ledgers.accounting.models import Match, OpenItem
from onmaru.ledgers.accounting.queries import balances, receivables
from onmaru.ledgers.accounting.rules import Open, Pairing, pair
from onmaru.masters.site import commands as site
from onmaru.masters.site.models import Company
from tests import companies
from tests.companies import BY, DAY
from tests.proofs import at_once, clean, credit, debit, post, refused

LATER = date(2026, 5, 20)


class Books:
    """A company with one customer whose debts and payments are posted by hand."""

    def __init__(self) -> None:
        world = companies.build()
        self.company: Company = world.company
        self.customer = world.customer()
        self.world = world

    def owes(self, amount: str, on: date = DAY, usd: str | None = None, **more: Any) -> OpenItem:
        return self._item(debit("108", amount, **self._money(usd), **more), credit("404", amount), on)

    def pays(self, amount: str, on: date = DAY, usd: str | None = None, **more: Any) -> OpenItem:
        signed = f"-{usd}" if usd else None
        return self._item(credit("108", amount, **self._money(signed), **more), debit("103", amount), on)

    def _money(self, usd: str | None) -> dict[str, Any]:
        foreign = {"currency": "USD", "amount_currency": Decimal(usd)} if usd else {}
        return {"party": self.customer.pk, **foreign}

    def _item(self, line: Any, other: Any, on: date) -> OpenItem:
        entry = post(self.company, line, other, on=on)
        return OpenItem.objects.get(line__entry=entry)

    def match(self, *items: OpenItem, on: date = DAY) -> None:
        matching.match(company=self.company, items=list(items), matched_on=on, by=BY)

    def settle(self, *items: OpenItem, limit: str | None = None) -> list[Pairing]:
        most = Decimal(limit) if limit else None
        found: list[Pairing] = self._inside(
            lambda by: matching.settle(
                self.company,
                [one.pk for one in items],
                matched_on=DAY,
                source=self.company,
                by=by,
                limit=most,
            )
        )
        return found

    def undo(self, *items: OpenItem, on: date = LATER) -> None:
        self._inside(
            lambda by: matching.unsettle(
                self.company, [one.pk for one in items], on=on, source=self.company, by=by
            )
        )

    def _inside(self, body: Any) -> Any:
        def run(*, by: Actor) -> Any:
            return body(by)

        return Command(run, "test.settle", "test.settle", "…", None)(by=BY)

    def open(self) -> list[tuple[Decimal, Decimal]]:
        return list(OpenItem.objects.order_by("pk").values_list("remaining", "remaining_base"))

    def balance(self, code: str) -> Decimal:
        return balances.balance(self.company, code, on=date(2026, 12, 31))


@pytest.fixture
def books(db: None) -> Books:
    return Books()


def test_the_rule_settles_in_the_order_given_and_leaves_no_residue() -> None:
    debits = [Open(1, Decimal(3), Decimal(100)), Open(2, Decimal(5), Decimal(170))]
    credits = [Open(3, Decimal(-4), Decimal(-150)), Open(4, Decimal(-9), Decimal(-300))]
    found = pair(debits, credits, 0)
    # 4 credited for 150: 3 of them are 112.5, rounded half up to 113; the last takes 37.
    # 5 owed at 170: 1 of them is 34; of 9 paid at 300, 4 are 133.33.
    assert found == [
        Pairing(1, 3, Decimal(3), Decimal(100), Decimal(113)),
        Pairing(2, 3, Decimal(1), Decimal(34), Decimal(37)),
        Pairing(2, 4, Decimal(4), Decimal(136), Decimal(133)),
    ]
    assert pair(debits, credits, 0, limit=Decimal(0)) == []
    limited = pair(debits, credits, 0, limit=Decimal(4))
    assert sum(one.amount for one in limited) == 4
    assert pair([], credits, 0) == pair(debits, [], 0) == []


def test_a_part_is_settled_and_the_rest_stays_open(books: Books) -> None:
    owed, paid = books.owes("1000"), books.pays("400")
    books.match(owed, paid)
    assert books.open() == [(600, 600), (0, 0)]
    (kept,) = Match.objects.all()
    assert (kept.debit_line_id, kept.credit_line_id, kept.amount, kept.debit_base, kept.credit_base) == (
        owed.pk,
        paid.pk,
        400,
        400,
        400,
    )
    clean()


def test_many_settle_many_in_the_order_asked(books: Books) -> None:
    first, second, third = books.owes("300"), books.owes("500"), books.owes("200")
    one, two = books.pays("600"), books.pays("250")
    books.match(third, two, first, one, second)
    # Third and first take from two then one: 200 of 250, 50 + 250, and 350 of 500.
    assert books.open() == [(0, 0), (150, 150), (0, 0), (0, 0), (0, 0)]
    assert sorted(Match.objects.values_list("amount", flat=True)) == [50, 200, 250, 350]
    clean()


def test_an_overpayment_stays_open_on_the_other_side(books: Books) -> None:
    books.match(books.owes("300"), books.pays("1000"))
    assert books.open() == [(0, 0), (-700, -700)]
    assert receivables.exposure(books.company, books.customer.pk) == -700
    clean()


def test_a_limit_bounds_what_is_settled(books: Books) -> None:
    pairings = books.settle(books.owes("300"), books.owes("300"), books.pays("600"), limit="350")
    assert [one.amount for one in pairings] == [300, 50]
    assert books.open() == [(0, 0), (250, 250), (-250, -250)]
    clean()


def test_items_of_different_parties_accounts_or_currencies_do_not_meet(books: Books) -> None:
    mine = books.owes("100")
    other = books.world.customer("다른 상사").pk
    for line in (
        credit("108", "100", party=other),
        credit("259", "100", party=books.customer.pk),
        credit("108", "100", party=books.customer.pk, currency="USD", amount_currency=Decimal(-1)),
    ):
        stranger = OpenItem.objects.get(line__entry=post(books.company, debit("103", "100"), line))
        with refused(matching.ITEMS_DIFFER):
            books.match(mine, stranger)
    assert not Match.objects.exists()


def test_two_debts_or_what_is_settled_already_settle_nothing(books: Books) -> None:
    one, two, paid = books.owes("100"), books.owes("100"), books.pays("100")
    with refused(matching.NOTHING_TO_SETTLE):
        books.match(one, two)
    books.match(one, paid)
    with refused(matching.NOTHING_TO_SETTLE):
        books.match(one, paid)
    with refused(matching.NOTHING_TO_SETTLE):
        books.match()


def test_another_companys_items_are_not_settled_from_here(books: Books) -> None:
    owed, paid = books.owes("100"), books.pays("100")
    other = site.companies.create(by=BY, code="B", name="나")
    with refused(matching.NOTHING_TO_SETTLE):
        matching.match(company=other, items=[owed, paid], matched_on=DAY, by=BY)
    assert not Match.objects.exists()


def test_a_gain_on_exchange_is_posted_with_the_settlement_and_undone_with_it(books: Books) -> None:
    # 100 dollars owed at 1,300 and paid at 1,350: 5,000 won gained.
    owed, paid = books.owes("130000", usd="100"), books.pays("135000", usd="100")
    books.match(owed, paid, on=LATER)
    assert books.open() == [(0, 0), (0, 0)]
    assert (books.balance("907"), books.balance("932"), books.balance("108")) == (-5000, 0, 0)
    clean()
    books.undo(paid, on=date(2026, 6, 1))
    assert books.open() == [(100, 130000), (-100, -135000)]
    # The gain itself is taken back: it does not stay beside a loss that never was.
    assert (books.balance("907"), books.balance("932"), books.balance("108")) == (0, 0, -5000)
    assert balances.balance(books.company, "907", on=date(2026, 5, 31)) == -5000
    clean()


def test_a_loss_comes_in_parts_and_the_parts_add_up(books: Books) -> None:
    # 3 dollars owed at 1,333.33 (4,000) are paid one by one at 1,000: 333, 334, 333 lost.
    owed = books.owes("4000", usd="3")
    for _part in range(3):
        books.match(owed, books.pays("1000", usd="1"))
    assert books.open() == [(0, 0)] * 4
    assert (books.balance("932"), books.balance("907"), books.balance("108")) == (1000, 0, 0)
    assert sorted(Match.objects.values_list("debit_base", flat=True)) == [1333, 1333, 1334]
    clean()


def test_the_same_won_at_the_same_rate_gain_nothing(books: Books) -> None:
    books.match(books.owes("130000", usd="100"), books.pays("130000", usd="100"))
    assert (books.balance("907"), books.balance("932")) == (0, 0)


def test_the_difference_of_a_settlement_is_not_reversed_by_hand(books: Books) -> None:
    books.match(books.owes("130000", usd="100"), books.pays("135000", usd="100"))
    difference = books.company.entries.latest("id")
    with refused(matching.ITEM_SETTLED):
        reversals.reverse(difference, posted_on=DAY, by=BY)
    clean()


def test_undoing_opens_what_was_settled_and_can_be_settled_anew(books: Books) -> None:
    first, second, paid = books.owes("300"), books.owes("500"), books.pays("600")
    books.match(first, second, paid)
    books.undo(first)
    assert books.open() == [(300, 300), (200, 200), (-300, -300)]
    books.undo(first)
    assert books.open() == [(300, 300), (200, 200), (-300, -300)]
    books.match(second, paid, on=LATER)
    assert books.open() == [(300, 300), (0, 0), (-100, -100)]
    books.undo(paid)
    assert books.open() == [(300, 300), (500, 500), (-600, -600)]
    clean()


def test_a_settlement_made_by_hand_is_undone_by_hand(books: Books) -> None:
    books.match(books.owes("130000", usd="100"), books.pays("135000", usd="100"))
    kept = Match.objects.get()
    stranger = replace(BY, companies=frozenset())
    with refused(refusals.NOT_FOUND):
        matching.undo(kept, undone_on=LATER, by=stranger)
    matching.undo(kept, undone_on=LATER, by=BY)
    assert books.open() == [(100, 130000), (-100, -135000)]
    clean()


def clear(item: OpenItem, *others: tuple[OpenItem, str | None], **how: Any) -> Match:
    rows: list[Any] = [
        {"item": other.pk, "amount": Decimal(amount) if amount else None} for other, amount in others
    ]
    asked: dict[str, Any] = {"items": rows, "by": BY, "today": LATER} | how
    return matching.clear(item.line, **asked)


def test_an_item_is_settled_by_parts_of_others_and_one_part_is_undone(books: Books) -> None:
    paid = books.pays("1000")
    first, second, third = books.owes("300"), books.owes("500"), books.owes("400")
    made = clear(paid, (second, "200"), (third, None), (first, "0"))
    assert books.open() == [(-400, -400), (300, 300), (300, 300), (0, 0)]
    assert (made.debit_line, made.credit_line, made.amount) == (third.line, paid.line, 400)
    clear(first, (paid, None))
    assert books.open() == [(-100, -100), (0, 0), (300, 300), (0, 0)]
    matching.undo(made, undone_on=LATER, by=BY)
    assert books.open() == [(-500, -500), (0, 0), (300, 300), (400, 400)]
    with refused(matching.UNDONE_ALREADY):
        matching.undo(made, undone_on=LATER, by=BY)
    clean()


def test_what_cannot_settle_an_item_is_said_row_by_row(books: Books) -> None:
    owed, paid, dollars = books.owes("1000"), books.pays("600"), books.pays("1300", usd="1")
    with refused(
        matching.OVER_OPEN, matching.ITEMS_DIFFER, matching.NOTHING_TO_SETTLE, refusals.NOT_FOUND
    ) as caught:
        clear(owed, (paid, "601"), (dollars, "1"), (books.owes("5"), "5"), (OpenItem(pk=10**9), None))
    assert [one.field for one in caught.value.reasons] == [
        "items.0.amount",
        "items.1.item",
        "items.2.item",
        "items.3.item",
    ]
    with refused(matching.OVER_OPEN, at="items.1.amount"):
        clear(owed, (paid, "400"), (paid, "201"))
    with refused(matching.OVER_OPEN, at="items.1.amount"):
        clear(paid, (owed, "400"), (books.owes("500"), "201"))
    with refused(rules.LINE_TOO_FINE, matching.OVER_OPEN):
        clear(owed, (paid, "0.5"), (paid, "-1"))
    with refused(matching.NOTHING_TO_SETTLE):
        clear(owed, (paid, "0"))
    with refused(matching.NOTHING_TO_SETTLE):
        clear(replace_line(owed), (paid, "1"))
    with refused(refusals.NOT_FOUND):
        clear(owed, (paid, "1"), by=replace(BY, companies=frozenset()))
    assert not Match.objects.exists()


def replace_line(item: OpenItem) -> OpenItem:
    """The other side of an item's entry, which keeps nothing open."""
    return OpenItem(line=item.line.entry.lines.exclude(pk=item.pk).get())


def test_ageing_knows_any_past_day(books: Books) -> None:
    books.owes("100", on=date(2026, 1, 5), due_on=date(2026, 1, 31))
    old = books.owes("1000", on=date(2026, 1, 10), due_on=date(2026, 2, 10))
    books.owes("10000", on=date(2026, 2, 20), due_on=date(2026, 3, 20))
    books.owes("100000", on=date(2026, 4, 1), due_on=date(2026, 6, 30))
    paid = books.pays("600", on=date(2026, 3, 5))
    books.match(old, paid, on=date(2026, 3, 5))
    books.undo(paid, on=date(2026, 4, 15))

    def aged(day: date) -> tuple[int, ...] | None:
        found = receivables.ageing(books.company, on=day)
        if not found:
            return None
        (one,) = found
        assert one.party_id == books.customer.pk
        assert one.total == sum((one.current, one.to_30, one.to_60, one.to_90, one.older))
        return tuple(int(part) for part in (one.current, one.to_30, one.to_60, one.to_90, one.older))

    assert aged(date(2026, 1, 4)) is None
    assert aged(date(2026, 1, 31)) == (1100, 0, 0, 0, 0)
    assert aged(date(2026, 2, 1)) == (1000, 100, 0, 0, 0)
    assert aged(date(2026, 3, 2)) == (10000, 1100, 0, 0, 0)
    assert aged(date(2026, 3, 4)) == (10000, 1000, 100, 0, 0)
    assert aged(date(2026, 3, 5)) == (10000, 400, 100, 0, 0)
    assert aged(date(2026, 4, 14)) == (100000, 10000, 0, 500, 0)
    # The payment stands as a credit again: it fell due on its own day, 41 days before.
    assert aged(date(2026, 4, 15)) == (100000, 10000, -600, 1100, 0)
    assert aged(date(2026, 5, 2)) == (100000, 0, 10000 - 600, 1000, 100)
    clean()


def test_open_items_are_the_oldest_due_first(books: Books) -> None:
    late = books.owes("1", due_on=date(2026, 9, 1))
    soon = books.owes("2", due_on=date(2026, 4, 1))
    gone, paid = books.owes("3", due_on=date(2026, 3, 1)), books.pays("3", on=date(2026, 3, 30))
    books.match(gone, paid)
    assert list(receivables.open_items(books.company, books.customer.pk)) == [soon, late]
    assert receivables.exposure(books.company, books.customer.pk) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_the_same_debt_share_it_and_never_deadlock() -> None:
    books = Books()
    debts = [books.owes("100") for _debt in range(4)]
    payments = [books.pays("150") for _payment in range(4)]

    def settle(payment: OpenItem, order: int) -> int:
        return len(books.settle(*debts[::order], payment))

    answers = at_once(
        *[
            lambda one=one, place=place: settle(one, 1 if place % 2 else -1)
            for place, one in enumerate(payments)
        ]
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    assert sum(item.remaining for item in OpenItem.objects.filter(amount__gt=0)) == 0
    assert sum(item.remaining for item in OpenItem.objects.filter(amount__lt=0)) == -200
    clean()
