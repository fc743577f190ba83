"""Parties with their addresses, contacts and bank accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, records, refusals
from onmaru.kernel.identity import Actor
from onmaru.masters.party import queries, rules
from onmaru.masters.party.commands import drafts
from onmaru.masters.party.commands.drafts import Rows
from onmaru.masters.party.events import PartyCreated
from onmaru.masters.party.models import Party

KNOWN_BY = ("name", "business_number", "phone", "email")


@commands.command(label=_("New party"), model=Party, asks={"confirm_duplicate": _("This is another party")})
def create(
    *,
    by: Actor,
    code: str = "",
    addresses: Rows = (),
    contacts: Rows = (),
    bank_accounts: Rows = (),
    confirm_duplicate: bool = False,
    **values: Any,
) -> Party:
    """Enter a party; a code left empty is given. Refuses one that may be known already until it is confirmed."""
    party = Party()
    found = drafts.problems(party, values | {"code": code})
    grids, wrong = drafts.lines(
        party.country, addresses=addresses, contacts=contacts, bank_accounts=bank_accounts
    )
    doubt = None if confirm_duplicate else _doubt(party, KNOWN_BY)
    refusals.check([*found, *wrong, _head_office(party), doubt])
    drafts.number([party])
    party.save(force_insert=True)
    _save_grids(party, grids)
    events.emit(PartyCreated(party.pk, party.code, party.roles), party)
    return party


@commands.command(label=_("Edit"), model=Party, asks={"confirm_duplicate": _("This is another party")})
def edit(
    party: Party,
    *,
    by: Actor,
    addresses: Rows | None = None,
    contacts: Rows | None = None,
    bank_accounts: Rows | None = None,
    confirm_duplicate: bool = False,
    **values: Any,
) -> Party:
    """Change a party; lists left out stay as they are. What it is known by is looked up again when it changes."""
    before = {name: getattr(party, name) for name in KNOWN_BY}
    found = drafts.problems(party, values)
    grids, wrong = drafts.lines(
        party.country, addresses=addresses, contacts=contacts, bank_accounts=bank_accounts
    )
    changed = [name for name in KNOWN_BY if getattr(party, name) != before[name]]
    doubt = None if confirm_duplicate or not changed else _doubt(party, changed)
    refusals.check([*found, *wrong, _head_office(party), doubt])
    _save_grids(party, grids)
    if grids:
        commands.touch(party)
    return party


@commands.command(label=_("Archive"), model=Party)
def archive(party: Party, *, by: Actor) -> Party:
    """Take a party out of use: nothing new is begun with it; what is open goes on."""
    party.is_active = False
    return party


@commands.command(label=_("Restore"), model=Party)
def restore(party: Party, *, by: Actor) -> Party:
    """Take an archived party into use again."""
    party.is_active = True
    return party


def _doubt(party: Party, names: list[str] | tuple[str, ...]) -> refusals.Refusal | None:
    known = queries.similar(**{name: getattr(party, name) for name in names}, besides=party.pk)
    shown = ", ".join(f"{one.code} {one.shown_name}" for one in known)
    return rules.POSSIBLE_DUPLICATE("confirm_duplicate", parties=shown) if known else None


def _head_office(party: Party) -> refusals.Refusal | None:
    """One level only: a branch has a head office that is no branch, so that no circle can close."""
    if party.parent is None:
        return None
    if party.parent.parent_id or party.parent_id == party.pk:
        return rules.HEAD_OFFICE_IS_BRANCH("parent", party=party.parent)
    has_branches = party.pk is not None and party.branches.exists()
    return rules.HAS_BRANCHES("parent", party=party) if has_branches else None


def _save_grids(party: Party, grids: Mapping[str, Rows]) -> None:
    for name, rows in grids.items():
        model, flag, _kind = drafts.GRIDS[name]
        # One flag a kind: it is lowered before it is raised elsewhere.
        kept = [row["id"] for row in rows if row.get("id") and row.get(flag)]
        lowered = model._default_manager.filter(party=party, **{flag: True}).exclude(pk__in=kept)
        lowered.update(**{flag: False})
        records.save_lines(party, model, "party", rows, name=name)
