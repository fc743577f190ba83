"""Who sells and who buys, as a paper names them in the language active now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext

from onmaru.kernel import paper
from onmaru.masters.party import queries, rules
from onmaru.masters.party.models import Address, Party
from onmaru.masters.site.models import Company

HONORIFICS = {Party.Kind.PERSON: "귀하", Party.Kind.ORGANISATION: "귀중"}  # Korean only: English has none


def seller(company: Company) -> dict[str, Any]:
    """The box of the supplier, with the place of its seal."""
    return _box(pgettext("print", "Supplier"), company, company.address, pgettext("print", "(seal)"))


def buyer(party: Party, place: str) -> dict[str, Any]:
    """The box of the recipient."""
    return _box(pgettext("print", "Recipient"), party, place)


def reachable(company: Company) -> list[list[paper.Pair]]:
    """How to speak to the supplier, as more rows of its box."""
    # Abroad a number is dialled with its country.
    phone = rules.format_phone(company.phone, company.country if paper.language() == "ko" else "")
    return [
        [pair]
        for pair in paper.told(
            (pgettext("print", "Phone"), phone), (pgettext("print", "E-mail"), company.email)
        )
    ]


def addressee(party: Party, place: str) -> dict[str, Any]:
    """Whom a letter goes to."""
    contact = queries.first_contact(party)
    number = rules.format_business_number(party.business_number)
    rows = [
        place,
        f"{pgettext('print', 'Business no.')} {number}" if number else "",
        " · ".join(filter(None, (str(contact), rules.format_phone(contact.phone)))) if contact else "",
    ]
    return {
        "label": pgettext("print", "To"),
        "name": party.shown_name,
        "honorific": HONORIFICS[Party.Kind(party.kind)] if paper.language() == "ko" else "",
        "rows": [row for row in rows if row],
    }


def place(party: Party, chosen: Address | None) -> str:
    """The address chosen for the paper, else where the party is billed."""
    found = chosen or queries.default_address(party, Address.Kind.BILLING)
    return found.one_line if found else ""


def _box(title: str, who: Company | Party, place: str, sealed: str = "") -> dict[str, Any]:
    rows: list[list[tuple[str, ...]]] = [
        [(pgettext("print", "Business no."), rules.format_business_number(who.business_number))],
        [
            (pgettext("print", "Company"), who.shown_name),
            (pgettext("print", "Representative"), who.representative, sealed),
        ],
        [(pgettext("print", "Address"), place)],
        [
            (pgettext("print", "Business type"), who.business_type),
            (pgettext("print", "Business item"), who.business_item),
        ],
    ]
    return {"title": title, "rows": rows}
