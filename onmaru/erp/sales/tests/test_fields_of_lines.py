"""Fields of the company's own in the lines of orders and of deliveries."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales.commands import deliveries, orders
from onmaru.erp.sales.models import Order
from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Granted, Rule
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping import commands
from onmaru.office.shaping.queries import live
from onmaru.workbench import calls, history, registry, values
from onmaru.workbench.references import References
from tests import companies, proofs
from tests.companies import BY, DAY


def define(kind: str, type_: str, korean: str, **said: Any) -> None:
    commands.fields.create(by=BY, kind=kind, type=type_, label_ko=korean, **said)
    live.refresh()


def test_an_order_keeps_them_through_its_edits_and_a_delivery_has_its_own(db: Any) -> None:
    define(
        "sales.orderline", "choice", "색상", name="x_colour", choices="red | 빨강 | Red\nblue | 파랑 | Blue"
    )
    define("sales.deliveryline", "text", "팔레트", name="x_pallet")
    world = companies.build()
    goods = world.product("P1")
    world.receive(goods, "5")
    rows = [
        {"product": goods, "quantity": Decimal(2), "x_colour": "red"},
        {"product": goods, "quantity": Decimal(1)},
    ]
    order: Order = orders.create(
        company=world.company, customer=world.customer("한빛"), lines=rows, by=BY, today=DAY
    )
    first = order.lines.order_by("ordinal")[0]
    orders.edit(order, by=BY, memo="급함")
    first = order.lines.order_by("ordinal")[0]
    assert first.custom == {"x_colour": "red"}
    rows = [{"id": first.pk, "product": goods, "quantity": Decimal(3), "x_colour": "파랑"}]
    orders.edit(order, by=BY, lines=rows)
    line = order.lines.get()
    assert line.custom == {"x_colour": "blue"}
    assert "색상" in str(history.of(order, BY)[0].sentence)
    with pytest.raises(Refused) as refused:
        orders.edit(order, by=BY, lines=[{"product": goods, "quantity": Decimal(0), "x_colour": "?"}])
    assert {one.field for one in refused.value.reasons} == {"lines.0.quantity", "lines.0.x_colour"}

    orders.confirm(order, by=BY, today=DAY)
    entity = registry.of_model(Order)
    assert entity is not None
    asked = next(one for one in calls.asks(entity, deliveries.deliver) if one.name == "lines")
    assert [one.name for one in asked.lines][-1] == "x_pallet"
    given, found = values.read_rows(
        asked, [{"line": line.pk, "quantity": "2", "x_pallet": "A-1"}], References(BY), "lines"
    )
    assert not found
    rule = Rule(
        "sales.deliveryline", "everything", "everything", "", "", (), frozenset({"x_pallet"}), frozenset()
    )
    clerk = replace(BY, grants=(Granted(frozenset({"*"}), None, (rule,)),))
    narrowed = next(one for one in calls.asks(entity, deliveries.deliver, clerk) if one.name == "lines")
    assert "x_pallet" not in {one.name for one in narrowed.lines}
    with proofs.refused(permissions.FIELD_NOT_YOURS, at="lines"):
        deliveries.deliver(order, lines=given, by=clerk, today=DAY)
    sent = deliveries.deliver(order, lines=given, by=BY, today=DAY)
    assert [one.custom for one in sent.lines.all()] == [{"x_pallet": "A-1"}]
    with proofs.refused(refusals.FIELD_UNKNOWN, at="lines.0.x_colour"):
        deliveries.deliver(
            order, lines=[{"line": line.pk, "quantity": Decimal(1), "x_colour": "red"}], by=BY, today=DAY
        )
    back = deliveries.take_back(
        sent,
        lines=[{"line": sent.lines.get().pk, "quantity": Decimal(1), "x_pallet": "B-2"}],
        by=BY,
        today=DAY,
    )
    assert [one.custom for one in back.lines.all()] == [{"x_pallet": "B-2"}]
