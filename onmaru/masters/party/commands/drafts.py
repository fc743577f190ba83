"""What was entered for a party, made bare and judged, before anything is written: by a form or by the thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from onmaru.kernel import money, records, refusals, search
from onmaru.kernel.refusals import Refusal
from onmaru.kernel.sealed import MASK
from onmaru.masters.party import queries, rules
from onmaru.masters.party.models import Address, BankAccount, Contact, Party

Values = Mapping[str, Any]
Rows = Sequence[Values]


class Grid(NamedTuple):
    """A list below a party: its model, which flag marks the row used first, and of what kind there is one each."""

    model: type[models.Model]
    flag: str
    kind: str = ""


GRIDS = {
    "addresses": Grid(Address, "is_default", "kind"),
    "contacts": Grid(Contact, "is_primary"),
    "bank_accounts": Grid(BankAccount, "is_default"),
}


def problems(party: Party, values: Values, *, alone: bool = False) -> list[Refusal]:
    """Fill ``party`` with ``values``, numbers bare and keys for searching set; return every reason against it."""
    country = values.get("country", party.country)
    bare, found = _bare(values, country)
    found += records.problems(
        party, bare, exclude=() if bare.get("code", party.code) else ("code",), alone=alone
    )
    party.name_key = queries.name_key(party.name)
    party.search_text = search.document(
        party.name, party.name_en, party.code, party.business_number, rules.format_phone(party.phone, country)
    )
    decided = [
        rules.check_country(party.country),
        money.check_currency(party.currency),
        *rules.check_business_number(party.business_number, country),
        *rules.check_corporate_number(party.corporate_number, country),
    ]
    return [*found, *refusals.at("", decided)]


def lines(country: str, **given: Rows | None) -> tuple[dict[str, list[dict[str, Any]]], list[Refusal]]:
    """The rows of each grid made bare, the first of a kind marked where none is, and what is wrong with them."""
    ready, found = {}, []
    for name, rows in given.items():
        if rows is None:
            continue
        cells = [_CLEAN[name](row, country) for row in rows]
        for place, (_row, reasons) in enumerate(cells):
            found += refusals.at(f"{name}.{place}.", reasons)
        clean = rules.choose_defaults([row for row, _reasons in cells], *GRIDS[name][1:])
        found += refusals.at(f"{name}.", rules.check_defaults(clean, *GRIDS[name][1:]))
        ready[name] = clean
    return ready, found


def number(parties: Sequence[Party], taken: Collection[str] = ()) -> None:
    """Give id and code (P000123) to parties without a code; a code that somebody typed before is passed over."""
    waiting = [party for party in parties if not party.code]
    while waiting:
        codes = {f"P{pk:06d}": pk for pk in _draw(len(waiting))}
        used = {*taken, *Party.objects.filter(code__in=codes).values_list("code", flat=True)}
        for code, pk in codes.items():
            if code not in used:
                party = waiting.pop()
                party.pk, party.code = pk, code
                party.search_text += search.document(code)


def _draw(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('party_party', 'id')) FROM generate_series(1, %s)", [count]
        )
        return sorted((pk for (pk,) in cursor.fetchall()), reverse=True)


def _bare(values: Values, country: str) -> tuple[dict[str, Any], list[Refusal]]:
    bare = dict(values)
    for name in ("business_number", "corporate_number"):
        if bare.get(name):
            bare[name] = rules.normalise_number(bare[name])
    return bare, _reach(bare, country)


def _reach(row: dict[str, Any], country: str) -> list[Refusal]:
    """Phone and e-mail as they are stored."""
    if row.get("email"):
        row["email"] = row["email"].strip().lower()
    if not row.get("phone"):
        return []
    try:
        row["phone"] = rules.normalise_phone(row["phone"], country)
    except refusals.Refused as refused:
        return list(refused.reasons)
    return []


def _address(row: Values, country: str) -> tuple[dict[str, Any], list[Refusal]]:
    clean = {"country": country, **row, "kind": row.get("kind") or Address.Kind.MAIN}
    return clean, refusals.at(
        "",
        [
            rules.check_country(clean["country"]),
            rules.check_postcode(clean.get("postcode") or "", clean["country"]),
        ],
    )


def _contact(row: Values, country: str) -> tuple[dict[str, Any], list[Refusal]]:
    clean = dict(row)
    if clean.get("person") and not clean.get("name"):
        clean["name"] = clean["person"].name
    return clean, _reach(clean, country)


def _bank_account(row: Values, _country: str) -> tuple[dict[str, Any], list[Refusal]]:
    clean = dict(row)
    typed = str(clean.get("number") or "").strip().upper()
    # A row that was there before brings its mask back when nobody typed a new number.
    if (clean.get("id") and typed.startswith(MASK)) or not typed:
        return clean, []
    clean["number"] = typed
    return clean, refusals.at("", [rules.check_account_number(typed)])


_CLEAN = {"addresses": _address, "contacts": _contact, "bank_accounts": _bank_account}
