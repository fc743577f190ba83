"""What a card answers to whom: always by the rows that they may see, of the days and things the page is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from onmaru.kernel import calendars, permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.dashboards import ports, rules
from onmaru.office.dashboards.models import Card
from onmaru.office.pivot.queries import charts
from onmaru.office.pivot.queries import layout as layouts
from onmaru.office.pivot.queries import table as tables
from onmaru.workbench import filters, groups, listing, phrases, registry, shown, sight
from onmaru.workbench.entity import Entity
from onmaru.workbench.phrases import Span

MOST_ROWS = 6
MOST_BARS = 8
PERIOD = "period"
Params = Mapping[str, list[str]]


class Figure(NamedTuple):
    """A figure in words, what it was in the days it is compared with, and by how many per cent it grew."""

    text: str
    against: str = ""
    change: Decimal | None = None

    @property
    def moved(self) -> str:
        """How much more or less it is, with its sign: no colour says it alone."""
        return "" if self.change is None else f"{'▼' if self.change < 0 else '▲'} {abs(self.change):,}%"

    @property
    def aside(self) -> str:
        """The comparison in one line."""
        return f"{self.moved} {self.against}".strip()


@dataclass
class Answer:
    """A card with what it tells one person: figures in words, rows, series; ``problem`` says why there is none."""

    card: Card
    href: str = ""
    figures: list[Figure] = field(default_factory=list)
    columns: Sequence[Any] = ()
    rows: Sequence[Any] = ()
    chart: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def title(self) -> str:
        """What stands above it: its own words, else those of what it asks."""
        return str(self.card.title or self.card.about)

    @property
    def bars(self) -> list[Bar]:
        """The outermost rows as bars: each what its series come to, the largest first."""
        found = list(zip(self.chart["rows"], self._sums(), strict=True)) if self.chart else []
        most = max([value for _label, value in found], default=0)
        largest = sorted(found, key=lambda one: -one[1])[:MOST_BARS]
        return [
            Bar(label, round(max(value, 0) * 100 / most) if most > 0 else 0, self._plain(value))
            for label, value in largest
        ]

    @property
    def points(self) -> str:
        """The outermost rows as points of a line in a field of 400 by 100, zero below."""
        values = self._sums()
        most, step = max([*values, 1]), 400 / max(len(values) - 1, 1)
        return " ".join(
            f"{place * step:.0f},{96 - max(value, 0) * 90 / most:.0f}" for place, value in enumerate(values)
        )

    def _plain(self, value: float) -> str:
        """A figure of the chart, whose unit says the currency."""
        currency = self.chart["currency"]
        return shown.amount(layouts.rounded(Decimal(str(value)), currency), currency)

    def _sums(self) -> list[float]:
        return [sum(of) for of in zip(*(one["data"] for one in self.chart["series"]), strict=True)]

    @property
    def table(self) -> list[list[str]]:
        """The answer as rows of words, for paper and workbook."""
        if self.card.kind == Card.Kind.LIST:
            return [[cell.text for cell in row.cells] for row in self.rows]
        if self.chart:
            names = [self.chart["unit"], *(one["name"] for one in self.chart["series"])]
            data = [one["data"] for one in self.chart["series"]]
            return [
                names,
                *([row, *map(self._plain, of)] for row, *of in zip(self.chart["rows"], *data, strict=True)),
            ]
        return [[one.label, one.text] for one in self.rows]


class Bar(NamedTuple):
    """A row of a chart: its words, its length in per cent of the longest, its figure."""

    label: str
    share: int
    text: str


@dataclass(frozen=True)
class Lane:
    """A column of a board in a card: its words, how many, and where they are."""

    label: str
    text: str
    href: str


def of(card: Card, by: Actor, across: Params, today: date) -> Answer | None:
    """What a card answers to ``by``, None where its list is closed to them; ``across`` filters the whole page."""
    if card.kind == Card.Kind.TEXT:
        return Answer(card)
    if card.source in ports.figures:
        return _key_figure(card, by, today)
    entity = registry.get(card.source)
    if entity is None or not by.may(permissions.code(entity.model, "view")):
        return None
    entity = sight.of(entity, by)
    params = _params(entity, card, across)
    try:
        return _WAYS[Card.Kind(card.kind)](_Asked(card, by, entity, params, today))
    except Refused as refused:
        return Answer(card, problem=" ".join(one.message for one in refused.reasons))


@dataclass(frozen=True)
class _Asked:
    card: Card
    by: Actor
    entity: Entity
    params: dict[str, list[str]]
    today: date

    def href(self, **more: str) -> str:
        said = {name: raw for name, raw in self.params.items() if name not in {"down", "across", "measure"}}
        return f"/{self.entity.name}/?{urlencode(said | more, doseq=True)}"

    def table(self, params: Params, **layout: list[str]) -> tables.Table:
        """The pivot of these records, with this layout."""
        query = filters.read(self.entity, self.by, dict(params))
        refusals.check(query.problems)
        found = listing.select(self.entity, self.by, query)
        return tables.read(
            found, self.by, layouts.layout(self.entity, {"measure": [self.card.measure], **layout})
        )


def _params(entity: Entity, card: Card, across: Params) -> dict[str, list[str]]:
    """What the card asks, and those filters of the page that its list has; a period takes the place of its days."""
    found = rules.params(card.asked)
    day = _day_of(entity, found)
    for name, raw in across.items():
        if name == PERIOD and day and any(raw):
            found = {one: said for one, said in found.items() if one.partition("__")[0] != day} | {day: raw}
        elif name != PERIOD and any(raw) and filters.find_column(entity, name.partition("__")[0]):
            found[name] = raw
    return found


def _day_of(entity: Entity, params: Params) -> str:
    """The day that a card is about: the one it asks of, else the calendar's, else the list's first."""
    days = [one.name for one in entity.filter_columns.values() if one.kind in {"date", "datetime"}]
    asked = [one for one in (name.partition("__")[0] for name in params) if one in days]
    return next(iter([*asked, *([entity.calendar] if entity.calendar in days else []), *days]), "")


def _key_figure(card: Card, by: Actor, today: date) -> Answer | None:
    figure = ports.figures[card.source]
    if figure.permission and not by.may(figure.permission):
        return None
    told = figure.read(by, today)
    figures = [_compared(one.value, one.before, one.currency, _("a month before:")) for one in told]
    return Answer(card, figure.href, figures)


def _compared(now: Decimal, before: Decimal | None, currency: str, words: str) -> Figure:
    """A figure with its comparison, both with their currency as a list says it."""
    text = shown.told(now, currency)
    if before is None:
        return Figure(text)
    if not before:
        return Figure(text, f"{words} {_('no figures')}")
    change = ((now - before) * 100 / before).quantize(Decimal("0.1")) if before > 0 else None
    return Figure(text, f"{words} {shown.told(before, currency)}", change)


def _number(asked: _Asked) -> Answer:
    """A figure, and what it was in the days it is compared with."""
    span = _span(asked)
    if not asked.card.against or span is None:
        return _told(asked, asked.table(asked.params))
    day, days = span
    now, before = rules.compared(days, asked.card.against, asked.today)
    table, earlier = (asked.table(_within(asked.params, day, one)) for one in (now, before))
    return Answer(asked.card, asked.href(), _figures(asked, table, table.totals, _by_currency(earlier)))


def _told(asked: _Asked, table: tables.Table) -> Answer:
    return Answer(asked.card, asked.href(), _figures(asked, table, table.totals))


def _figures(
    asked: _Asked, table: tables.Table, values: Sequence[Any], before: Mapping[Any, Decimal] | None = None
) -> list[Figure]:
    """The figures of a row, one a currency; compared where the days before are given, nothing then being zero."""
    words = _("a year before:") if asked.card.against == Card.Against.YEAR else _("before:")
    found = [
        _compared(
            layouts.rounded(value, head.currency or ""),
            None if before is None else before.get(head.currency, Decimal(0)),
            head.currency or "",
            words,
        )
        for head, value in zip(table.heads, values, strict=False)
        if value is not None
    ]
    earlier = " · ".join(shown.told(value, currency or "") for currency, value in (before or {}).items())
    return found or [Figure("0", f"{words} {earlier}" if before else "")]


def _by_currency(table: tables.Table) -> dict[Any, Decimal]:
    pairs = zip(table.heads, table.totals, strict=True)
    return {head.currency: layouts.rounded(value, head.currency or "") for head, value in pairs if value}


def _span(asked: _Asked) -> tuple[str, Span] | None:
    """The day column that the card asks of by one phrase (this month), and the days that it means."""
    day = _day_of(asked.entity, asked.params)
    raw = asked.params.get(day, [])
    said = phrases.days(raw[0]) if len(raw) == 1 else None
    return (day, said.span(asked.today)) if said else None


def _within(params: Params, day: str, span: Span) -> dict[str, list[str]]:
    rest = {name: raw for name, raw in params.items() if name.partition("__")[0] != day}
    return rest | {f"{day}__gte": [span.first.isoformat()], f"{day}__lte": [span.last.isoformat()]}


def _trend(asked: _Asked) -> Answer:
    """A figure month by month; the last one stands large."""
    day = _day_of(asked.entity, asked.params)
    table = asked.table(asked.params, down=[f"{day}.month"])
    answer = Answer(asked.card, asked.href(face="pivot", down=f"{day}.month"), chart=_drawn(table, "line"))
    last = table.lines[-1].figures if table.lines else []
    answer.figures = _figures(asked, table, last) if last else []
    return answer


def _chart(asked: _Asked) -> Answer:
    """The first figure of a pivot, drawn."""
    layout = {name: asked.params[name] for name in ("down", "across") if name in asked.params}
    layout = layout or {"down": [one.name for one in layouts.layout(asked.entity, {}).down]}
    table = asked.table(asked.params, **layout)
    kind = (asked.params.get("by") or ["bar"])[-1]
    href = asked.href(face="pivot", **{name: raw[0] for name, raw in layout.items()})
    return Answer(asked.card, href, chart=_drawn(table, "line" if kind == "line" else "bar"))


def _drawn(table: tables.Table, kind: str) -> dict[str, Any]:
    return {"kind": kind, **charts.drawn(table)}


def _list(asked: _Asked) -> Answer:
    """The first records of a list."""
    page = listing.page(asked.entity, asked.by, {**asked.params, "limit": str(MOST_ROWS)})
    few = [one.name for one in page.columns][:4]
    rows = [row._replace(cells=[cell for cell in row.cells if cell.column.name in few]) for row in page.rows]
    return Answer(asked.card, asked.href(), columns=page.columns[: len(few)], rows=rows)


def _board(asked: _Asked) -> Answer:
    """How many records stand in each column of the board."""
    columns = asked.entity.filter_columns
    name = asked.entity.board.name if asked.entity.board else "state"
    chosen = next((one for one in columns.values() if one.name == name), None)
    chosen = chosen or next((one for one in columns.values() if groups.is_grouped(asked.entity, one)), None)
    if chosen is None:
        return Answer(asked.card, asked.href(), problem=_("This list has nothing to make columns of."))
    table = asked.table(asked.params, down=[chosen.name])
    lanes = [
        Lane(
            one.label,
            " · ".join(table.told(one.figures)),
            asked.href(**{chosen.name: _word(one.path[0])}),
        )
        for one in table.lines
    ]
    return Answer(asked.card, asked.href(face="board"), rows=lanes)


def _word(value: Any) -> str:
    return str(getattr(value, "pk", value))


_WAYS: Mapping[Card.Kind, Callable[[_Asked], Answer]] = {
    Card.Kind.NUMBER: _number,
    Card.Kind.TREND: _trend,
    Card.Kind.CHART: _chart,
    Card.Kind.LIST: _list,
    Card.Kind.BOARD: _board,
}


def every(cards: Sequence[Card], by: Actor, across: Params) -> list[Answer]:
    """What all cards answer; those closed to this person are left out."""
    today = calendars.today()
    found = (of(one, by, across, today) for one in cards)
    return [one for one in found if one is not None]


def across(params: Any) -> dict[str, list[str]]:
    """The filters of a page as its address says them."""
    return {name: raw for name, raw in params.lists() if name not in filters.RESERVED and name != "full"}
