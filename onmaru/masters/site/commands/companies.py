"""Companies of the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, money, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.party import rules as party
from onmaru.masters.site import ports, rules
from onmaru.masters.site.events import CompanyCreated
from onmaru.masters.site.models import Company, Location

BOOKED = ("currency", "amount_digits", "fiscal_year_start_month")


@commands.command(label=_("New company"), model=Company)
def create(*, by: Actor, **values: Any) -> Company:
    """Found a company with a place for each side of its stock books: customers, suppliers, adjustment and so on."""
    company = _filled(Company(), values)
    company.save()
    Location.objects.bulk_create(
        Location(company=company, code=kind.upper(), name=str(kind.label), kind=kind, path=kind.upper())
        for kind in rules.VIRTUAL
    )
    events.emit(CompanyCreated(company.pk), company)
    return company


@commands.command(label=_("Edit"), model=Company)
def edit(company: Company, *, by: Actor, **values: Any) -> Company:
    """Change a company. Its currency, decimals and fiscal year stand as soon as it has postings."""
    booked = any(keeps(company.pk) for keeps in ports.keeps_books)
    return _filled(company, values, records.fixed(company, values, *BOOKED) if booked else [])


@commands.command(label=_("Archive"), model=Company)
def archive(company: Company, *, by: Actor) -> Company:
    """Take a company out of use. Its books stay."""
    company.is_active = False
    return company


@commands.command(label=_("Restore"), model=Company)
def restore(company: Company, *, by: Actor) -> Company:
    """Take an archived company into use again."""
    company.is_active = True
    return company


def _bare(values: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {"business_number", "corporate_number"}
    return {
        name: party.normalise_number(one) if name in numbers and one else one for name, one in values.items()
    }


def _filled(company: Company, values: Mapping[str, Any], found: Sequence[refusals.Refusal] = ()) -> Company:
    refusals.check(
        [
            *found,
            *records.problems(company, _bare(values)),
            rules.code(company.code),
            money.check_currency(company.currency),
            party.check_country(company.country),
            rules.zone(company.zone),
            *party.check_business_number(company.business_number, company.country),
            *party.check_corporate_number(company.corporate_number, company.country),
        ]
    )
    return company
