"""The board: a column for each state, or for each value of any choice; a card moved is a command done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onmaru.kernel.identity import Actor
from onmaru.office.faces.queries import board
from onmaru.office.faces.queries.board import Stack, Stays
from onmaru.office.faces.views import frame
from onmaru.office.faces.views.frame import Asked
from onmaru.workbench import listing, values
from onmaru.workbench.entity import Column, Entity
from onmaru.workbench.listing import Cell, Row
from onmaru.workbench.views import cells, faces
from onmaru.workbench.views.page import show

MOST_CELLS = 2
Moves = dict[str, dict[str, list[dict[str, str]]]]


class Card(NamedTuple):
    """A record on a board. ``stay`` says how long it stands there, ``slow`` why that is long; ``free`` to be moved."""

    record: Any
    state: str
    cells: Sequence[Cell]
    stay: str
    slow: str
    free: bool
    ways: Sequence[tuple[str, str, str]]


class Drawn(NamedTuple):
    """A column of the board as the page shows it; ``more`` leads to its further cards."""

    stack: Stack
    value: Any
    tone: str
    cards: list[Card]
    more: str


@dataclass(frozen=True)
class Board:
    """What all columns of one board have in common; ``way`` is how a card gets to another one."""

    asked: Asked
    column: Column
    way: str
    moves: Moves

    def draw(self, stacks: Sequence[Stack], now: datetime) -> list[Drawn]:
        """The columns with their cards: three queries for how long the cards stand there."""
        entity, by = self.asked.entity, self.asked.by
        stays = board.stays(entity, self.column, by, [one for stack in stacks for one in stack.records])
        return [self._stack(one, stays, now) for one in stacks]

    def _stack(self, stack: Stack, stays: Stays, now: datetime) -> Drawn:
        entity = self.asked.entity
        rows = listing.show_rows(self._columns(), stack.records)
        free = frame.editable(entity, self.asked.by, self.column.name)
        tone = frame.tone(entity)
        ways = self._ways(stack)
        cards = [
            Card(
                row.record,
                tone(row.record)[1],
                _said(row),
                *_stay(stays, row.id, stack.value, now),
                bool(ways) if self.way == "move" else free(row.record),
                ways,
            )
            for row in rows
        ]
        more = self.asked.href(on=stack.key, after=stack.next) if stack.next else ""
        return Drawn(stack, values.plain(stack.value), cells.tone(stack.value), cards, more)

    def _columns(self) -> list[Column]:
        """What a card may show: of the list what is not its column."""
        hidden = {self.column.name, "company"}
        return [one for one in self.asked.entity.list_columns if one.name not in hidden]

    def _ways(self, stack: Stack) -> list[tuple[str, str, str]]:
        """The commands that lead out of a column: verb, its label, the column it leads to."""
        words = {value: str(label) for value, label in self.column.choices}
        return [
            (one["verb"], one["label"], words.get(to, to))
            for to, verbs in self.moves.get(stack.key, {}).items()
            for one in verbs
        ]


def _answer(request: HttpRequest, by: Actor, entity: Entity) -> HttpResponse:
    asked = frame.read(request, by, entity)
    columns = board.columns_of(entity)
    column = frame.chosen(columns, asked.word("by"))
    made = Board(
        asked, column, _way(entity, by, column), _moves(entity, by) if column.name == "state" else {}
    )
    money = frame.amount_of(entity)
    stacks = board.stacks(asked.found, column, by, money, exact=asked.query.count)
    wanted = asked.word("on")
    for stack in stacks:
        if stack.count != 0 and wanted in {"", stack.key}:
            after = asked.query.after if wanted else ""
            board.fill(stack, asked.found, column, listing.order_of(entity, asked.query), after)
    drawn = made.draw([one for one in stacks if wanted in {"", one.key}], timezone.now())
    context = {
        "board": made,
        "columns": asked.choices("by", columns, column),
        "stacks": drawn,
        "count": asked.href(count="1") if any(one.count is None for one in stacks) else "",
        "movable": made.way == "edit" or any(card.ways for one in drawn for card in one.cards),
    }
    if wanted:
        return show(
            request, by, "faces/cards.html", {"entity": entity, **context, "drawn": next(iter(drawn), None)}
        )
    return frame.draw(asked, "faces/board.html", context)


def _way(entity: Entity, by: Actor, column: Column) -> str:
    """How a card gets into another column: by the command that moves the state, by editing, or not at all."""
    if column.source is None or "." in column.name:
        return ""
    return "move" if column.name == "state" else "edit" if frame.may_edit(entity, by, column.name) else ""


def _moves(entity: Entity, by: Actor) -> Moves:
    """The commands that lead from a state to another, as far as this person's role has them."""
    found: Moves = defaultdict(lambda: defaultdict(list))
    for command in entity.verbs:
        if command.moves_to is not None and by.may(command.permission):
            for start in sorted(command.moves_from or ()):
                found[start][command.moves_to].append({"verb": command.__name__, "label": str(command.label)})
    return found


def _said(row: Row) -> list[Cell]:
    """What a card says beside its name: few values and the amount."""
    told = [cell for cell in row.cells if cell.text and cell.text != str(row.record)]
    amounts = [cell for cell in told if cell.column.kind == "money"]
    return [cell for cell in told if cell not in amounts][:MOST_CELLS] + amounts[:1]


def _stay(stays: Stays, record_id: int, value: Any, now: datetime) -> tuple[str, str]:
    """How long a card stands in its column, and when that is long, why it is called so."""
    if record_id not in stays.since:
        return "", ""
    stay, usual = now - stays.since[record_id], stays.usual.get(value)
    if usual is None or stay <= max(2 * usual, timedelta(days=1)):
        return _days(stay), ""
    return _days(stay), _("Half of the others were here no longer than {usual}.").format(usual=_days(usual))


def _days(stay: timedelta) -> str:
    days = max(stay.days, 0)
    return ngettext("{count} day", "{count} days", days).format(count=days) if days else _("less than a day")


faces.register(
    faces.Face(
        "board", gettext_lazy("Board"), "layout-kanban", lambda one: bool(board.columns_of(one)), _answer
    )
)
