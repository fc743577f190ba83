"""Files in: every row through the entity's own commands, all of them or none, each refusal at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Model, UniqueConstraint
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


Key = tuple[Any, ...]


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
    found: list[Place] = []
    problems: list[Refusal] = []
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
        at = {place.field.name: at for at, place in enumerate(places)}
        names = key_of(entity)
        self.key = {name: at[name] for name in names} if all(name in at for name in names) else {}
        self.known: dict[Key, Any] = {}
        self.seen: set[Key] = set()

    def run(self, rows: list[list[Any]]) -> list[Outcome]:
        for at, place in enumerate(self.places):
            if place.field.kind == "reference" and place.field.model is not None:
                self.references.prime(place.field.model, place.key, {_text(row[at]) for row in rows})
        keys = [self.key_in(row) for row in rows]
        self.remember([key for key in keys if key is not None])
        return [self.one(line, row, key) for line, (row, key) in enumerate(zip(rows, keys, strict=True), 2)]

    def key_in(self, row: list[Any]) -> Key | None:
        """What a row is known by, or None when it does not say or cannot be read."""
        if all(values.is_blank(row[at]) for at in self.key.values()):
            return None
        try:
            return tuple(_plain(self.cell(self.places[at], row[at], known=True)) for at in self.key.values())
        except Refused:
            return None

    def remember(self, keys: list[Key]) -> None:
        """Fetch the records that the file may mean with one query."""
        if not keys:
            return
        wanted = {name: {key[at] for key in keys} for at, name in enumerate(self.key)}
        narrow = {f"{name}__in": found for name, found in wanted.items() if None not in found}
        for record in filters.visible(self.entity, self.by).filter(**narrow):
            self.known[tuple(_plain(getattr(record, name)) for name in self.key)] = record

    def one(self, line: int, row: list[Any], key: Key | None) -> Outcome:
        record = self.known.get(key) if key is not None else None
        try:
            if key is not None and key in self.seen:
                raise Refused(KEY_TWICE(next(iter(self.key)), text=" ".join(str(part) for part in key)))
            if key is not None:
                self.seen.add(key)
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
            name, label = place.field.name, place.field.label
            if record is not None and name in self.key:
                continue
            if not calls.takes(command, name):
                if name in self.key and not values.is_blank(cell):
                    problems.append(references.REFERENCE_UNKNOWN(name, label=label, text=_text(cell)[:40]))
                continue
            if values.is_blank(cell) and record is None and not place.field.required:
                continue
            try:
                found[name] = self.cell(place, cell, known=record is not None)
            except Refused as refused:
                problems += refused.reasons
        problems += self.missing(command) if record is None else []
        refusals.check(problems)
        return found

    def cell(self, place: Place, cell: Any, *, known: bool) -> Any:
        if isinstance(cell, str) and "\ufffd" in cell:
            raise Refused(TEXT_BROKEN(place.field.name, label=place.field.label))
        if place.field.kind == "reference" and place.field.model is not None and not values.is_blank(cell):
            label = place.field.label
            return self.references.find(
                place.field.model, _text(cell), key=place.key, field=place.field.name, label=label
            )
        return values.read(place.field.later() if known else place.field, cell, self.references)

    def missing(self, command: Command[Any]) -> Iterable[Refusal]:
        """Needed fields for which the file has no column at all."""
        there = {place.field.name for place in self.places}
        needed = [one for one in calls.asks(self.entity, command) if one.required and one.name not in there]
        return [refusals.FIELD_REQUIRED(one.name, label=one.label) for one in needed]


def key_of(entity: Entity) -> tuple[str, ...]:
    """The fields by which a file finds a record again: those declared, else what the database holds unique."""
    if entity.key:
        return tuple(entity.key.split())
    words = [column.name for column in entity.exchange_columns]
    heads = {word.partition(".")[0] for word in words}
    own = (
        column.name
        for column in entity.exchange_columns
        if column.source is not None and column.source.unique
    )
    single = next((name for name in own if "." not in name), None)
    if single:
        return (single,)
    together = [one for one in entity.model._meta.constraints if isinstance(one, UniqueConstraint)]
    return next((tuple(one.fields) for one in together if one.fields and heads >= set(one.fields)), ())


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
