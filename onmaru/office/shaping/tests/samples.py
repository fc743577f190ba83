"""Records for the tests that every entity inherits, where types alone do not say what is right."""

from __future__ import annotations

from onmaru.kernel.identity import Actor
from onmaru.kernel.models import Counter, NumberFormat
from onmaru.masters.site.models import Company
from onmaru.office.shaping import commands
from onmaru.office.shaping.models import CustomField, Layout
from onmaru.workbench.tests import samples


def customfield(by: Actor, place: int) -> CustomField:
    """Texts on customers of the scratch room."""
    return commands.fields.create(
        by=by, kind="scratch.client", type="text", name=f"x_sample_{place}", label_ko=f"표본 {place}"
    )


def layout(by: Actor, place: int) -> Layout:
    """Versions of one screen."""
    return commands.layouts.arrange(by=by, entity="clients", document={"list": ["name", "code"][place % 2 :]})


def numberformat(by: Actor, place: int) -> NumberFormat:
    """Formats of one series of a company."""
    company = samples.first(Company, by)
    Counter.objects.get_or_create(company_id=company.pk, series="ZZ", year=2026)
    return commands.numbers.create(
        by=by,
        today=samples.DAY,
        company=company,
        series="ZZ",
        pattern=f"ZZ-{{year}}-{{number:{place % 6 + 4}}}",
    )
