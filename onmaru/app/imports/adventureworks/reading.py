"""The files of the data set. Only the columns named here are ever looked at; cards are not among them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ZERO = Decimal(0)
DAY = len("2011-05-31")


class Unreadable(RuntimeError):
    """The folder does not hold the data set; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order; ``amount`` is the data's own LineTotal, to compare with."""

    product: int
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the three days on which something happens to it; ``customer`` is a business entity."""

    key: int
    ordered_on: date
    shipped_on: date
    due_on: date
    reference: str
    tracking: str
    customer: int
    bill_to: int
    ship_to: int
    supply: Decimal
    tax: Decimal
    freight: Decimal
    total: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What holds for a product from ``valid_from`` to ``valid_to``: a standard cost or a list price."""

    product: int
    valid_from: date
    valid_to: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of the data set, as its README lays it out."""

    path: Path

    def rows(self, table: str, columns: str) -> Iterator[list[str]]:
        """The named columns of every row of a table; an empty text is NULL."""
        file = self.path / "csv" / f"{table}.csv.gz"
        if not file.is_file():
            raise Unreadable(f"There is no csv/{file.name} in {self.path}.")
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            lines = csv.reader(text)
            head = next(lines)
            places = [head.index(column) for column in columns.split()]
            for line in lines:
                yield [line[place] for place in places]

    def control_totals(self) -> dict[str, Any]:
        """The totals published with the data."""
        found: dict[str, Any] = json.loads((self.path / "control_totals.json").read_text())
        return found

    def orders(self, limit: int | None = None) -> list[Order]:
        """The orders by day and number, the first ``limit`` of them."""
        customers = dict(self._customers())
        heads = sorted(
            self.rows(
                "Sales.SalesOrderHeader",
                "OrderDate SalesOrderID ShipDate DueDate PurchaseOrderNumber SalesOrderNumber CustomerID"
                " BillToAddressID ShipToAddressID SubTotal TaxAmt Freight TotalDue",
            ),
            key=lambda row: (row[0], int(row[1])),
        )[:limit]
        lines, tracking = self._lines({row[1] for row in heads})
        return [_order(row, customers[row[6]], lines[row[1]], tracking.get(row[1], "")) for row in heads]

    def _customers(self) -> Iterator[tuple[str, int]]:
        """A customer number and the business entity behind it: the store where there is one, else the person."""
        for number, person, store in self.rows("Sales.Customer", "CustomerID PersonID StoreID"):
            yield number, int(store or person)

    def _lines(self, wanted: set[str]) -> tuple[dict[str, list[Line]], dict[str, str]]:
        found: dict[str, list[Line]] = {key: [] for key in wanted}
        tracking: dict[str, str] = {}
        columns = (
            "SalesOrderID CarrierTrackingNumber ProductID OrderQty UnitPrice UnitPriceDiscount LineTotal"
        )
        for key, number, product, *amounts in self.rows("Sales.SalesOrderDetail", columns):
            if key in found:
                found[key].append(Line(int(product), *map(Decimal, amounts)))
                tracking[key] = number
        return found, tracking

    def costs(self) -> list[Step]:
        """Standard costs with their days; a product without a history has one that holds from ever."""
        steps = self._steps("Production.ProductCostHistory", "StandardCost")
        known = {step.product for step in steps}
        plain = self.rows("Production.Product", "ProductID StandardCost")
        rest = [Step(int(key), date.min, None, Decimal(cost)) for key, cost in plain if int(key) not in known]
        return steps + rest

    def list_prices(self) -> list[Step]:
        """List prices with their days."""
        return self._steps("Production.ProductListPriceHistory", "ListPrice")

    def _steps(self, table: str, amount: str) -> list[Step]:
        rows = self.rows(table, f"ProductID StartDate EndDate {amount}")
        return [
            Step(int(key), day(first), day(last) if last else None, Decimal(value))
            for key, first, last, value in rows
        ]


def day(text: str) -> date:
    """The day of a date or a moment as the data writes them."""
    return date.fromisoformat(text[:DAY])


def _order(row: Sequence[str], customer: int, lines: list[Line], tracking: str) -> Order:
    return Order(
        key=int(row[1]),
        ordered_on=day(row[0]),
        shipped_on=day(row[2]),
        due_on=day(row[3]),
        reference=row[4] or row[5],
        tracking=tracking,
        customer=customer,
        bill_to=int(row[7]),
        ship_to=int(row[8]),
        supply=Decimal(row[9]),
        tax=Decimal(row[10]),
        freight=Decimal(row[11]),
        total=Decimal(row[12]),
        lines=tuple(lines),
    )


def days_to_pay(order: Order) -> int:
    """From the invoice, which goes out with the goods, to the day it is due."""
    return (order.due_on - order.shipped_on) // timedelta(days=1)
