"""An order above the credit limit: refused, put to approval from where it was refused, and confirmed once approved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales.commands import orders, terms
from onmaru.erp.sales.models import Order
from onmaru.kernel import identity, jobs
from onmaru.kernel.models import AuditRow, Grant, Role, User
from onmaru.kernel.refusals import Refused
from onmaru.office.approval.commands import drafting, signing
from onmaru.office.approval.models import Approval
from onmaru.office.demands import commands as demands
from onmaru.office.signatories.commands import lines
from tests import companies
from tests.companies import BY, DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]

CLERK = ["sales.order.view", "sales.order.confirm", "approval.approval.draft", "approval.approval.view"]
HEAD = ["approval.approval.approve", "approval.approval.view"]


def person(name: str, may: list[str]) -> User:
    """Somebody with one role."""
    role = Role.objects.create(code=name, name_ko=name, name_en=name, permissions=may)
    user = User.objects.create(username=name, full_name=name)
    Grant.objects.create(user=user, role=role)
    return user


def test_an_order_above_the_credit_limit_is_confirmed_once_approved() -> None:
    world, head = companies.build(), person("head", HEAD)
    customer, goods = world.customer("한빛상사"), world.product("P1", "1000")
    limit: dict[str, Any] = {"payment_days": 30, "credit_limit": Decimal(10_000)}
    terms.create(by=BY, company=world.company, customer=customer, **limit)
    clerk = identity.actor(person("clerk", CLERK))
    lines.create(
        by=BY, name="여신", starts_on=DAY, seats=[{"role": "decide", "whose": "person", "person": head}]
    )
    waived: dict[str, Any] = {"refusal": "credit_limit_exceeded", "waiver": orders.EXCEED_CREDIT}
    demand = demands.create(by=BY, name="여신 초과", command="sales.order.confirm", starts_on=DAY, **waived)

    rows = [{"product": goods, "quantity": Decimal(100)}]
    order = orders.create(company=world.company, customer=customer, lines=rows, by=BY, today=DAY)
    with pytest.raises(Refused) as caught:
        orders.confirm(order, by=clerk, today=DAY)
    assert caught.value.codes == ["credit_limit_exceeded", "approval_demanded"]
    drafting.draft(by=clerk, today=DAY, kind="sales.order", record_id=order.pk, demand=demand)
    approval = signing.approve(Approval.objects.get(), by=identity.actor(head), today=DAY)
    jobs.drain()
    approval.refresh_from_db()
    assert (approval.obstacle, Order.objects.get(pk=order.pk).state) == ("", "confirmed")
    done = AuditRow.objects.get(command="sales.order.confirm", subject_id=order.pk)
    assert (done.by_name, done.source) == ("clerk", "approval")
    other = orders.create(company=world.company, customer=customer, lines=rows, by=BY, today=DAY)
    with pytest.raises(Refused):
        orders.confirm(other, by=clerk, today=DAY)
