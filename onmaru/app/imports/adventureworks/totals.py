"""The data's own control totals beside ours: once from the documents, once from the ledgers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from onmaru.app.imports.adventureworks.masters import (
    COGS_ACCOUNT,
    FREIGHT_ACCOUNT,
    REVENUE_ACCOUNT,
    STOCK_ACCOUNT,
    TAX_ACCOUNT,
    Ground,
)
from onmaru.app.imports.adventureworks.reading import ZERO, Folder, Order, Step
from onmaru.erp.sales.models import Invoice, InvoiceLine
from onmaru.ledgers.accounting.queries import balances

SALES = ("orders", "lines", "quantity", "SubTotal", "TaxAmt", "Freight", "TotalDue")
BOOKS = ("revenue", "sales tax", "freight", "charged", "collected", "cost of sales")
RECEIVABLE_ACCOUNT, BANK_ACCOUNT = "108", "103"
Row = dict[str, Decimal]
Table = dict[str, Row]


def check(folder: Folder, ground: Ground, orders: Sequence[Order], costs: Iterable[Step]) -> bool:
    """Print the totals year by year and say whether every one of ours equals the data's own."""
    sales = of_data(orders)
    books = books_of_data(orders, costs)
    agree = [
        _compare("Orders and invoices, by year of order", SALES, sales, of_documents(ground)),
        _compare("Ledgers, by year of posting", BOOKS, books, of_books(ground, sorted(books))),
        _nothing_left(ground, max(order.due_on for order in orders)),
    ]
    theirs = folder.control_totals()
    if theirs["sales_total"]["orders"] == len(orders):
        agree.append(
            _compare("Published with the data, and read from its files", SALES, published(theirs), sales)
        )
    return all(agree)


def published(totals: Mapping[str, Any]) -> Table:
    """The totals that came with the data, in the shape of ``of_data``."""
    names = ("orders", "SubTotal", "TaxAmt", "Freight", "TotalDue")
    lines = totals["sales_lines_by_year"]
    return {
        year: {name: Decimal(row[name]) for name in names}
        | {"lines": Decimal(lines[year]["lines"]), "quantity": Decimal(lines[year]["qty"])}
        for year, row in totals["sales_by_year"].items()
    }


def of_data(orders: Iterable[Order]) -> Table:
    """Sums over the orders as the files hold them, by year of order."""
    found: Table = defaultdict(lambda: dict.fromkeys(SALES, ZERO))
    for order in orders:
        year = found[str(order.ordered_on.year)]
        quantity = sum((line.quantity for line in order.lines), ZERO)
        counts = (Decimal(1), Decimal(len(order.lines)), quantity)
        for name, amount in zip(
            SALES, (*counts, order.supply, order.tax, order.freight, order.total), strict=True
        ):
            year[name] += amount
    return dict(found)


def of_documents(ground: Ground) -> Table:
    """The same sums over our orders' invoices; what is neither tax nor freight of a total is goods."""
    company = ground.company
    year = "order__ordered_on__year"
    found: Table = defaultdict(lambda: dict.fromkeys(SALES, ZERO))
    invoiced = Invoice.objects.filter(company=company).values_list(year)
    for key, orders, total in invoiced.annotate(Count("order", distinct=True), Sum("total")):
        found[str(key)] |= {"orders": Decimal(orders), "TotalDue": total}
    tax, freight = Q(product=ground.sales_tax), Q(product=ground.freight)
    goods = ~(tax | freight)
    charged = InvoiceLine.objects.filter(invoice__company=company).values_list(f"invoice__{year}")
    sums = charged.annotate(
        lines=Count("pk", filter=goods),
        pieces=Sum("quantity", filter=goods),
        taxes=Sum("amount", filter=tax),
        freights=Sum("amount", filter=freight),
    )
    for key, lines, quantity, taxes, freights in sums:
        row = found[str(key)]
        row |= {
            "lines": Decimal(lines),
            "quantity": quantity,
            "TaxAmt": taxes or ZERO,
            "Freight": freights or ZERO,
        }
        row["SubTotal"] = row["TotalDue"] - row["TaxAmt"] - row["Freight"]
    return dict(found)


def books_of_data(orders: Iterable[Order], costs: Iterable[Step]) -> Table:
    """What the ledgers should hold: sales and their cost by the day of shipping, money by the day it is due."""
    history = _history(costs)
    found: Table = defaultdict(lambda: dict.fromkeys(BOOKS, ZERO))
    for order in orders:
        shipped = found[str(order.shipped_on.year)]
        shipped["revenue"] += order.supply
        shipped["sales tax"] += order.tax
        shipped["freight"] += order.freight
        shipped["charged"] += order.total
        found[str(order.due_on.year)]["collected"] += order.total
        for line in order.lines:
            shipped["cost of sales"] += line.quantity * _cost(history[line.product], order.shipped_on)
    return dict(found)


def _history(costs: Iterable[Step]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    for step in sorted(costs, key=lambda step: step.valid_from, reverse=True):
        found[step.product].append(step)
    return found


def _cost(history: Sequence[Step], day: date) -> Decimal:
    return next(step.amount for step in history if step.valid_from <= day)


def of_books(ground: Ground, years: Iterable[str]) -> Table:
    """The turnover of the accounts concerned in each fiscal year, as the trial balance shows it."""
    found: Table = {}
    for year in years:
        trial = balances.trial_balance(
            ground.company, first=date(int(year), 1, 1), last=date(int(year), 12, 31)
        )
        turnover = {line.code: line for line in trial}
        credit = {code: line.credit - line.debit for code, line in turnover.items()}
        debit = {code: line.debit for code, line in turnover.items()}
        found[year] = {
            "revenue": credit.get(REVENUE_ACCOUNT, ZERO),
            "sales tax": credit.get(TAX_ACCOUNT, ZERO),
            "freight": credit.get(FREIGHT_ACCOUNT, ZERO),
            "charged": debit.get(RECEIVABLE_ACCOUNT, ZERO),
            "collected": debit.get(BANK_ACCOUNT, ZERO),
            "cost of sales": -credit.get(COGS_ACCOUNT, ZERO),
        }
    return found


def _nothing_left(ground: Ground, on: date) -> bool:
    """Everything was sold and everything was paid: two balances must have come to nothing."""
    names = {STOCK_ACCOUNT: "stock", RECEIVABLE_ACCOUNT: "receivable"}
    left = {names[code]: balances.balance(ground.company, code, on=on) for code in names}
    return _compare(f"Balances on {on}", tuple(left), {"end": dict.fromkeys(left, ZERO)}, {"end": left})


def _compare(title: str, names: Sequence[str], data: Table, ours: Table) -> bool:
    """Print both tables, year by year and in all; True when they are the same."""
    print(f"\n{title}")
    print(" " * 12 + "".join(f"{name:>20}" for name in names))
    years = sorted(data.keys() | ours.keys())
    agree = True
    for year, theirs, mine in [
        *((year, data.get(year, {}), ours.get(year, {})) for year in years),
        ("all", _whole(data), _whole(ours)),
    ]:
        wrong = [name for name in names if theirs.get(name, ZERO) != mine.get(name, ZERO)]
        agree = agree and not wrong
        print(_shown(f"{year} data", names, theirs))
        print(_shown("     ours", names, mine) + (f"  DIFFERENCE in {', '.join(wrong)}" if wrong else ""))
    return agree


def _whole(table: Table) -> Row:
    found: Row = defaultdict(lambda: ZERO)
    for row in table.values():
        for name, amount in row.items():
            found[name] += amount
    return found


def _shown(head: str, names: Sequence[str], row: Mapping[str, Decimal]) -> str:
    return f"{head:<12}" + "".join(f"{_figure(row.get(name, ZERO)):>20}" for name in names)


def _figure(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.4f}"
