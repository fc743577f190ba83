"""The numbers of documents as a company wants them, from a day on: without gaps, and none twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from onmaru.erp.sales.commands import orders
from onmaru.kernel.models import LegalNumber, NumberFormat
from onmaru.masters.party.models import Party
from onmaru.masters.product.models import Product
from onmaru.office.numbers import commands, queries, rules
from onmaru.office.packages import commands as packing
from onmaru.office.packages import ports
from onmaru.office.packages import queries as packages
from onmaru.workbench import registry
from tests import companies, proofs
from tests.companies import BY, DAY, World

pytestmark = pytest.mark.django_db


def order(world: World, on: date = DAY) -> str:
    product = Product.objects.filter(code="P").first() or world.product("P")
    made = orders.create(
        company=world.company,
        customer=Party.objects.filter(is_customer=True).first() or world.customer(),
        ordered_on=on,
        lines=[{"product": product, "quantity": Decimal(1)}],
        by=BY,
        today=DAY,
    )
    return str(made.number)


def say(world: World, pattern: str, **more: Any) -> NumberFormat:
    asked: dict[str, Any] = {"company": world.company, "series": "SO", "today": DAY} | more
    made: NumberFormat = commands.create(by=BY, pattern=pattern, **asked)
    return made


def test_a_format_holds_from_its_day_on_and_the_series_goes_on() -> None:
    world = companies.build()
    assert order(world) == "SO-2026-000001"
    say(world, "수주-{yy}/{number:4}", starts_on=date(2026, 4, 1))
    assert order(world) == "SO-2026-000002"
    assert order(world, date(2026, 4, 1)) == "수주-26/0003"
    say(world, "SO.{year}-{number:3}", starts_on=date(2026, 5, 1))
    assert order(world, date(2026, 4, 30)) == "수주-26/0004"
    assert order(world, date(2026, 5, 2)) == "SO.2026-005"
    assert proofs.broken() == set()
    shown = queries.told(NumberFormat.objects.order_by("id"))
    assert [one.example for one in shown] == ["수주-26/0001", "SO.2026-001"]


def test_by_the_month_every_month_counts_from_one_without_a_gap() -> None:
    world = companies.build()
    order(world)
    say(world, "SO-{year}{month}-{number:4}")
    days = [date(2026, 3, 10), date(2026, 4, 1), date(2026, 3, 31), date(2026, 4, 2)]
    assert [order(world, on) for on in days] == [
        "SO-202603-0001",
        "SO-202604-0001",
        "SO-202603-0002",
        "SO-202604-0002",
    ]
    assert proofs.broken() == set()
    assert "SO-202604-0002" in LegalNumber.objects.values_list("worded", flat=True)


def test_what_would_make_two_numbers_alike_is_refused() -> None:
    world = companies.build()
    with proofs.refused(rules.SERIES_UNKNOWN):
        say(world, "XX-{year}-{number:4}", series="XX")
    order(world)
    for wrong in (
        "SO-{number:4}",
        "{year}-{number:4}",
        "SO-{year}{number:4}",
        "SO-{year}-{number}",
        "SO-{x}",
    ):
        with proofs.refused(rules.FORMAT_UNREADABLE, at="pattern"):
            say(world, wrong)
    say(world, "매출{yy}-{number:4}")
    assert rules.check_format("매출{yy}-{number:4}", "DO", queries.patterns(world.company.pk)["SO"])
    with proofs.refused(rules.FORMAT_AMBIGUOUS):
        say(world, "JE-{year}-{number:6}")
    with proofs.refused(rules.FORMAT_IN_THE_PAST):
        say(world, "SO-{yy}-{number:4}", starts_on=date(2026, 3, 9))


def test_a_series_is_chosen_among_those_declared_before_anything_is_numbered() -> None:
    entity = registry.of_model(NumberFormat)
    assert entity is not None
    asked = next(one for one in entity.input_fields if one.name == "series")
    assert asked.kind == "choice"
    codes = [code for code, _label in asked.choices]
    assert {"SO", "DO", "RT", "IV", "CN", "RC", "JE", "ST", "CA", "AP"} <= {*codes}
    world = companies.build()
    say(world, "출하-{year}-{number:4}", series="DO")
    with proofs.refused(rules.FORMAT_AMBIGUOUS, at="pattern"):
        say(world, "출하-{year}-{number:4}", series="RT")


def test_formats_travel_in_the_file_of_the_shape() -> None:
    world = companies.build()
    order(world)
    say(world, "SO-{yy}-{number:4}")
    file = packages.whole()
    packing.bring(by=BY, content=file)
    assert NumberFormat.objects.count() == 2
    type(world.company).objects.update(code="XX")
    with proofs.refused(ports.COMPANY_MISSING):
        packing.bring(by=BY, content=file)
