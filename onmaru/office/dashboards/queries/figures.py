"""Key figures of the room itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from onmaru.kernel.identity import Actor
from onmaru.office.approval.queries import inbox
from onmaru.office.dashboards.ports import Amount
from onmaru.workbench import menu


def waiting(by: Actor, _today: date) -> Sequence[Amount]:
    """How many documents the person's own next step would move on."""
    return [Amount(Decimal(sum(one.count for one in menu.waiting(by))))]


def to_sign(by: Actor, today: date) -> Sequence[Amount]:
    """How many approvals wait for the person's own stamp."""
    return [Amount(Decimal(inbox.waiting(by, today).count()))]
