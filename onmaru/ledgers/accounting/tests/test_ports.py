"""What the ledger answers the masters."""

from __future__ import annotations

import pytest

from onmaru.kernel import refusals
from onmaru.ledgers.accounting.tests import samples
from onmaru.masters.site.commands import companies as houses
from tests import companies
from tests.companies import BY
from tests.proofs import refused

pytestmark = pytest.mark.django_db


def test_a_company_keeps_its_currency_once_it_has_postings() -> None:
    world = companies.build()
    houses.edit(world.company, currency="USD", by=BY)
    houses.edit(world.company, currency="KRW", by=BY)
    samples.entry(BY, 0)
    with refused(refusals.FIELD_FIXED, at="currency"):
        houses.edit(world.company, currency="USD", by=BY)
