"""What the stock ledger does by itself when a day comes."""

from __future__ import annotations

import logging

from onmaru.kernel import calendars, identity, jobs
from onmaru.kernel.refusals import Refused
from onmaru.ledgers.stock import queries
from onmaru.ledgers.stock.commands import costs

log = logging.getLogger(__name__)


@jobs.every(seconds=60, name="stock.revalue")
def revalue() -> None:
    """Bring stock to the standard costs whose day has come, each by itself: one that is refused holds up no other."""
    for standard in queries.facts.standards_to_come():
        today = calendars.today(standard)
        if standard.valid_from > today:
            continue
        try:
            costs.revalue(standard, by=identity.house(), today=today)
        except Refused:
            log.exception("standard cost %s of %s was not taken over", standard, standard.company)
