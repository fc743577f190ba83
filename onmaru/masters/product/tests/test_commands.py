from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from onmaru.kernel import identity, money, trash
from onmaru.kernel.models import AuditRow, Event
from onmaru.kernel.refusals import (
    FIELD_FIXED,
    FIELD_INVALID,
    FIELD_REQUIRED,
    FIELD_UNKNOWN,
    NOT_UNIQUE,
    Refused,
)
from onmaru.masters.product import ports, queries, rules
from onmaru.masters.product.commands import categories, conversions, price_lists, prices, products, units
from onmaru.masters.product.models import Category, Price, PriceList, Product, Unit, UnitConversion

pytestmark = pytest.mark.django_db
CLERK = identity.system("clerk")


def refused(*codes: str) -> Any:
    return pytest.raises(Refused, check=lambda error: error.codes == list(codes))


def unit(code: str = "EA", dimension: str = "count", digits: int = 0) -> Unit:
    known = Unit.objects.filter(code=code).first()
    return known or units.create(
        by=CLERK, code=code, name_ko=code, name_en=code, dimension=dimension, digits=digits
    )


def category(code: str = "BIKE", **values: Any) -> Category:
    known = Category.objects.filter(code=code).first()
    return known or categories.create(by=CLERK, code=code, name=code, **values)


def product(code: str = "B-1", **values: Any) -> Product:
    given: dict[str, Any] = {"name": f"자전거 {code}", "category": category(), "unit": unit()} | values
    return products.create(by=CLERK, code=code, **given)


def price_list(code: str = "STD", **values: Any) -> PriceList:
    return price_lists.create(by=CLERK, code=code, name=code, **values)


def price(of: Product, amount: int, on: PriceList, **values: Any) -> Price:
    given = {"valid_from": date(2026, 1, 1)} | values
    return prices.create(by=CLERK, price_list=on, product=of, unit_price=Decimal(amount), **given)


# Units


def test_a_unit_keeps_what_it_measures() -> None:
    made = unit()
    assert units.edit(made, by=CLERK, name_ko="개").name_ko == "개"
    with refused(FIELD_FIXED.code):
        units.edit(made, by=CLERK, dimension="weight")
    with refused(NOT_UNIQUE.code):
        units.create(by=CLERK, code="EA", name_ko="개", name_en="each")


def test_a_unit_in_use_is_not_archived() -> None:
    made = product()
    with refused(rules.UNIT_IN_USE.code):
        units.archive(made.unit, by=CLERK)
    products.archive(made, by=CLERK)
    assert not units.archive(made.unit, by=CLERK).is_active
    assert units.restore(made.unit, by=CLERK).is_active


def test_general_conversions_stay_within_what_is_measured() -> None:
    kg, g, ea = unit("KG", "weight", 3), unit("G", "weight"), unit()
    made = conversions.create(by=CLERK, unit=kg, base=g, numerator=1000)
    with refused(rules.DIMENSIONS_DIFFER.code):
        conversions.edit(made, by=CLERK, base=ea)
    with refused(rules.UNIT_INTO_ITSELF.code):
        conversions.edit(made, by=CLERK, base=kg)
    with refused(FIELD_INVALID.code):
        conversions.edit(made, by=CLERK, numerator=0)
    assert conversions.edit(made, by=CLERK, denominator=1).denominator == 1
    trash.deletion(UnitConversion)(made, by=CLERK)
    assert not UnitConversion.objects.exists()


# Categories


def test_accounts_come_from_the_nearest_branch_that_names_one() -> None:
    top = category(revenue_account="404", cogs_account="455", stock_account="150")
    deep = category("MTB", parent=category("ROAD", parent=top, revenue_account="401"))
    made = product(category=deep)
    assert deep.path == "BIKE/ROAD/MTB"
    names = ("revenue_account", "cogs_account", "stock_account", "adjustment_account")
    asked = ", ".join(map(queries.inherited, names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM product_category c WHERE c.id = %s", [made.category_id])
        assert cursor.fetchone() == ("401", "455", "150", None)


def test_a_branch_moves_with_all_that_hangs_below() -> None:
    top, other = category(), category("PARTS")
    middle = category("ROAD", parent=top)
    leaf = category("MTB", parent=middle)
    categories.edit(middle, by=CLERK, parent=other, code="RD")
    leaf.refresh_from_db()
    assert leaf.path == "PARTS/RD/MTB"
    with refused(rules.CATEGORY_IN_ITSELF.code):
        categories.edit(other, by=CLERK, parent=leaf)


def test_a_category_refuses_bad_codes_and_accounts() -> None:
    with refused(rules.CODE_NOT_A_STEP.code, rules.ACCOUNT_CODE_UNFIT.code):
        categories.create(by=CLERK, code="A/B", name="x", revenue_account="4 01")


def test_a_tree_too_deep_is_refused() -> None:
    parent = None
    with pytest.raises(Refused) as caught:
        for depth in range(20):
            parent = category(f"{depth:020}", parent=parent)
    assert rules.CATEGORY_TOO_DEEP.code in caught.value.codes


def test_a_category_in_use_is_not_archived() -> None:
    made = product()
    with refused(rules.CATEGORY_IN_USE.code):
        categories.archive(made.category, by=CLERK)
    products.archive(made, by=CLERK)
    assert not categories.archive(made.category, by=CLERK).is_active
    assert categories.restore(made.category, by=CLERK).is_active


# Products


def test_a_product_is_found_by_name_initials_and_code() -> None:
    made = product("B-1", name="산악자전거", specification="27.5인치")
    assert Event.objects.filter(kind="product.product.created", subject_id=made.pk).exists()
    assert "b1" in made.search_text
    assert products.edit(made, by=CLERK, name="도로자전거").search_text != made.search_text


def test_a_product_is_refused_with_every_reason() -> None:
    with refused(FIELD_REQUIRED.code, FIELD_INVALID.code, rules.SHELF_LIFE_NEEDS_LOTS.code):
        product(name="", standard_price=Decimal(-1), shelf_life_days=30)
    with refused(rules.ONLY_GOODS_ARE_TRACKED.code):
        product(kind="service", tracking="lot")
    with refused(FIELD_UNKNOWN.code):
        product(colour="red")


def test_a_barcode_is_on_one_product() -> None:
    product("B-1", barcode="8801234567893")
    with refused(rules.BARCODE_TAKEN.code):
        product("B-2", barcode="8801234567893")
    product("B-3")
    product("B-4")


def test_a_box_holds_as_many_as_the_product_says() -> None:
    box = unit("BOX")
    made = product(conversions=[{"unit": box, "numerator": 12}], sales_unit=box)
    assert queries.ratios({made.pk: box.pk}) == {made.pk: 12}
    with refused(rules.UNIT_UNRELATED.code):
        product("B-2", sales_unit=box)
    with refused(FIELD_FIXED.code):
        products.edit(made, by=CLERK, unit=unit("SET"))
    edited = products.edit(made, by=CLERK, conversions=[{"unit": box, "numerator": 10}])
    assert queries.ratios({made.pk: box.pk})[made.pk] == 10
    assert edited.version == 2


def test_ratios_go_over_a_common_unit_exactly() -> None:
    kg, g, t = unit("KG", "weight"), unit("G", "weight"), unit("T", "weight")
    conversions.create(by=CLERK, unit=kg, base=g, numerator=1000)
    conversions.create(by=CLERK, unit=t, base=g, numerator=1_000_000)
    made = product(unit=kg)
    assert queries.ratios({made.pk: t.pk}) == {made.pk: 1000}
    assert queries.ratios({made.pk: g.pk})[made.pk] * 1000 == 1
    assert queries.ratios({made.pk: unit().pk}) == {}


def test_unit_kind_and_tracking_stand_once_a_product_has_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    made = product()
    assert products.edit(made, by=CLERK, tracking="lot").tracking == "lot"
    monkeypatch.setattr(ports, "has_moved", [lambda product_id: product_id == made.pk])
    with refused(FIELD_FIXED.code, FIELD_FIXED.code):
        products.edit(made, by=CLERK, unit=unit("SET"), tracking="none")
    assert products.edit(made, by=CLERK, unit=unit(), name="새 이름").name == "새 이름"


def test_a_kit_holds_components_once_and_no_kits() -> None:
    frame, wheel = product("FRAME"), product("WHEEL")
    rows = [{"component": frame, "quantity": Decimal(1)}, {"component": wheel, "quantity": Decimal(2)}]
    kit = product("KIT", kind="kit", components=rows)
    assert kit.components.count() == 2
    with refused(rules.KIT_EMPTY.code):
        product("K2", kind="kit")
    with refused(rules.KIT_ONLY.code):
        product("K3", components=rows)
    with refused(rules.KIT_IN_KIT.code):
        product("K4", kind="kit", components=[{"component": kit, "quantity": 1}])
    with refused(rules.LISTED_TWICE.code):
        product("K5", kind="kit", components=[*rows, rows[0]])
    with pytest.raises(Refused) as caught:
        product("K6", kind="kit", components=[{"component": frame, "quantity": Decimal(0)}])
    assert [one.field for one in caught.value.reasons] == ["components.0.quantity"]
    with refused(rules.KIT_PART.code, rules.KIT_EMPTY.code):
        products.edit(frame, by=CLERK, kind="kit")
    with refused(rules.KIT_ONLY.code):
        products.edit(kit, by=CLERK, kind="goods")
    assert products.edit(kit, by=CLERK, kind="goods", components=[]).kind == "goods"


def test_archiving_and_restoring_a_product() -> None:
    made = product()
    assert not products.archive(made, by=CLERK).is_active
    assert products.restore(made, by=CLERK).is_active
    assert list(queries.sellable()) == [made]


def test_many_products_are_added_at_once_or_none_at_all() -> None:
    product("TAKEN", barcode="111")
    base: dict[str, Any] = {"name": "부품", "category": category(), "unit": unit()}
    made = products.create_many(by=CLERK, rows=[base | {"code": f"P-{n}"} for n in range(300)])
    assert len({one.pk for one in made}) == 300
    assert (
        AuditRow.objects.filter(command="product.product.create", subject_id__in=[m.pk for m in made]).count()
        == 300
    )
    bad = [
        base | {"code": "TAKEN"},
        base | {"code": "N-1", "barcode": "111"},
        base | {"code": "N-2"},
        base | {"code": "N-2", "kind": "kit"},
        {"code": "N-3", "standard_price": Decimal(-1)},
        base | {"code": "N-4", "sales_unit": unit("BOX")},
    ]
    with pytest.raises(Refused) as caught:
        products.create_many(by=CLERK, rows=bad)
    assert sorted((one.field, one.code) for one in caught.value.reasons) == [
        ("rows.0.code", rules.LISTED_TWICE.code),
        ("rows.1.barcode", rules.LISTED_TWICE.code),
        ("rows.3.code", rules.LISTED_TWICE.code),
        ("rows.3.components", rules.KIT_EMPTY.code),
        ("rows.4.category", FIELD_REQUIRED.code),
        ("rows.4.name", FIELD_REQUIRED.code),
        ("rows.4.standard_price", FIELD_INVALID.code),
        ("rows.4.unit", FIELD_REQUIRED.code),
    ]
    with refused(rules.UNIT_UNRELATED.code):
        products.create_many(by=CLERK, rows=bad[5:])
    assert not Product.objects.filter(code="N-4").exists()


# Prices


def test_a_price_list_keeps_currency_and_tax_once_it_has_prices() -> None:
    made = price_list()
    with refused(money.CURRENCY_UNKNOWN.code):
        price_lists.edit(made, by=CLERK, currency="WON")
    price_lists.edit(made, by=CLERK, currency="USD")
    price(product(), 100, made)
    with refused(FIELD_FIXED.code, FIELD_FIXED.code):
        price_lists.edit(made, by=CLERK, currency="KRW", tax_included=True)
    assert not price_lists.archive(made, by=CLERK).is_active
    assert price_lists.restore(made, by=CLERK).is_active


def test_two_prices_never_count_at_once() -> None:
    made, on = product(), price_list()
    first = price(made, 100, on, valid_to=date(2026, 6, 30))
    with refused(rules.PRICE_OVERLAPS.code):
        price(made, 110, on, valid_from=date(2026, 6, 30))
    price(made, 110, on, valid_from=date(2026, 7, 1))
    price(made, 90, on, min_quantity=Decimal(10))
    with refused(rules.PRICE_OVERLAPS.code):
        prices.edit(first, by=CLERK, valid_to=None)
    with refused(rules.DAYS_REVERSED.code):
        prices.edit(first, by=CLERK, valid_to=date(2025, 12, 31))
    with refused(FIELD_FIXED.code):
        prices.edit(first, by=CLERK, product=product("B-2"))
    with refused(FIELD_INVALID.code):
        prices.edit(first, by=CLERK, unit_price=Decimal(-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(price_list=on, product=made, valid_from=date(2026, 2, 1), unit_price=1)


def test_a_changed_price_ends_the_old_one_the_day_before() -> None:
    made, on = product(), price_list()
    old = price(made, 100, on, valid_to=date(2026, 12, 31))
    for outside in (date(2026, 1, 1), date(2027, 1, 1)):
        with refused(rules.DAYS_REVERSED.code):
            prices.change(old, by=CLERK, unit_price=Decimal(120), valid_from=outside)
    assert prices.change(
        old, by=CLERK, unit_price=Decimal(120), valid_from=date(2026, 7, 1)
    ).valid_to == date(2026, 6, 30)
    kept = Price.objects.order_by("valid_from").values_list("unit_price", "valid_from", "valid_to")
    assert list(kept) == [
        (Decimal(100), date(2026, 1, 1), date(2026, 6, 30)),
        (Decimal(120), date(2026, 7, 1), date(2026, 12, 31)),
    ]
    trash.deletion(Price)(old, by=CLERK)
    assert Price.objects.count() == 1


def test_many_prices_are_added_at_once_or_none_at_all() -> None:
    made, on = product(), price_list()
    row = {"price_list": on, "product": made, "unit_price": Decimal(10)}
    days = [{"valid_from": date(2026, month, 1), "valid_to": date(2026, month, 28)} for month in range(1, 13)]
    assert len(prices.create_many(by=CLERK, rows=[row | one for one in days])) == 12
    with refused(rules.PRICE_OVERLAPS.code):
        prices.create_many(by=CLERK, rows=[row | {"valid_from": date(2026, 3, 5)}])
    with pytest.raises(Refused) as caught:
        prices.create_many(by=CLERK, rows=[row | {"valid_from": date(2027, 1, 1), "unit": unit("BOX")}])
    assert [(one.code, one.field) for one in caught.value.reasons] == [
        (rules.UNIT_UNRELATED.code, "rows.0.unit")
    ]
    assert Price.objects.count() == 12
