"""What the ledger answers the masters."""

from __future__ import annotations

import pytest

from onmaru.kernel import refusals
from onmaru.masters.product.commands import products
from onmaru.masters.site import rules
from onmaru.masters.site.commands import warehouses
from tests import companies
from tests.companies import BY
from tests.proofs import refused

pytestmark = pytest.mark.django_db


def test_a_warehouse_with_goods_stays_in_use() -> None:
    world = companies.build()
    other = warehouses.create(by=BY, company=world.company, code="W2", name="빈 창고")
    world.receive(world.product("A"), "5")
    warehouses.archive(other, by=BY)
    with refused(rules.GOODS_LIE_HERE):
        warehouses.archive(world.warehouse, by=BY)


def test_a_product_that_moved_keeps_how_it_is_tracked() -> None:
    world = companies.build()
    product = world.product("A")
    products.edit(product, tracking="lot", by=BY)
    products.edit(product, tracking="none", by=BY)
    world.receive(product, "5")
    with refused(refusals.FIELD_FIXED, at="tracking"):
        products.edit(product, tracking="lot", by=BY)
