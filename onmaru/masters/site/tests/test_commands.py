from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from onmaru.kernel import identity, money, trash
from onmaru.kernel.models import AuditRow, Event
from onmaru.kernel.refusals import FIELD_FIXED, FIELD_REQUIRED, NOT_FOUND, NOT_PERMITTED, NOT_UNIQUE, Refused
from onmaru.masters.party import rules as party
from onmaru.masters.site import ports, queries, rules
from onmaru.masters.site.commands import companies, holidays, locations, warehouses
from onmaru.masters.site.models import Company, Holiday, Location, Warehouse
from onmaru.workbench import detail, registry

pytestmark = pytest.mark.django_db
CLERK = identity.system("clerk")


def company(code: str = "HQ", **values: Any) -> Company:
    return companies.create(by=CLERK, code=code, name="온마루 주식회사", **values)


def warehouse(of: Company | None = None, code: str = "WH1") -> Warehouse:
    return warehouses.create(by=CLERK, company=of or company(), code=code, name="본사 창고")


def refused(*codes: str) -> Any:
    return pytest.raises(Refused, check=lambda error: error.codes == list(codes))


def test_a_new_company_has_a_place_for_each_side_of_its_books() -> None:
    made = company()
    assert {kind: place.path for kind, place in queries.virtuals(made).items()} == {
        kind: kind.upper()
        for kind in ("customer", "supplier", "adjustment", "production", "transit", "scrap")
    }
    assert queries.virtual(made, "customer").company == made
    assert Event.objects.filter(kind="site.company.created", subject_id=made.pk).count() == 1
    assert made.digits == 0


def test_amounts_carry_the_decimals_asked_for_or_those_of_the_currency() -> None:
    assert company("A", currency="USD").digits == 2
    assert company("B", currency="USD", amount_digits=4).digits == 4


def test_a_company_is_refused_with_every_reason_at_once() -> None:
    with refused(
        rules.CODE_UNFIT.code,
        money.CURRENCY_UNKNOWN.code,
        party.COUNTRY_UNKNOWN.code,
        rules.ZONE_UNKNOWN.code,
    ):
        company("H/Q", currency="WON", country="XX", zone="Asia/Suwon")


def test_a_company_has_a_business_number_that_can_be_right() -> None:
    assert company("A", business_number="124-81-00998").business_number == "1248100998"
    with refused(party.BUSINESS_NUMBER_WRONG.code):
        company("B", business_number="123-45-67890")


def test_currency_and_fiscal_year_stand_once_there_are_postings(monkeypatch: pytest.MonkeyPatch) -> None:
    made = company()
    companies.edit(made, by=CLERK, currency="USD")
    monkeypatch.setattr(ports, "keeps_books", [lambda company_id: company_id == made.pk])
    with refused(FIELD_FIXED.code, FIELD_FIXED.code):
        companies.edit(made, by=CLERK, currency="KRW", fiscal_year_start_month=4)
    assert companies.edit(made, by=CLERK, currency="USD", phone="02-1234-5678").phone == "02-1234-5678"


def test_archiving_and_restoring_a_company_is_audited() -> None:
    made = company()
    assert not companies.archive(made, by=CLERK).is_active
    assert companies.restore(made, by=CLERK).is_active
    kept = AuditRow.objects.filter(subject_kind="site.company", subject_id=made.pk).order_by("id")
    assert [row.command for row in kept] == [
        "site.company.create",
        "site.company.archive",
        "site.company.restore",
    ]
    assert kept[1].changes["is_active"] == [True, False]


def test_a_new_warehouse_has_a_root_and_a_storage_place() -> None:
    made = warehouse()
    paths = dict(Location.objects.filter(warehouse=made).values_list("path", "kind"))
    assert paths == {"WH1": "view", "WH1/STOCK": "internal"}
    assert queries.storage(made).path == "WH1/STOCK"


def test_two_warehouses_of_a_company_do_not_share_a_code() -> None:
    made = company()
    warehouse(made)
    with refused(NOT_UNIQUE.code):
        warehouse(made)
    assert warehouse(company("B")).code == "WH1"


def test_a_renamed_warehouse_renames_every_path_in_it() -> None:
    made = warehouse()
    other = warehouse(made.company, "WH11")
    warehouses.edit(made, by=CLERK, code="MAIN", name="중앙 창고")
    assert sorted(Location.objects.filter(warehouse=made).values_list("path", flat=True)) == [
        "MAIN",
        "MAIN/STOCK",
    ]
    assert queries.storage(other).path == "WH11/STOCK"


def test_a_warehouse_stays_with_its_company() -> None:
    with refused(FIELD_FIXED.code):
        warehouses.edit(warehouse(), by=CLERK, company=company("B"))


def test_a_warehouse_or_place_with_goods_in_it_is_not_archived(monkeypatch: pytest.MonkeyPatch) -> None:
    made = warehouse()
    stock = queries.storage(made)
    monkeypatch.setattr(ports, "holds_goods", [lambda ids: stock.pk in ids])
    with refused(rules.GOODS_LIE_HERE.code):
        warehouses.archive(made, by=CLERK)
    with refused(rules.GOODS_LIE_HERE.code):
        locations.archive(stock, by=CLERK)
    monkeypatch.setattr(ports, "holds_goods", [])
    assert not warehouses.archive(made, by=CLERK).is_active
    assert warehouses.restore(made, by=CLERK).is_active


def shelf(parent: Location, code: str, kind: str = "internal") -> Location:
    return locations.create(by=CLERK, parent=parent, code=code, name=code, kind=kind)


def root(of: Warehouse) -> Location:
    return Location.objects.get(warehouse=of, parent=None)


def test_places_stand_in_views_and_take_company_and_warehouse_from_there() -> None:
    made = warehouse()
    aisle = shelf(root(made), "A", "view")
    bin_ = shelf(aisle, "01")
    assert (bin_.path, bin_.warehouse, bin_.company) == ("WH1/A/01", made, made.company)
    assert bin_.is_own
    assert [place.path for place in queries.below(root(made))] == ["WH1", "WH1/A", "WH1/A/01", "WH1/STOCK"]


def test_storage_holds_no_storage_and_a_warehouse_no_customers() -> None:
    made = warehouse()
    with refused(rules.LOCATION_PARENT_UNFIT.code):
        shelf(queries.storage(made), "01")
    with pytest.raises(Refused) as caught:
        shelf(root(made), "C", "customer")
    assert rules.LOCATION_PARENT_UNFIT.code in caught.value.codes
    with refused(rules.CODE_UNFIT.code):
        shelf(root(made), "A/1")
    with refused(FIELD_FIXED.code):
        locations.create(by=CLERK, parent=root(made), company=company("B"), code="A", name="A", kind="view")


def test_a_path_that_would_not_fit_is_refused() -> None:
    place = root(warehouse())
    with pytest.raises(Refused) as caught:
        for _depth in range(20):
            place = shelf(place, "X" * 20, "view")
    assert rules.PATH_TOO_LONG.code in caught.value.codes


def test_a_place_moves_with_all_it_holds() -> None:
    made = warehouse()
    east, aisle = shelf(root(made), "EAST", "view"), shelf(root(made), "A", "view")
    shelf(aisle, "01")
    locations.edit(aisle, by=CLERK, parent=east, code="AA")
    assert sorted(place.path for place in queries.below(root(made))) == [
        "WH1",
        "WH1/EAST",
        "WH1/EAST/AA",
        "WH1/EAST/AA/01",
        "WH1/STOCK",
    ]


def test_a_place_moves_neither_into_itself_nor_to_another_warehouse_nor_out_of_all() -> None:
    made = warehouse()
    aisle = shelf(root(made), "A", "view")
    inner = shelf(aisle, "B", "view")
    with refused(rules.LOCATION_IN_ITSELF.code):
        locations.edit(aisle, by=CLERK, parent=inner)
    with refused(rules.LOCATION_PARENT_UNFIT.code):
        locations.edit(aisle, by=CLERK, parent=root(warehouse(made.company, "WH2")))
    with refused(FIELD_REQUIRED.code):
        locations.edit(aisle, by=CLERK, parent=None)
    with refused(FIELD_FIXED.code):
        locations.edit(aisle, by=CLERK, kind="internal")
    with refused(FIELD_FIXED.code):
        locations.edit(root(made), by=CLERK, code="OTHER")


def test_roots_and_places_in_use_are_not_archived() -> None:
    made = warehouse()
    aisle = shelf(root(made), "A", "view")
    bin_ = shelf(aisle, "01")
    with refused(rules.LOCATION_NEEDED.code, rules.LOCATION_HAS_PARTS.code):
        locations.archive(root(made), by=CLERK)
    with refused(rules.LOCATION_HAS_PARTS.code):
        locations.archive(aisle, by=CLERK)
    assert not locations.archive(bin_, by=CLERK).is_active
    assert not locations.archive(aisle, by=CLERK).is_active
    assert locations.restore(aisle, by=CLERK).is_active


def test_nobody_adds_places_to_a_company_that_is_not_theirs() -> None:
    made = warehouse()
    elsewhere = identity.Actor(None, "branch clerk", frozenset({"*"}), frozenset({made.company_id + 1}))
    with refused(NOT_FOUND.code):
        locations.create(by=elsewhere, parent=root(made), code="A", name="A", kind="view")
    with refused(NOT_PERMITTED.code):
        companies.create(by=identity.only(CLERK), code="X", name="X")


def test_holidays_of_a_company_and_of_the_group() -> None:
    ours, theirs = company("A"), company("B")
    day = holidays.create(by=CLERK, company=ours, on=date(2026, 5, 4), name="창립 기념일")
    holidays.create(by=CLERK, company=None, on=date(2026, 5, 6), name="그룹 휴무일")
    with refused(NOT_UNIQUE.code):
        holidays.create(by=CLERK, company=ours, on=date(2026, 5, 4), name="두 번째")
    may = (date(2026, 5, 1), date(2026, 5, 31))
    assert queries.holidays(ours, *may) == {date(2026, 5, 4), date(2026, 5, 6)}
    assert queries.holidays(theirs, *may) == {date(2026, 5, 6)}
    holidays.edit(day, by=CLERK, on=date(2026, 5, 7))
    with refused(FIELD_FIXED.code):
        holidays.edit(day, by=CLERK, company=theirs)
    trash.deletion(Holiday)(day, by=CLERK)
    assert queries.holidays(ours, *may) == {date(2026, 5, 6)}


@pytest.mark.parametrize(("language", "words"), [("ko", "대한민국"), ("en", "South Korea")])
def test_a_country_is_read_and_picked_by_its_name(language: str, words: str) -> None:
    made, shown = company(business_number="1248100998"), registry.of_model(Company)
    assert shown is not None
    with override(language):
        parts = detail.show(shown, CLERK, made.pk).parts
        cells = {one.column.name: one.text for part in parts for one in part.cells}
        picked = next(dict(one.choices) for one in shown.input_fields if one.name == "country")
    assert (cells["country"], picked["KR"]) == (words, words)
    assert cells["shown_business_number"] == "124-81-00998"
