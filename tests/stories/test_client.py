"""From order to cash by a program: a typed client is generated from the API's own document and drives the house."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from onmaru.kernel import tokens
from onmaru.kernel.models import Grant, Role, Token, User
from tests import companies, served
from tests.companies import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECRET = "onmaru_secret"
MAY = ["sales.*", "party.party.view", "product.*", "site.company.view"]
GENERATOR = Path(sys.executable).with_name("openapi-python-client")


class Made:
    """The generated package, a client of it signed in by a token, and its operations by name."""

    def __init__(self, package: str, application: Any) -> None:
        self.package = package
        self.models = import_module(f"{package}.models")
        transport = httpx.WSGITransport(app=application)
        self.client = import_module(f"{package}.client").AuthenticatedClient(
            base_url="http://testserver", token=SECRET, httpx_args={"transport": transport}
        )

    def do(self, operation: str, *path: Any, **asked: Any) -> Any:
        """What an operation (``orders.confirm_orders``) answers, as the type that the document gives it."""
        found = import_module(f"{self.package}.api.{operation}")
        return found.sync(*path, client=self.client, **asked)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the client is, once it was generated: for the same rights it is the same."""
    return tmp_path_factory.mktemp("client")


@pytest.fixture
def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    user = User.objects.create_user("shop", full_name="쇼핑몰 연동", language="en")
    role = Role.objects.create(code="shop", name_ko="쇼핑몰", name_en="Shop", permissions=MAY)
    Grant.objects.create(user=user, role=role)
    Token.objects.create(
        user=user, name="shop", digest=tokens.digest(SECRET), role_ids=[role.pk], expires_on=DAY
    )
    with served.wsgi() as application, time_machine.travel(DAY):
        package = "shop_client"
        if not (folder / package).exists():
            generate(folder, package, application)
        monkeypatch.syspath_prepend(str(folder))
        yield Made(package, application)


def generate(folder: Path, package: str, application: Any) -> None:
    """Make a package of a client from the document as the token sees it, without a warning."""
    document = httpx.Client(transport=httpx.WSGITransport(app=application)).get(
        "http://testserver/api/openapi.json", headers={"Authorization": f"Bearer {SECRET}"}
    )
    file = folder / "openapi.json"
    file.write_text(json.dumps(document.json()))
    asked: list[str | Path] = ["--path", file, "--output-path", folder / package, "--meta", "none"]
    told = subprocess.run(
        [GENERATOR, "generate", *asked], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "arning" not in told.stdout.replace("ruff is not in PATH", ""), told.stdout


def test_a_shop_sells_and_is_paid_by_the_generated_client(made: Made) -> None:
    world, models = companies.build(), made.models
    bolt = world.product("B1", "1000")
    hanbit = world.customer()
    world.receive(bolt, "100")

    line = models.OrdersNewLines(product="B1", quantity="7")
    wanted = models.OrdersNew(company="ON", customer=hanbit.pk, lines=[line])
    order = made.do("orders.create_orders", body=wanted, idempotency_key="cart-1")
    again = made.do("orders.create_orders", body=wanted, idempotency_key="cart-1")
    assert (order.id, order.total, order.ordered_on) == (again.id, "7700", DAY)
    assert order.customer == models.Reference(id=hanbit.pk, label=hanbit.name)

    preview = made.do("orders.confirm_orders", order.id, dry_run=True)
    assert isinstance(preview, models.Preview)
    confirmed = made.do("orders.confirm_orders", order.id)
    assert confirmed.record.state == "confirmed"
    twice = made.do("orders.confirm_orders", order.id)
    assert isinstance(twice, models.Problem)
    assert (twice.status, [one.code for one in twice.reasons]) == (409, ["move_not_allowed"])

    delivered = made.do("orders.deliver_orders", order.id, body=models.OrdersDeliver())
    assert delivered.result.label == "DO-2026-000001"
    invoice = made.do("orders.issue_orders", order.id, body=models.OrdersIssue()).result
    paid = models.PaymentsNew(company="ON", customer=hanbit.pk, amount="7700")
    assert made.do("payments.create_payments", body=paid).received_on == DAY
    assert made.do("invoices.get_invoices", invoice.id).payment_status == "paid"

    page = made.do(
        "orders.list_orders",
        state=[models.ListOrdersStateItem("closed")],
        include="customer,lines.product",
        count=True,
    )
    assert (page.count, page.totals[0].sums["total"]) == (1, "7700")
    (row,) = page.data
    assert row.customer["name"] == hanbit.name
    assert [(one.product["code"], one.quantity) for one in row.lines] == [("B1", "7")]


def test_a_shop_sends_many_orders_at_once(made: Made) -> None:
    world, models = companies.build(), made.models
    world.product("B1", "1000")
    hanbit = world.customer()
    lines = [models.OrdersNewLines(product="B1", quantity="2")]
    known = {"company": "ON", "customer": hanbit.pk, "promised_on": datetime.date(2026, 4, 1)}
    good = models.OrdersNewItem(**known, lines=lines)
    lost = models.OrdersNewItem(company="ON", customer="nobody", lines=lines)
    bare = models.OrdersNewItem(**known)

    told = made.do("orders.create_many_orders", body=models.OrdersNewMany(items=[good, lost, bare, good]))

    assert (told.done, told.refused) == (2, 2)
    assert [one.done for one in told.items] == [True, False, False, True]
    reasons = [(one.code, one.field) for item in told.items for one in item.reasons]
    assert reasons == [("reference_unknown", "customer"), ("field_required", "lines")]
