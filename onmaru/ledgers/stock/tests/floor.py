"""A warehouse floor for tests: what a storekeeper does, and what the books say of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from onmaru.kernel import identity
from onmaru.kernel.commands import Command
from onmaru.ledgers.accounting.models import Line
from onmaru.ledgers.stock.commands import documents, movements, reservations
from onmaru.ledgers.stock.models import Pile, Quant, StockDocument
from onmaru.ledgers.stock.rules import Pick, Want
from onmaru.masters.product.models import Product
from onmaru.masters.site.commands import locations
from onmaru.masters.site.models import Location
from tests import companies
from tests.companies import BY, DAY

END = date(2027, 12, 31)


class Floor:
    """A company that values its stock by one method, and short words for its daily jobs."""

    def __init__(self, method: str = "average", **values: Any) -> None:
        self.world = companies.build(method=method, **values)
        self.company, self.shelf = self.world.company, self.world.shelf

    def product(self, code: str = "P", **values: Any) -> Product:
        return self.world.product(code, **values)

    def shelf_beside(self, code: str = "B") -> Location:
        assert self.shelf.parent is not None
        return locations.create(by=BY, parent=self.shelf.parent, code=code, name=code)

    def receive(
        self, product: Product, quantity: str, cost: str = "100", on: date = DAY, **more: Any
    ) -> StockDocument:
        where = more.pop("location", self.shelf)
        line = documents.ReceiptLine(product.pk, Decimal(quantity), Decimal(cost), **more)
        return documents.receive(company=self.company, location=where, lines=[line], moved_on=on, by=BY)

    def issue(
        self, product: Product, quantity: str, on: date = DAY, location: Location | None = None
    ) -> StockDocument:
        return documents.issue(
            company=self.company,
            location=location or self.shelf,
            product=product,
            quantity=Decimal(quantity),
            moved_on=on,
            by=BY,
        )

    def count(
        self, product: Product, counted: str, location: Location | None = None, on: date = DAY
    ) -> StockDocument:
        return documents.count(
            company=self.company,
            location=location or self.shelf,
            product=product,
            counted=Decimal(counted),
            moved_on=on,
            by=BY,
        )

    def transfer(self, product: Product, quantity: str, to: Location, **filters: Any) -> StockDocument:
        quant = Quant.objects.get(product=product, **filters)
        return documents.transfer(
            company=self.company, quant=quant, quantity=Decimal(quantity), destination=to, moved_on=DAY, by=BY
        )

    def hold(self, *wants: tuple[Any, ...], on: date = DAY) -> tuple[StockDocument, dict[int, Decimal]]:
        """Reserve (product, quantity, perhaps lot) for a document of its own, whose lines are 1, 2, 3 …"""

        def keep(*, by: identity.Actor) -> Any:
            document = StockDocument.objects.create(company=self.company, kind="issue", moved_on=on)
            asked = [
                Want(place, want[0].pk, Decimal(want[1]), want[2].pk if len(want) > 2 else None)
                for place, want in enumerate(wants, start=1)
            ]
            got = reservations.reserve(document, asked, warehouse_id=self.world.warehouse.pk, on=on)
            return document, got

        held: tuple[StockDocument, dict[int, Decimal]] = self.inside(keep)
        return held

    def release(self, document: StockDocument, line_ids: list[int] | None = None) -> None:
        self.inside(lambda *, by: reservations.release(document, line_ids=line_ids))

    def take(self, document: StockDocument, *picks: tuple[int, Product, str]) -> None:
        """Send out for customers what was reserved."""

        def go(*, by: identity.Actor) -> None:
            movements.issue(
                self.company,
                [Pick(line, line, product.pk, Decimal(quantity)) for line, product, quantity in picks],
                held_by=document,
                document=document,
                side=Location.Kind.CUSTOMER,
                moved_on=DAY,
                by=by,
            )

        self.inside(go)

    @staticmethod
    def inside(body: Any) -> Any:
        """Run ``body`` as a command."""
        return Command(body, "stock.test", "stock.test", "…", None)(by=BY)

    def books(self) -> dict[str, Decimal]:
        """Balances by account of everything posted, debit positive, zeros left out."""
        sums: dict[str, Decimal] = {}
        for code, debit, credit in Line.objects.values_list("account__code", "debit", "credit"):
            sums[code] = sums.get(code, Decimal(0)) + debit - credit
        return {code: value for code, value in sums.items() if value}

    @staticmethod
    def piles(product: Product) -> list[tuple[Decimal, Decimal]]:
        """Quantity and value of what is left, the oldest first."""
        rows = Pile.objects.filter(product=product, quantity__gt=0).order_by("opened_on", "id")
        return list(rows.values_list("quantity", "value"))

    @staticmethod
    def lies(product: Product) -> dict[str, tuple[Decimal, Decimal]]:
        """On hand and reserved by lot, or by place where there are no lots."""
        rows = Quant.objects.filter(product=product, on_hand__gt=0).select_related("lot", "location")
        return {str(one.lot or one.location.code): (one.on_hand, one.reserved) for one in rows}
