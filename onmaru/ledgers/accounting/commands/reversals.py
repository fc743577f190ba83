"""Taking back an entry made by hand."""

from __future__ import annotations

from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.ledgers.accounting.commands import entries, matching
from onmaru.ledgers.accounting.models import Entry, Line, OpenItem

MANUAL = "site.company"
ALREADY_REVERSED = refusals.reason("already_reversed", _("{number} was reversed before."))
BELONGS_TO_DOCUMENT = refusals.reason(
    "belongs_to_document", _("{number} belongs to a document; cancel or return that instead.")
)


@commands.command(
    label=_("Reverse"), model=Entry, danger=True, asks={"posted_on": _("Reverse on"), "reason": _("Reason")}
)
def reverse(entry: Entry, *, posted_on: date, reason: str = "", by: Actor) -> Entry:
    """Post the mirror image of an entry on the day asked, and settle its items with those of the mirror.

    Refuses an entry reversed before, one of a document, and one with settled items.
    """
    refusals.check(_standing_against(entry))
    back = entries.mirror(entry, posted_on=posted_on, source=entry.company, by=by, memo=reason).entry
    items = OpenItem.objects.filter(line__entry__in=[entry.pk, back.pk]).order_by("line_id")
    for key in sorted(set(items.values_list("account_id", "party_id", "currency"))):
        pair = [item.line_id for item in items if (item.account_id, item.party_id, item.currency) == key]
        matching.settle(entry.company, pair, matched_on=posted_on, source=entry.company, by=by)
    return back


def _standing_against(entry: Entry) -> list[Refusal | None]:
    if entry.source_kind != MANUAL:
        return [BELONGS_TO_DOCUMENT(number=entry.number)]
    if Entry.objects.filter(reversal_of=entry).exists():
        return [ALREADY_REVERSED(number=entry.number)]
    touched = OpenItem.objects.filter(line__entry=entry).exclude(remaining=F("amount"))
    # A line of open items without an item of its own is the exchange difference of a settlement.
    difference = Line.objects.filter(entry=entry, account__matchable=True, open_item=None)
    return [matching.ITEM_SETTLED(number=entry.number) if touched.exists() or difference.exists() else None]
