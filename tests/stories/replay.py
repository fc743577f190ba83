"""A shop that replays its orders through the commands, in a process that may be killed at any moment.

``build`` founds the company; ``work`` does the orders from where the file of answers ends, one line for each answer,
synced to the disk before the next request; ``check`` compares those answers with the books and audits them.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from onmaru.erp.sales.commands import deliveries, invoices, orders, payments
from onmaru.erp.sales.models import Delivery, Invoice, Order, Payment
from onmaru.kernel import invariants, jobs
from onmaru.kernel.models import Delivery as Delivered
from onmaru.kernel.models import Event
from onmaru.ledgers.accounting.commands import closing
from onmaru.ledgers.stock.commands import documents
from onmaru.ledgers.stock.models import StockDocument
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Product
from onmaru.masters.site.models import Company, Location
from tests import companies
from tests.companies import BY

PRODUCTS = 6
Step = tuple[str, Callable[[], Any]]


def build(_said: str) -> None:
    """Found the company with a few products and customers."""
    world = companies.build(method="fifo")
    for place in range(PRODUCTS):
        world.product(f"P{place}", str(700 + 111 * place))
        world.customer(f"상사 {place}")


def steps(number: int) -> Iterator[Step]:
    """What is done for the order of this number; the same on every run."""
    dice = random.Random(number)
    company, day = Company.objects.get(code="ON"), date(2026, 1, 5) + timedelta(days=number % 300)
    shelf = Location.objects.get(company=company, kind="internal")
    goods = [Product.objects.get(code=f"P{place}") for place in dice.sample(range(PRODUCTS), 3)]
    rows = [{"product": one, "quantity": Decimal(dice.randint(1, 5))} for one in goods]
    now: dict[str, Any] = {"by": BY, "today": day}

    def key(step: str) -> dict[str, Any]:
        return now | {"idempotency_key": f"{number}:{step}"}

    lines = [documents.ReceiptLine(one.pk, Decimal(4), Decimal(dice.randint(300, 600))) for one in goods]
    where: dict[str, Any] = {"company": company, "location": shelf, "moved_on": day}
    yield (
        "receive",
        lambda: documents.receive(lines=lines, by=BY, idempotency_key=f"{number}:receive", **where),
    )
    customer = Party.objects.get(name=f"상사 {dice.randrange(PRODUCTS)}")
    made: list[Order] = []

    def create() -> Order:
        made.append(orders.create(company=company, customer=customer, lines=rows, **key("create")))
        return made[-1]

    yield "create", create
    yield "confirm", lambda: orders.confirm(made[0], **key("confirm"))
    yield "drain", jobs.drain
    yield "deliver", lambda: deliveries.deliver(made[0], **key("deliver"))
    yield "invoice", lambda: invoices.issue(made[0], **key("invoice"))
    amount = Decimal(dice.randint(500, 9000))
    yield "pay", lambda: payments.collect(company=company, customer=customer, amount=amount, **key("pay"))
    if dice.random() < 0.3:
        yield "settle", closing.settle


def work(place: str) -> None:
    """Go on after the last answer, asking for its order's earlier steps again: they must answer the same."""
    answers = Path(place)
    known = answered(answers)
    number = max((int(step.split(":")[0]) for step in known), default=0)
    with open(answers, "a") as file:
        while True:
            for name, act in steps(number):
                answer = act()
                said = (
                    [type(answer).__name__, answer.pk, answer.number] if hasattr(answer, "number") else None
                )
                before = known.get(f"{number}:{name}")
                if before is not None and before != said:
                    raise AssertionError(f"{number}:{name} was answered {before}, now {said}")
                file.write(json.dumps([f"{number}:{name}", said]) + "\n")
                file.flush()
                os.fsync(file.fileno())
            number += 1


def answered(answers: Path) -> dict[str, Any]:
    """By step, what was answered; a line that was cut off in the writing was no answer."""
    found = {}
    for line in answers.read_text().splitlines() if answers.exists() else []:
        try:
            step, said = json.loads(line)
        except ValueError:
            continue
        found[step] = said
    return found


def check(place: str) -> dict[str, Any]:
    """What is missing of the answers, what was done twice, and what the audit says, before and after closing."""
    known = {step: said for step, said in answered(Path(place)).items() if said}
    models = {model.__name__: model for model in (Order, Delivery, Invoice, Payment, StockDocument)}
    lost = [
        step
        for step, (kind, key, number) in known.items()
        if not models[kind]._default_manager.filter(pk=key, number=number).exists()
    ]
    # Confirming answers the order that creating it answered: a record counts once, however often it is named.
    asked = Counter(kind for kind, _key in {(kind, key) for kind, key, _number in known.values()})
    twice = {name: model._default_manager.count() - asked[name] for name, model in models.items()}
    audits = [_audit()]
    jobs.drain()
    closing.settle()
    audits.append(_audit())
    unreacted = Event.objects.filter(kind="stock.received").count() - Delivered.objects.count()
    return {"answers": len(known), "lost": lost, "twice": twice, "audits": audits, "unreacted": unreacted}


def _audit() -> list[str]:
    return [f"{one.name}: {one.examples}" for one in invariants.run() if not one.ok]


VERBS = {"build": build, "work": work, "check": check}
