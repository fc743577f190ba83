"""A bicycle manufacturer's three years: masters entered, 31,465 orders lived through again by the commands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tqdm import tqdm

from onmaru.app.imports.adventureworks import masters, parties, replay, stock, totals
from onmaru.app.imports.adventureworks.reading import Folder, Order, Step, Unreadable, day
from onmaru.kernel import identity, jobs
from onmaru.kernel.identity import Actor
from onmaru.ledgers.accounting.commands import closing
from onmaru.masters.product.commands import products

# Sealing while the replay goes on would take turns with it; this often keeps the tail short enough to read past.
SEAL_EVERY = 2000


def run(path: Path, limit: int | None = None, *, workers: int | None = None) -> int:
    """Import the folder ``path``, the first ``limit`` orders by date of it; 0 when all control totals agree.

    Killed and run again it goes on. Orders that an earlier run has begun are brought to their end and counted,
    whatever the limit. ``workers`` is the number of processes of the replay, one for each core unless given.
    """
    folder, by = Folder(path), identity.system("adventureworks", source="import")
    try:
        with _timed("Reading"):
            orders = folder.orders(limit if limit is None else max(limit, replay.begun()))
            costs = folder.costs()
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    if not orders:
        print("There is no order to import.", file=sys.stderr)
        return 2
    with _timed("Company and products"):
        masters.company(by, {on for order in orders for on in (order.ordered_on, order.due_on)})
        masters.goods(folder, by)
    with _timed("Parties"):
        parties.ensure(folder, by)
    ground = masters.ground(folder, orders)
    try:
        _replay(ground, orders, costs, by, workers or os.cpu_count() or 1)
    except replay.Interrupted as stopped:
        print(stopped, file=sys.stderr)
        return 1
    if limit is None:
        _retire(folder, ground, orders, by)
    with _timed("Events and sealing"):
        jobs.drain()
        closing.settle()
    agree = totals.check(folder, ground, orders, costs)
    print("\nAll control totals agree." if agree else "\nDIFFERENCE: control totals do not agree.")
    return 0 if agree else 1


def _replay(
    ground: masters.Ground, orders: Sequence[Order], costs: Sequence[Step], by: Actor, workers: int
) -> None:
    cuts = stock.changes(costs, orders)
    ends = [*list(cuts)[1:], date.max]
    # tqdm's own thread would be copied half into the processes that are forked.
    tqdm.monitor_interval = 0
    with tqdm(total=len(orders), initial=replay.finished(orders), desc="Orders", unit=" orders") as bar:
        for (cut, steps), until in zip(cuts.items(), ends, strict=True):
            stock.change_costs(ground, cut, steps, by)
            stock.open_stock(ground, cut, orders, by)
            replay.run(orders, until, ground, by, workers=workers, tell=_teller(bar))


def _teller(bar: tqdm) -> replay.Tell:
    """Move the bar on, and seal what was posted now and then."""

    def tell(ended: int) -> None:
        before = bar.n // SEAL_EVERY
        bar.update(ended)
        if bar.n // SEAL_EVERY > before:
            closing.settle()

    return tell


def _retire(folder: Folder, ground: masters.Ground, orders: Sequence[Order], by: Actor) -> None:
    """Take out of use what is sold no more; orders come in as long as a year after the day on which that was to end."""
    last = max(order.due_on for order in orders)
    for key, end in folder.rows("Production.Product", "ProductID SellEndDate"):
        product = ground.products[int(key)]
        if end and day(end) <= last and product.is_active:
            products.archive(product, by=by, idempotency_key=f"aw:archive:{key}")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"{what} ...", end="", file=sys.stderr, flush=True)
    yield
    print(f" {time.monotonic() - started:.1f} s", file=sys.stderr)
