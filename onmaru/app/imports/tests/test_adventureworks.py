import multiprocessing
import os
import random
import signal
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, connections

from onmaru.app.imports import adventureworks
from onmaru.app.imports.adventureworks import parties, totals
from onmaru.app.imports.adventureworks.reading import Folder
from onmaru.app.imports.tests import excerpt
from onmaru.erp.sales.models import Invoice, Order, Payment
from onmaru.kernel import invariants
from onmaru.kernel.models import AuditRow, Event, IdempotencyKey
from onmaru.ledgers.accounting.models import Entry
from onmaru.ledgers.stock.models import CostAdjustment, StockDocument
from onmaru.masters.party.models import Contact, Party
from onmaru.masters.product.models import Product

pytestmark = [excerpt.needed, pytest.mark.django_db(transaction=True)]
WHOLE = len(excerpt.ORDERS)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return excerpt.make(tmp_path_factory.mktemp("adventureworks"))


def books_are_clean() -> None:
    assert [f"{one.name}: {one.examples}" for one in invariants.run() if not one.ok] == []


def rows() -> dict[str, int]:
    """How much there is of everything that a second import could make twice."""
    kinds = (Order, Invoice, Payment, Entry, AuditRow, Event, Party, Product, StockDocument, CostAdjustment)
    return {kind.__name__: kind.objects.count() for kind in kinds}


def test_every_order_is_lived_through_and_all_totals_agree(
    cut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adventureworks.run(cut, workers=2) == 0
    said = capsys.readouterr().out
    assert (
        "DIFFERENCE" not in said and "Published with the data" in said and "All control totals agree." in said
    )
    assert Order.objects.filter(state=Order.State.CLOSED).count() == WHOLE
    books_are_clean()

    late = Order.objects.get(customer_reference="SO46557")
    assert [str(late.ordered_on), str(late.deliveries.get().delivered_on)] == ["2012-05-23", "2012-05-30"]
    invoice = late.invoices.get()
    assert [str(invoice.invoiced_on), str(invoice.due_on)] == ["2012-05-30", "2012-06-04"]
    assert late.ship_to is not None and late.ship_to.party_id == late.customer_id
    assert Payment.objects.get(customer=late.customer).received_on == invoice.due_on

    before = rows()
    assert adventureworks.run(cut, workers=2) == 0
    assert rows() == before


def test_stores_people_vendors_and_staff_are_parties(cut: Path) -> None:
    adventureworks.run(cut, limit=2, workers=1)
    store = Party.objects.filter(is_dealer=True).order_by("code").first()
    assert store is not None and store.is_customer and store.kind == Party.Kind.ORGANISATION
    contact = Contact.objects.select_related("person").filter(party=store).order_by("id")[0]
    assert contact.person is not None and contact.person.kind == Party.Kind.PERSON
    assert Party.objects.filter(is_employee=True).exists() and Party.objects.filter(is_supplier=True).exists()
    buyer = Party.objects.get(code=parties.code(Folder(cut).orders()[4].customer))
    assert (buyer.is_customer, buyer.language) == (True, "en") and buyer.phone.startswith("+1")


def test_a_number_abroad_is_read_behind_its_made_up_prefix() -> None:
    assert parties.phone("1 (11) 500 555-0132") == "+1 500 555-0132"
    assert parties.phone("697-555-0142") == "+1 697-555-0142"
    assert parties.phone("") == ""


def test_a_larger_limit_goes_on_where_a_smaller_one_ended(cut: Path) -> None:
    assert adventureworks.run(cut, limit=6, workers=1) == 0
    assert Order.objects.count() == 6
    books_are_clean()
    assert adventureworks.run(cut, limit=1, workers=1) == 0, "what was begun before is counted too"
    assert adventureworks.run(cut, workers=1) == 0
    assert Order.objects.count() == WHOLE
    books_are_clean()


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_and_does_nothing_twice(cut: Path) -> None:
    kills = 0
    connections.close_all()
    while True:
        child = multiprocessing.get_context("fork").Process(target=_import, args=(cut,))
        child.start()
        child.join(random.uniform(0.1, 0.8) if kills < 12 else 120)
        if not child.is_alive():
            break
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        _wait_for_orphans()
        kills += 1
    assert child.exitcode == 0 and kills
    assert (Order.objects.count(), Invoice.objects.count(), Payment.objects.count()) == (WHOLE, WHOLE, WHOLE)
    assert IdempotencyKey.objects.filter(key__endswith=":pay").count() == WHOLE
    books_are_clean()


def _import(folder: Path) -> None:
    raise SystemExit(adventureworks.run(folder, workers=2))


def _wait_for_orphans() -> None:
    """The processes of a killed import end by themselves, and so do their connections."""
    deadline = time.monotonic() + 10
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                break
        time.sleep(0.05)
    else:
        raise AssertionError("a process of the replay outlives its import")
    connections.close_all()


def test_no_card_number_is_kept_anywhere(cut: Path) -> None:
    heads = [row for row in excerpt.read("Sales.SalesOrderHeader", cut) if row["CreditCardID"]]
    cards = {row["CreditCardID"]: row["CardNumber"] for row in excerpt.read(excerpt.CARDS)}
    secrets = {cards[row["CreditCardID"]] for row in heads} | {row["CreditCardApprovalCode"] for row in heads}
    assert secrets and all(len(secret) > 9 for secret in secrets)
    adventureworks.run(cut, workers=1)
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT count(*) FROM {table} AS kept WHERE kept::text LIKE ANY(%s)",
                [[f"%{secret}%" for secret in secrets]],
            )
            assert cursor.fetchone() == (0,), model


def test_a_difference_is_named_and_fails_the_import(
    cut: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = excerpt.make(tmp_path, excerpt.ORDERS[:2])
    assert adventureworks.run(changed, workers=1) == 0
    heads = excerpt.read("Sales.SalesOrderHeader", changed)
    heads[1]["Freight"] = str(Decimal(heads[1]["Freight"]) + Decimal("0.0001"))
    excerpt.write("Sales.SalesOrderHeader", heads, changed)
    assert adventureworks.run(changed, workers=1) == 1
    said = capsys.readouterr().out
    assert "DIFFERENCE in Freight" in said and "DIFFERENCE in freight" in said


def test_an_order_that_cannot_be_replayed_stops_the_import_with_its_number(
    cut: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert adventureworks.run(cut, limit=1, workers=1) == 0
    product = Product.objects.get(code="BK-M82S-38")
    Product.objects.filter(pk=product.pk).update(is_active=False)
    assert adventureworks.run(cut, workers=2) == 1
    assert "cannot be replayed" in capfd.readouterr().err
    Product.objects.filter(pk=product.pk).update(is_active=True)
    assert adventureworks.run(cut, workers=2) == 0


def test_a_folder_without_the_data_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert adventureworks.run(tmp_path) == 2
    assert "There is no csv/Sales.Customer.csv.gz" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_data_has_the_totals_it_is_published_with() -> None:
    folder = Folder(excerpt.DATA)
    orders = folder.orders()
    assert totals.of_data(orders) == totals.published(folder.control_totals())
    assert all(order.supply + order.tax + order.freight == order.total for order in orders)
