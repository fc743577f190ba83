"""Records for the tests that every entity inherits."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Counter, NumberFormat
from onmaru.masters.site.models import Company
from onmaru.office.numbers import commands
from onmaru.workbench.tests import samples


def numberformat(by: Actor, place: int) -> NumberFormat:
    """Formats of one series of a company."""
    company = samples.first(Company, by)
    Counter.objects.get_or_create(company_id=company.pk, series="ZZ", year=2026)
    return commands.create(
        by=by,
        today=samples.DAY,
        company=company,
        series="ZZ",
        pattern=f"ZZ-{{year}}-{{number:{place % 6 + 4}}}",
    )
