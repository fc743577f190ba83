"""The demonstration company: made once, quickly, sound in every book, and full of life."""

from __future__ import annotations

import time
from datetime import date

import pytest
from django.contrib.auth import authenticate

from onmaru.app import demo
from onmaru.erp.sales import queries
from onmaru.erp.sales.models import Delivery, Invoice, Order, Payment
from onmaru.kernel.models import User
from onmaru.ledgers.accounting.models import Entry
from onmaru.ledgers.stock.models import Quant, Reservation
from tests.proofs import clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SECONDS = 15


@pytest.mark.parametrize("today", [None, date(2027, 1, 4)])
def test_the_demonstration_company_is_made_once_and_sound(today: date | None) -> None:
    began = time.process_time()
    assert demo.seed(today)
    spent = time.process_time() - began
    clean()
    before = [model.objects.count() for model in (User, Order, Entry, Quant)]
    assert not demo.seed()
    assert [model.objects.count() for model in (User, Order, Entry, Quant)] == before
    _is_full_of_life()
    assert spent < SECONDS
    assert all(authenticate(username=login, password=secret) for login, secret, _words in demo.SIGN_INS)


def _is_full_of_life() -> None:
    assert {one.state for one in Order.objects.all()} == set(Order.State.values)
    statuses = queries.status.orders(Order.objects.all())
    assert {one.delivery_status for one in statuses} >= {"none", "partial", "complete"}  # type: ignore[attr-defined]
    paid = {one.payment_status for one in queries.status.invoices(Invoice.objects.all())}  # type: ignore[attr-defined]
    assert paid == {"none", "partial", "paid"}
    assert set(Delivery.objects.values_list("kind", flat=True)) == {"delivery", "return"}
    assert set(Invoice.objects.values_list("kind", flat=True)) == {"invoice", "credit_note"}
    assert set(Payment.objects.values_list("currency", flat=True)) == {"KRW", "USD"}
    paid_ahead = queries.status.payments(Payment.objects.all())
    assert any(one.open_amount > 0 for one in paid_ahead)  # type: ignore[attr-defined]
    assert Reservation.objects.exists()
