"""The books on screen and in files: rates in per cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from onmaru.ledgers.accounting.entities import tax_rates
from onmaru.ledgers.accounting.models import TaxRate
from onmaru.workbench import exchange, intake, listing
from tests.companies import BY

pytestmark = pytest.mark.django_db


def test_a_rate_is_ten_in_lists_filters_and_files_and_a_tenth_in_the_books() -> None:
    TaxRate.objects.all().delete()
    head = "country,tax_class,valid_from,rate,source\r\n"
    for line, kept in (
        ("KR,taxable,2026-01-01,10,법\r\n", "0.1"),
        ("KR,taxable,2027-01-01,12.5%,법\r\n", "0.125"),
    ):
        report = intake.take(tax_rates, BY, (head + line).encode(), "rates.csv", dry_run=False)
        assert [one.problems for one in report.refused] == []
        assert TaxRate.objects.latest("valid_from").rate == Decimal(kept)
    assert b",12.5," in b"".join(exchange.csv(tax_rates, BY, {}, whole=True))
    found = listing.page(tax_rates, BY, {"rate": "12.5"})
    assert [row.cells[3].text for row in found.rows] == ["12.5"] and found.filters[0].texts == ["12.5"]
    walked = [listing.page(tax_rates, BY, {"sort": "rate", "limit": "1"})]
    walked.append(listing.page(tax_rates, BY, {"sort": "rate", "limit": "1", "after": str(walked[0].next)}))
    assert [page.rows[0].cells[3].text for page in walked] == ["10", "12.5"]
