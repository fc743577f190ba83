"""Parties by the thousand, for imports: every row looked at, one INSERT a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, events, permissions, records, refusals, sql, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.masters.party import rules
from onmaru.masters.party.commands import drafts
from onmaru.masters.party.commands.drafts import Rows
from onmaru.masters.party.events import PartyCreated
from onmaru.masters.party.models import Party

BATCH = 2000
KEYS = ("business_number", "email", "phone", "name_key")
Below = dict[str, list[models.Model]]


@commands.command(label=_("Import parties"), model=Party, permission=permissions.code(Party, "import"))
def create_many(*, by: Actor, rows: Rows, confirm_duplicate: bool = False) -> list[Party]:
    """Add parties with their addresses, contacts and bank accounts; an audit row and an event each.

    Refusals of all rows come at once and name their cells ``rows.<n>.<field>``. Parties that may be known
    already, or stand twice among ``rows``, are refused unless ``confirm_duplicate``.
    """
    made = [Party() for _row in rows]
    below: Below = {name: [] for name in drafts.GRIDS}
    found: list[Refusal] = []
    for place, (party, row) in enumerate(zip(made, rows, strict=True)):
        found += refusals.at(f"rows.{place}.", _drafted(party, row, below))
    work.in_turn()
    refusals.check([*found, *_codes_taken(made), *([] if confirm_duplicate else _doubts(made))])
    drafts.number(made, {party.code for party in made})
    # Those that were given a code have their key with it; the others are written as fast as the driver goes.
    Party.objects.bulk_create([party for party in made if party.pk], batch_size=BATCH)
    sql.insert([party for party in made if not party.pk])
    for name, lines in below.items():
        drafts.GRIDS[name].model._default_manager.bulk_create(lines, batch_size=BATCH)
    for party in made:
        events.emit(PartyCreated(party.pk, party.code, party.roles), party)
        work.audit("party.party.create", party, {})
    return made


def _drafted(party: Party, row: Mapping[str, Any], below: Below) -> list[Refusal]:
    values = {name: value for name, value in row.items() if name not in drafts.GRIDS}
    found = drafts.problems(party, values, alone=True)
    grids, wrong = drafts.lines(party.country, **{name: row.get(name) for name in drafts.GRIDS})
    parent = party.parent if party.parent_id else None
    if parent is not None and parent.parent_id:
        found.append(rules.HEAD_OFFICE_IS_BRANCH("parent", party=parent))
    for name, lines in grids.items():
        for place, cells in enumerate(lines):
            line = drafts.GRIDS[name].model(party=party)
            wrong += records.problems(line, cells, prefix=f"{name}.{place}.", alone=True)
            below[name].append(line)
    return found + wrong


def _codes_taken(made: Sequence[Party]) -> list[Refusal]:
    codes = [party.code for party in made if party.code]
    seen = set(Party.objects.filter(sql.among("code", codes, "text")).values_list("code", flat=True))
    found = []
    for place, party in enumerate(made):
        if party.code and party.code in seen:
            found.append(rules.CODE_TAKEN(f"rows.{place}.code", code=party.code))
        seen.add(party.code)
    return found


def _doubts(made: Sequence[Party]) -> list[Refusal]:
    """A reason for each row that shares what it is known by with a party, or with a row before it."""
    found: dict[int, Refusal] = {}
    for key in KEYS:
        values = [getattr(party, key) for party in made]
        known = Party.objects.filter(sql.among(key, list(filter(None, values)), "text"))
        owners = {value: f"{code} {name}" for value, code, name in known.values_list(key, "code", "name")}
        for place, value in enumerate(values):
            if value and value in owners:
                reason = rules.POSSIBLE_DUPLICATE(f"rows.{place}.confirm_duplicate", parties=owners[value])
                found.setdefault(place, reason)
            owners.setdefault(value, f"{made[place].code} {made[place].name}".strip())
    return [found[place] for place in sorted(found)]
