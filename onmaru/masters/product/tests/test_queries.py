from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onmaru.masters.product import queries
from onmaru.masters.product.models import Price
from onmaru.masters.product.tests.test_commands import price, price_list, product, unit

pytestmark = pytest.mark.django_db
MARCH, AUGUST = date(2026, 3, 1), date(2026, 8, 1)


def test_the_largest_quantity_reached_and_the_day_decide_the_price() -> None:
    made, dear, unpriced, on = product("A"), product("B"), product("C"), price_list()
    price(made, 100, on, valid_to=date(2026, 6, 30))
    price(made, 120, on, valid_from=date(2026, 7, 1))
    price(made, 90, on, min_quantity=Decimal(10))
    price(dear, 5000, on)
    one, ten = Decimal(1), Decimal(10)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        found = queries.prices(on.pk, {made.pk: one, dear.pk: ten, unpriced.pk: one}, MARCH)
    assert found == {made.pk: 100, dear.pk: 5000}
    assert len(caught) == 1
    assert queries.prices(on.pk, {made.pk: one}, AUGUST) == {made.pk: 120}
    assert queries.prices(on.pk, {made.pk: ten}, AUGUST) == {made.pk: 90}
    assert queries.prices(on.pk, {made.pk: one}, date(2025, 12, 31)) == {}
    assert queries.prices(price_list("OTHER").pk, {made.pk: one}, MARCH) == {}


def test_a_price_for_the_box_comes_before_twelve_times_the_piece() -> None:
    box = unit("BOX")
    made = product(conversions=[{"unit": box, "numerator": 12}])
    on, units = price_list(), {made.pk: box.pk}
    price(made, 100, on)
    price(made, 80, on, min_quantity=Decimal(24))
    assert queries.prices(on.pk, {made.pk: Decimal(1)}, MARCH, units) == {made.pk: 1200}
    assert queries.prices(on.pk, {made.pk: Decimal(2)}, MARCH, units) == {made.pk: 960}
    boxed = price(made, 1100, on, unit=box)
    assert queries.prices(on.pk, {made.pk: Decimal(2)}, MARCH, units) == {made.pk: 1100}
    assert queries.prices(on.pk, {made.pk: Decimal(24)}, MARCH) == {made.pk: 80}
    Price.objects.exclude(pk=boxed.pk).delete()
    assert queries.prices(on.pk, {made.pk: Decimal(24)}, MARCH) == {}
    unknown = {made.pk: unit("SET").pk}
    assert queries.prices(on.pk, {made.pk: Decimal(1)}, MARCH, unknown) == {}
