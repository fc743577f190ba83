"""Reports: a table of values from a named query, with the parameters that the query asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_type_hints

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import calendars, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import columns, fields, registry, shown, values
from onmaru.workbench.entity import Column
from onmaru.workbench.fields import Field, Text
from onmaru.workbench.listing import Cell, Row
from onmaru.workbench.references import References

DAYS: Mapping[str, Text] = {"first": _("From"), "last": _("Until"), "on": _("As of")}

_by_name: dict[str, Report] = {}


@dataclass(eq=False, kw_only=True)
class Report:
    """A declaration. ``read`` is the query, whose parameters people fill in; ``columns`` are what its rows show.

    Unsaid, ``name`` is the variable that holds the report, ``area`` that of its room.
    ``asks`` are the words of parameters that say more than their name, ``leads`` is where a row leads. Days begin as
    this year so far: from ``first`` until ``last``, or ``on`` today.
    """

    label: Text
    read: Callable[..., Sequence[Any]]
    columns: Mapping[str, Column]
    permission: str
    name: str = ""
    area: str = ""
    icon: str = "report"
    place: int = 80
    asks: Mapping[str, Text] = field(default_factory=dict)
    leads: Callable[[Any, Mapping[str, Any]], str] | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """What a person fills in before the report can be read."""
        hints = get_type_hints(self.read)
        asked = inspect.signature(self.read).parameters.items()
        return tuple(
            fields.of_parameter(p.replace(annotation=hints[n]), self.asks.get(n, DAYS.get(n, "")))
            for n, p in asked
        )

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns, each with its name and the way from a row to its value."""
        return tuple(
            replace(one, name=name, align=columns.ALIGNED.get(one.kind, ""), getter=columns.getter(name))
            for name, one in self.columns.items()
        )


@dataclass
class Reading:
    """A report as read: the parameters as typed and understood, its rows, and sums by column name."""

    report: Report
    raw: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)
    records: Sequence[Any] = ()

    @property
    def currency(self) -> str:
        """The currency of the company that is reported on."""
        owners = (getattr(one, "company", one) for one in self.values.values())
        return next((found for one in owners if (found := getattr(one, "currency", ""))), "")

    def rows(self) -> list[Row]:
        """The records as cells; what is zero is left empty, as printed books have it."""
        ways = [(c, c.getter, shown.shower(c)) for c in self.report.shown]
        rows = []
        for place, record in enumerate(self.records):
            cells = [Cell(c, v := get(record), self._text(c, v, show)) for c, get, show in ways]
            rows.append(Row(place, record, cells))
        return rows

    def _text(self, column: Column, value: Any, show: shown.Show) -> str:
        if column.kind == "money" and value:
            return shown.told(value, self.currency)
        return "" if isinstance(value, Decimal) and not value else show(value, None)

    def totals(self) -> dict[str, Decimal]:
        """The sums of the columns that can be summed."""
        summed = [one for one in self.report.shown if one.summed]
        return {one.name: sum((one.getter(record) for record in self.records), Decimal(0)) for one in summed}

    def sums(self) -> dict[str, str]:
        """The totals as people read them."""
        units = {one.name: self.currency if one.kind == "money" else "" for one in self.report.shown}
        return {name: shown.told(value, units[name]) for name, value in self.totals().items()}

    def heads(self) -> list[Column]:
        """The columns of a file, whose bare figures need a currency in their head where a page would say one."""
        unit, found = shown.foreign(self.currency), self.report.shown
        return [replace(c, label=f"{c.label} {unit}") if unit and c.kind == "money" else c for c in found]


def discover() -> None:
    """Take in what stands in the rooms' ``reports``."""
    _by_name.update({one.name: one for one in registry.declared("reports", Report)})


def every(by: Actor | None = None) -> list[Report]:
    """All reports, or those an actor may read, in the order of the menu."""
    found = sorted(_by_name.values(), key=lambda one: (one.area, one.place))
    return [one for one in found if by is None or by.may(one.permission)]


def find(name: str, by: Actor) -> Report:
    """The report of this name. Raises Refused: not_found, or not_permitted."""
    if name not in _by_name:
        raise Refused(refusals.NOT_FOUND())
    if not by.may(_by_name[name].permission):
        raise Refused(refusals.NOT_PERMITTED(permission=_by_name[name].label))
    return _by_name[name]


def read(report: Report, by: Actor, params: Mapping[str, Any]) -> Reading:
    """Read a report as a query string asks; parameters left out begin as declared, and companies as one's own."""
    own = {one.name: _first(one, by) for one in report.fields if one.kind == "reference" and one.required}
    start = {name: one for name, one in own.items() if name == "company"} | _days(report, calendars.today())
    given = {one.name: params[one.name] for one in report.fields if one.name in params}
    reading = Reading(report, {name: values.plain(value) for name, value in (start | given).items()})
    meant = {name: _meant(raw) for name, raw in reading.raw.items()}
    reading.values, reading.problems = values.read_all(report.fields, meant, References(by))
    if not reading.problems and not all(by.of_company(_company_id(n, v)) for n, v in reading.values.items()):
        reading.problems = [refusals.NOT_FOUND("company")]
    if not reading.problems:
        reading.records = report.read(**reading.values)
    return reading


def _days(report: Report, today: date) -> dict[str, date]:
    known = {"first": today.replace(month=1, day=1), "last": today, "on": today}
    return {one.name: known[one.name] for one in report.fields if one.name in known}


def _first(one: Field, by: Actor) -> Any:
    rows = registry.rows_for(one.model, by).order_by("pk") if one.model else ()
    return next((row for row in rows[:50] if by.of_company(_company_id(one.name, row))), None)


def _company_id(name: str, value: Any) -> int | None:
    return value.pk if name == "company" else getattr(value, "company_id", None)


def _meant(raw: Any) -> Any:
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else raw
