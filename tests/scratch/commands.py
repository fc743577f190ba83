"""The verbs of the scratch room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, records, refusals, search, work
from onmaru.kernel.identity import Actor
from tests.scratch.models import Client, Deal, DealLine, Firm

NOTHING_TO_CONFIRM = refusals.reason("scratch_nothing_to_confirm", _("There are no lines to confirm."))


@dataclass(frozen=True)
class Part:
    line: DealLine
    quantity: Decimal


@commands.command(label=_("New company"), model=Firm)
def found(*, by: Actor, **values: Any) -> Firm:
    firm = records.fill(Firm(), values)
    firm.save()
    return firm


@commands.command(label=_("New customer"), model=Client)
def create_client(*, by: Actor, **values: Any) -> Client:
    client = records.fill(Client(), values)
    client.search_text = search.document(client.name, client.code)
    client.save()
    return client


@commands.command(label=_("Edit"), model=Client)
def edit_client(client: Client, *, by: Actor, **values: Any) -> Client:
    records.fill(client, values)
    client.search_text = search.document(client.name, client.code)
    return client


@commands.command(label=_("New"), model=Deal)
def create(
    *,
    by: Actor,
    today: date,
    company: Firm,
    client: Client,
    ordered_on: date | None = None,
    number: str = "",
    lines: Sequence[Mapping[str, Any]] = (),
    **values: Any,
) -> Deal:
    deal = Deal(number=number or f"D-{Deal.objects.count() + 1:05}")
    found = records.problems(
        deal, values | {"company": company, "client": client, "ordered_on": ordered_on or today}
    )
    refusals.check(found)
    deal.save()
    records.save_lines(deal, DealLine, "deal", list(lines))
    deal.total = sum((Decimal(one.quantity) * Decimal(one.price) for one in deal.lines.all()), Decimal(0))
    deal.save(update_fields=["total"])
    return deal


@commands.command(label=_("Edit"), model=Deal)
def edit(deal: Deal, *, by: Actor, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> Deal:
    records.fill(deal, values)
    if lines is not None:
        records.save_lines(deal, DealLine, "deal", list(lines))
        deal.total = sum((Decimal(one.quantity) * Decimal(one.price) for one in deal.lines.all()), Decimal(0))
    return deal


@commands.command(label=_("Confirm"), model=Deal, move=("draft", "confirmed"), primary=True)
def confirm(deal: Deal, *, by: Actor) -> Deal:
    if not deal.lines.exists():
        raise refusals.Refused(NOTHING_TO_CONFIRM("lines"))
    work.effect("confirmation", lambda: {"deal": deal.number, "total": deal.total})
    return deal


@commands.command(label=_("Cancel"), model=Deal, move=(("draft", "confirmed"), "cancelled"), danger=True)
def cancel(deal: Deal, *, by: Actor, reason: str, on: date | None = None) -> Deal:
    deal.note = reason
    return deal


@commands.command(label=_("Deliver"), model=Deal)
def deliver(deal: Deal, *, by: Actor, parts: Sequence[Part], urgent: bool = False) -> Deal:
    deal.pieces = int(sum(part.quantity for part in parts))
    deal.urgent = urgent
    return deal
