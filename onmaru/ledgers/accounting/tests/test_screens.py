"""The books on screen and in files: rates in per cent, open items settled by hand."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from onmaru.kernel.models import User
from onmaru.ledgers.accounting.entities import tax_rates
from onmaru.ledgers.accounting.models import Line, Match, OpenItem, TaxRate
from onmaru.masters.party.models import Party
from onmaru.workbench import exchange, listing
from onmaru.workbench.tests import files
from tests import companies
from tests.companies import BY
from tests.proofs import clean, credit, debit, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_user("clerk", is_superuser=True, language="ko"))
    return browser


def test_an_open_item_is_settled_by_others_of_its_party_and_opened_again(clerk: Client) -> None:
    world = companies.build()
    hanbit, other = world.customer(), world.customer("다른")

    def item(account: str, amount: str, party: Party = hanbit) -> Line:
        sides = (debit if account == "103" else credit), (credit if account == "103" else debit)
        entry = post(world.company, sides[0](account, amount), sides[1]("108", amount, party=party.pk))
        return Line.objects.get(entry=entry, account__code="108")

    owed, paid, much = item("404", "1000"), item("103", "300"), item("103", "5000")
    alone = item("103", "700", other)
    assert "do/clear" not in clerk.get(f"/open-items/{alone.pk}/").content.decode()
    assert "do/clear" in clerk.get(f"/open-items/{owed.pk}/").content.decode()
    shown = clerk.get(f"/open-items/{owed.pk}/do/clear").content.decode()
    held = dict(re.findall(r'name="(items\.\d\.\w+)" value="([^"]*)"', shown))
    assert held == {
        "items.0.item": str(paid.pk),
        "items.0.amount": "300",
        "items.1.item": str(much.pk),
        "items.1.amount": "700",
    }
    assert f"{paid} · 만기 2026-03-10 · 미결 300" in shown
    posted = held | {"items.1.amount": "1,500", "matched_on": "2026-03-11"}
    refused = clerk.post(f"/open-items/{owed.pk}/do/clear", posted)
    assert refused.status_code == 422 and f"{paid} · 만기 2026-03-10 · 미결 300" in refused.content.decode()
    done = clerk.post(f"/open-items/{owed.pk}/do/clear", posted | {"items.1.amount": "200"})
    made = Match.objects.latest("pk")
    assert (done.status_code, done["Location"]) == (302, f"/settlements/{made.pk}/")
    assert OpenItem.objects.get(pk=owed.pk).remaining == 500
    # The settlements stand on the item while it is open, and on the entries for ever.
    for path in (f"/open-items/{owed.pk}/", f"/entries/{owed.entry_id}/", f"/entries/{much.entry_id}/"):
        assert f"/settlements/{made.pk}/" in clerk.get(path).content.decode(), path
    undone = clerk.post(f"/settlements/{made.pk}/do/undo", {"undone_on": "2026-03-12"})
    assert undone.status_code == 302
    assert [OpenItem.objects.get(pk=one.pk).remaining for one in (owed, paid, much)] == [700, 0, -5000]
    clean()


def test_a_rate_is_ten_in_lists_filters_and_files_and_a_tenth_in_the_books() -> None:
    TaxRate.objects.all().delete()
    head = "country,tax_class,valid_from,rate,source\r\n"
    for line, kept in (
        ("KR,taxable,2026-01-01,10,법\r\n", "0.1"),
        ("KR,taxable,2027-01-01,12.5%,법\r\n", "0.125"),
    ):
        report = files.take(tax_rates, BY, (head + line).encode())
        assert [one.problems for one in report.refused] == []
        assert TaxRate.objects.latest("valid_from").rate == Decimal(kept)
    assert b",12.5," in b"".join(exchange.csv(tax_rates, BY, {}, whole=True))
    found = listing.page(tax_rates, BY, {"rate": "12.5"})
    assert [row.cells[3].text for row in found.rows] == ["12.5"] and found.filters[0].texts == ["12.5"]
    walked = [listing.page(tax_rates, BY, {"sort": "rate", "limit": "1"})]
    walked.append(listing.page(tax_rates, BY, {"sort": "rate", "limit": "1", "after": str(walked[0].next)}))
    assert [page.rows[0].cells[3].text for page in walked] == ["10", "12.5"]
