"""Files in: every row through the entity's own commands, all of them or none, each refusal at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import calls, columns, fields, filters, references, tables, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

HEADER_UNKNOWN = refusals.reason("header_unknown", _("Nothing here is called “{header}”."))
HEADER_TWICE = refusals.reason("header_twice", _("Two columns of the file are called “{header}”."))
TEXT_BROKEN = refusals.reason("text_broken", _("“{label}” holds letters that cannot be read."))
KEY_TWICE = refusals.reason("key_twice", _("“{text}” stands in the file more than once."))


@dataclass(frozen=True)
class Place:
    """Where a column of the file goes: a field, and for a reference the ``key`` it is named by."""

    header: str
    field: Field
    key: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a row (``line`` counts from 1 with the header): ``done`` is inserted, updated or refused."""

    line: int
    cells: list[Any]
    done: str
    record: Any = None
    problems: list[Refusal] = field(default_factory=list)


@dataclass
class Report:
    """``names`` are the fields behind ``headers``, as refusals name them; ``applied`` is False after a dry run."""

    headers: list[str]
    names: list[str]
    outcomes: list[Outcome]
    applied: bool = False

    def count(self, done: str) -> int:
        """How many rows were inserted, updated or refused."""
        return sum(one.done == done for one in self.outcomes)

    @property
    def inserted(self) -> int:
        """Rows that made a new record."""
        return self.count("inserted")

    @property
    def updated(self) -> int:
        """Rows that changed a record."""
        return self.count("updated")

    @property
    def refused(self) -> list[Outcome]:
        """Rows with reasons against them."""
        return [one for one in self.outcomes if one.problems]


class _Undo(Exception):
    pass


def take(entity: Entity, by: Actor, content: bytes, name: str, *, dry_run: bool = True) -> Report:
    """Read a CSV or XLSX file into commands, all rows or none; a dry run tells what would happen, cell by cell.

    A row whose key is known changes that record, another makes a new one. Raises Refused for a file that is not
    readable or has unknown headers, and without the import permission.
    """
    permission = permissions.code(entity.model, "import")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    head, *rows = tables.read(content, name)
    places = _places(entity, [str(cell).strip() for cell in head])
    intake = _Intake(entity, by, places)
    report = Report([one.header for one in places], [one.field.name for one in places], [])
    try:
        with transaction.atomic():
            report.outcomes = intake.run([[*row, *[""] * len(places)][: len(places)] for row in rows])
            if dry_run or report.refused:
                raise _Undo
        report.applied = True
    except _Undo:
        pass
    return report


def _places(entity: Entity, headers: list[str]) -> list[Place]:
    known = _known_headers(entity)
    found, problems = [], []
    for header in headers:
        place = known.get(_folded(header))
        if place is None:
            problems.append(HEADER_UNKNOWN("file", header=header[:60]))
        elif any(place.field.name == other.field.name for other in found):
            problems.append(HEADER_TWICE("file", header=header[:60]))
        else:
            found.append(replace(place, header=header))
    refusals.check(problems)
    return found


def _folded(header: str) -> str:
    return "".join(header.casefold().split()).rstrip("*")


def _known_headers(entity: Entity) -> dict[str, Place]:
    """Every way to head a column: the exchange words first, then the form's, by name and by label in each language."""
    offered = [_place(entity, column.name, column.label) for column in entity.exchange_columns]
    plain = [one for one in entity.input_fields if one.kind != "lines"]
    offered += [Place("", one) for one in plain]
    labels = [(column.name, column.label) for column in entity.exchange_columns] + [
        (f.name, f.label) for f in plain
    ]
    known: dict[str, Place] = {}
    for place, (word, label) in zip(offered, labels, strict=True):
        known.setdefault(_folded(word), place)
        for language in ("ko", "en"):
            with translation.override(language):
                known.setdefault(_folded(str(label)), place)
    return known


def _place(entity: Entity, word: str, label: fields.Text) -> Place:
    name, _dot, key = word.partition(".")
    own = next((one for one in entity.input_fields if one.name == name), None)
    found = own or fields.of_model(columns.follow(entity.model, name)[0])
    return Place("", replace(found, label=label), key)


class _Intake:
    """One file on its way into one kind of record."""

    def __init__(self, entity: Entity, by: Actor, places: list[Place]) -> None:
        self.entity, self.by, self.places = entity, by, places
        self.references = References(by)
        self.key = _key(entity)
        self.at = next(
            (at for at, one in enumerate(places) if one.field.name == self.key and not one.key), None
        )
        self.known: dict[str, Any] = {}
        self.seen: set[str] = set()

    def run(self, rows: list[list[Any]]) -> list[Outcome]:
        for at, place in enumerate(self.places):
            if place.field.kind == "reference" and place.field.model is not None:
                self.references.prime(place.field.model, place.key, {_text(row[at]) for row in rows})
        if self.at is not None:
            texts = {_text(row[self.at]) for row in rows}
            visible = filters.visible(self.entity, self.by).filter(**{f"{self.key}__in": texts})
            self.known = {str(getattr(record, self.key)): record for record in visible}
        return [self.one(line, row) for line, row in enumerate(rows, 2)]

    def one(self, line: int, row: list[Any]) -> Outcome:
        text = _text(row[self.at]) if self.at is not None else ""
        record = self.known.get(text)
        try:
            if text and text in self.seen:
                raise Refused(KEY_TWICE(self.key, text=text))
            self.seen.add(text)
            command = calls.offered(self.entity.edit if record else self.entity.create)
            given = self.values(row, command, record)
            with transaction.atomic():
                result = calls.do(command, self.by, given, subject=record)
        except Refused as refused:
            return Outcome(line, row, "refused", record, list(refused.reasons))
        return Outcome(line, row, "updated" if record else "inserted", result)

    def values(self, row: list[Any], command: Command[Any], record: Any) -> Mapping[str, Any]:
        """What a row says to its command; what the command does not take is left out, unless it names a record."""
        problems: list[Refusal] = []
        found: dict[str, Any] = {}
        for place, cell in zip(self.places, row, strict=True):
            name = place.field.name
            is_key = name == self.key and not place.key
            if not calls.takes(command, name) or (is_key and record is not None):
                if is_key and record is None and _text(cell):
                    problems.append(
                        references.REFERENCE_UNKNOWN(name, label=place.field.label, text=_text(cell)[:40])
                    )
                continue
            if values.is_blank(cell) and record is None and not place.field.required:
                continue
            try:
                found[name] = self.cell(place, cell)
            except Refused as refused:
                problems += refused.reasons
        problems += self.missing(command) if record is None else []
        refusals.check(problems)
        return found

    def cell(self, place: Place, cell: Any) -> Any:
        if isinstance(cell, str) and "\ufffd" in cell:
            raise Refused(TEXT_BROKEN(place.field.name, label=place.field.label))
        if place.field.kind == "reference" and place.field.model is not None and not values.is_blank(cell):
            label = place.field.label
            return self.references.find(
                place.field.model, _text(cell), key=place.key, field=place.field.name, label=label
            )
        return values.read(place.field, cell, self.references)

    def missing(self, command: Command[Any]) -> Iterable[Refusal]:
        """Needed fields for which the file has no column at all."""
        there = {place.field.name for place in self.places}
        needed = [one for one in calls.asks(self.entity, command) if one.required and one.name not in there]
        return [refusals.FIELD_REQUIRED(one.name, label=one.label) for one in needed]


def _key(entity: Entity) -> str:
    """The field by which a file finds a record again."""
    if entity.key:
        return entity.key
    unique = [one.name for one in entity.exchange_columns if one.source is not None and one.source.unique]
    return next((name for name in unique if "." not in name), "")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
