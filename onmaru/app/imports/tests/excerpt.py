"""A few orders of the AdventureWorks data with all they refer to, as a folder of the same shape."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("ONMARU_DATA", ROOT.parent / "shared" / "data")) / "adventureworks"

# The first day; a tax heavier than any product whose shares leave a residue; paid, then shipped after the first
# change of costs, and one of that very day; the same at the second change; eight days to ship; the last day.
ORDERS = (43659, 43660, 43697, 46334, 46508, 46557, 46606, 50957, 51010, 51083, 65089, 75122, 75123)

needed = pytest.mark.skipif(
    not (DATA / "csv").is_dir(),
    reason=f"the AdventureWorks data is not at {DATA}; ONMARU_DATA names its folder",
)
CARDS = "Sales.CreditCard"
Row = dict[str, str]


def read(table: str, folder: Path = DATA) -> list[Row]:
    """All rows of a table."""
    with gzip.open(folder / "csv" / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def write(table: str, rows: Iterable[Row], folder: Path) -> None:
    """A table as the data set keeps it."""
    rows = list(rows)
    with gzip.open(folder / "csv" / f"{table}.csv.gz", "wt", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make(folder: Path, keys: Iterable[int] = ORDERS) -> Path:
    """Write the excerpt: tables of orders and parties cut, the small ones whole, cards left where they are."""
    (folder / "csv").mkdir()
    orders = {str(key) for key in keys}
    heads = cut("Sales.SalesOrderHeader", lambda row: row["SalesOrderID"] in orders, folder)
    lines = cut("Sales.SalesOrderDetail", lambda row: row["SalesOrderID"] in orders, folder)
    (folder / "control_totals.json").write_text(json.dumps(totals(heads, lines)))
    sold = {row["ProductID"] for row in lines} | {"1", "2"}
    for table in ("Product", "ProductCostHistory", "ProductListPriceHistory"):
        cut(f"Production.{table}", lambda row: row["ProductID"] in sold, folder)
    buyers = {row["CustomerID"] for row in heads}
    customers = cut("Sales.Customer", lambda row: row["CustomerID"] in buyers, folder)
    stores = {row["StoreID"] for row in customers} - {""}
    vendors = cut("Purchasing.Vendor", lambda row: int(row["BusinessEntityID"]) < 1500, folder)
    bodies = stores | {row["BusinessEntityID"] for row in vendors}
    talks = cut("Person.BusinessEntityContact", lambda row: row["BusinessEntityID"] in bodies, folder)
    staff = cut("HumanResources.Employee", lambda row: int(row["BusinessEntityID"]) < 5, folder)
    people = {row["PersonID"] for row in (*customers, *talks)} | {row["BusinessEntityID"] for row in staff}
    cut("Sales.Store", lambda row: row["BusinessEntityID"] in stores, folder)
    for table in ("Person.Person", "Person.PersonPhone", "Person.EmailAddress"):
        cut(table, lambda row: row["BusinessEntityID"] in people, folder)
    placed = cut(
        "Person.BusinessEntityAddress", lambda row: row["BusinessEntityID"] in people | bodies, folder
    )
    places = {row["AddressID"] for row in placed}
    cut("Person.Address", lambda row: row["AddressID"] in places, folder)
    for table in (
        "Person.StateProvince",
        "Person.AddressType",
        "Person.ContactType",
        "Production.ProductCategory",
        "Production.ProductSubcategory",
    ):
        shutil.copy(DATA / "csv" / f"{table}.csv.gz", folder / "csv")
    return folder


def cut(table: str, keep: Callable[[Row], bool], folder: Path) -> list[Row]:
    """Write the rows of a table that are kept, and return them."""
    rows = [row for row in read(table) if keep(row)]
    write(table, rows, folder)
    return rows


def totals(heads: Iterable[Row], lines: Iterable[Row]) -> dict[str, Any]:
    """The totals of an excerpt as they are published with the whole."""
    years = {row["SalesOrderID"]: row["OrderDate"][:4] for row in heads}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in heads:
        year = sums[years[row["SalesOrderID"]]]
        year["orders"] += 1
        for name in ("SubTotal", "TaxAmt", "Freight", "TotalDue"):
            year[name] += Decimal(row[name])
    for row in lines:
        year = sums[years[row["SalesOrderID"]]]
        year["lines"] += 1
        year["qty"] += Decimal(row["OrderQty"])
    shown = {key: {name: str(amount) for name, amount in year.items()} for key, year in sums.items()}
    return {"sales_by_year": shown, "sales_lines_by_year": shown, "sales_total": {"orders": len(years)}}
