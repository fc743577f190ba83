"""Rows in: read into what the entity's own commands ask, each refusal at its cell, then done one by one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model, UniqueConstraint
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import calls, columns, fields, filters, references, values
from onmaru.workbench.entity import Entity
from onmaru.workbench.fields import Field
from onmaru.workbench.references import References

HEADER_UNKNOWN = refusals.reason("header_unknown", _("Nothing here is called “{header}”."))
HEADER_TWICE = refusals.reason("header_twice", _("Two columns of the file are called “{header}”."))
TEXT_BROKEN = refusals.reason("text_broken", _("“{label}” holds letters that cannot be read."))
KEY_TWICE = refusals.reason("key_twice", _("“{text}” stands in the file more than once."))
KNOWN = refusals.reason("known", _("“{text}” is there already."))
UNKNOWN = refusals.reason("unknown", _("There is no “{text}” to change."))

FILE_BY_HAND = refusals.reason(
    "file_by_hand",
    _(
        "No file of this name came with the table. Pack both into one ZIP, or attach “{label}” on the record’s page."
    ),
)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Place:
    """Where a column of the file goes: a field, for a reference the ``key`` it is named by; a cell of a ``grid``."""

    header: str
    field: Field
    key: str = ""
    grid: str = ""

    @property
    def word(self) -> str:
        """The column as a declaration says it: ``client.code``, ``lines.quantity``."""
        return ".".join(part for part in (self.grid, self.field.name, self.key) if part)

    @cached_property
    def later(self) -> Field:
        """The field as an edit asks it."""
        return self.field.later()


class Item(NamedTuple):
    """What a file says of one record: its first line (the header's is 1), and rows, the later ones of its lines."""

    line: int
    rows: Sequence[Sequence[Any]]


@dataclass
class Outcome:
    """What became of an item: ``done`` is "" while it waits, else inserted, updated, skipped or refused."""

    line: int
    rows: Sequence[Sequence[Any]]
    done: str = ""
    record: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)


def may_import(entity: Entity, by: Actor) -> None:
    """Raise Refused(not_permitted) for who may not bring files in."""
    permission = permissions.code(entity.model, "import")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))


def find_places(entity: Entity, headers: Sequence[str]) -> list[Place]:
    """Where each column goes. Raises Refused for headers that nothing is called, or that stand twice."""
    known = known_headers(entity)
    found: list[Place] = []
    problems: list[Refusal] = []
    for header in headers:
        place = known.get(folded(header))
        if place is None:
            problems.append(HEADER_UNKNOWN("file", header=header[:60]))
        elif any((place.grid, place.field.name) == (other.grid, other.field.name) for other in found):
            problems.append(HEADER_TWICE("file", header=header[:60]))
        else:
            found.append(replace(place, header=header))
    refusals.check(problems)
    return found


def folded(header: str) -> str:
    """What two spellings of a header have in common."""
    return "".join(header.casefold().split()).rstrip("*")


def offered(entity: Entity) -> list[Place]:
    """Everything that a column can be: the exchange words, then the form's fields, then the cells of its grids."""
    found = [_place(entity, column.name, column.label) for column in entity.exchange_columns]
    said = {one.field.name for one in found if not one.key}
    found += [Place("", one) for one in entity.input_fields if one.kind != "lines" and one.name not in said]
    grids = [one for one in entity.input_fields if one.kind == "lines"]
    return found + [Place("", cell, grid=grid.name) for grid in grids for cell in grid.lines]


def known_headers(entity: Entity) -> dict[str, Place]:
    """Every way to head a column: by its word, by its field's name and by its label in each language."""
    known: dict[str, Place] = {}
    for place in offered(entity):
        for word in (place.word, place.field.name):
            known.setdefault(folded(word), place)
        for language in ("ko", "en"):
            with translation.override(language):
                known.setdefault(folded(str(place.field.label)), place)
    return known


def _place(entity: Entity, word: str, label: fields.Text) -> Place:
    name, _dot, key = word.partition(".")
    own = next((one for one in entity.input_fields if one.name == name), None)
    found = own or fields.of_model(columns.follow(entity.model, name)[0])
    return Place("", replace(found, label=label), key)


class Intake:
    """Rows on their way into one kind of record. ``mode`` is what a known key means and an unknown one: "both"
    changes the one and makes the other, "insert" and "update" refuse what they do not do, "skip" leaves the known.

    ``given`` is what is said of every record beside its row, ``files`` what a form would post for each file beside it.
    """

    def __init__(
        self,
        entity: Entity,
        by: Actor,
        places: Sequence[Place],
        *,
        mode: str = "both",
        given: Mapping[str, Any] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.entity, self.by, self.places, self.mode, self.given = entity, by, places, mode, given or {}
        self.files = files or {}
        self.references = References(by)
        grids = [one for one in entity.input_fields if one.kind == "lines"]
        self.grid_places = [
            (grid, [(at, place.field) for at, place in enumerate(places) if place.grid == grid.name])
            for grid in grids
            if any(place.grid == grid.name for place in places)
        ]
        at = {place.field.name: at for at, place in enumerate(places) if not place.grid}
        names = key_of(entity)
        self.key = {name: at[name] for name in names} if all(name in at for name in names) else {}
        self.known: dict[Key, Any] = {}
        self.seen: set[Key] = set()

    def read(self, items: Sequence[Item]) -> list[Outcome]:
        """What every item asks for, or why it cannot be; nothing is done yet."""
        for at, place in enumerate(self.places):
            if place.field.kind == "reference" and place.field.model is not None:
                texts = {_text(row[at]) for item in items for row in item.rows}
                self.references.prime(place.field.model, place.key, texts)
        keys = [self.key_in(item.rows[0]) for item in items]
        self.remember([key for key in keys if key is not None])
        return [self.one(item, key) for item, key in zip(items, keys, strict=True)]

    def write(self, one: Outcome, *, key: str | None = None, dry_run: bool = False) -> None:
        """Do what an outcome waits for, by the entity's own command; a dry run leaves its record as it was."""
        command = calls.offered(self.entity.edit if one.record else self.entity.create)
        try:
            made = calls.do(command, self.by, one.values, subject=one.record, key=key, dry_run=dry_run)
        except Refused as refused:
            one.done, one.problems = "refused", list(refused.reasons)
            return
        one.done, one.record = "updated" if one.record else "inserted", one.record if dry_run else made

    def key_in(self, row: Sequence[Any]) -> Key | None:
        """What a row is known by, or None when it does not say or cannot be read."""
        if all(values.is_blank(row[at]) for at in self.key.values()):
            return None
        try:
            return tuple(_plain(self.cell(self.places[at], row[at], known=True)) for at in self.key.values())
        except Refused:
            return None

    def remember(self, keys: list[Key]) -> None:
        """Fetch the records that the rows may mean with one query."""
        if not keys:
            return
        wanted = {name: {key[at] for key in keys} for at, name in enumerate(self.key)}
        narrow = {f"{name}__in": found for name, found in wanted.items() if None not in found}
        for record in filters.visible(self.entity, self.by).filter(**narrow):
            self.known[tuple(_plain(getattr(record, name)) for name in self.key)] = record

    def one(self, item: Item, key: Key | None) -> Outcome:
        found = Outcome(item.line, item.rows, record=self.known.get(key) if key is not None else None)
        try:
            self.judge(key, found)
            if not found.done:
                command = calls.offered(self.entity.edit if found.record else self.entity.create)
                found.values = self.values(item, command, found.record)
        except Refused as refused:
            found.done, found.problems = "refused", list(refused.reasons)
        return found

    def judge(self, key: Key | None, found: Outcome) -> None:
        """Whether the mode lets the item be done, and its key has not come before."""
        text = " ".join(str(part) for part in key or ())
        where = next(iter(self.key), "")
        refusals.check(
            [
                KEY_TWICE(where, text=text) if key in self.seen else None,
                KNOWN(where, text=text) if found.record and self.mode == "insert" else None,
                UNKNOWN(where, text=text) if not found.record and self.mode == "update" else None,
            ]
        )
        if key is not None:
            self.seen.add(key)
        found.done = "skipped" if found.record and self.mode == "skip" else ""

    def values(self, item: Item, command: Command[Any], record: Any) -> Mapping[str, Any]:
        """What an item says to its command; what the command does not take is left out, unless it names a record."""
        problems: list[Refusal] = []
        found = {name: value for name, value in self.given.items() if calls.takes(command, name)}
        for place, cell in zip(self.places, item.rows[0], strict=True):
            name, label = place.field.name, place.field.label
            if place.grid or (record is not None and name in self.key):
                continue
            if not calls.takes(command, name):
                if name in self.key and not values.is_blank(cell):
                    problems.append(references.REFERENCE_UNKNOWN(name, label=label, text=_text(cell)[:40]))
                continue
            if values.is_blank(cell) and record is None and not place.field.required:
                continue
            file = self.files.get(spoken(cell)) if place.field.kind == "file" else cell
            if (
                place.field.kind == "file"
                and file is None
                and (record is not None or not values.is_blank(cell))
            ):
                held = self.entity.value(record, name) if record is not None else None
                problems += [] if _text(cell) in ("", held) else [FILE_BY_HAND(name, label=label)]
                continue
            try:
                found[name] = self.cell(place, file, known=record is not None)
            except Refused as refused:
                problems += refused.reasons
        problems += self.grids(item, found)
        problems += self.missing if record is None else []
        refusals.check(problems)
        return found

    def grids(self, item: Item, found: dict[str, Any]) -> list[Refusal]:
        """Read the lines below a record out of its rows; those that say nothing of a line are none."""
        problems: list[Refusal] = []
        for grid, cells in self.grid_places:
            lines = [{one.name: self.typed(one, row[at]) for at, one in cells} for row in item.rows]
            lines = [line for line in lines if not all(values.is_blank(cell) for cell in line.values())]
            try:
                found |= {grid.name: values.read(grid, lines, self.references)} if lines else {}
            except Refused as refused:
                problems += refused.reasons
        return problems

    def typed(self, one: Field, cell: Any) -> Any:
        """A cell of a grid as a form would post it."""
        if one.kind == "file":
            return self.files.get(spoken(cell), cell)
        return _text(cell) if one.kind == "reference" else cell

    def cell(self, place: Place, cell: Any, *, known: bool) -> Any:
        """The value of one cell. Raises Refused."""
        if isinstance(cell, str) and "\ufffd" in cell:
            raise Refused(TEXT_BROKEN(place.field.name, label=place.field.label))
        if place.field.kind == "reference" and place.field.model is not None and not values.is_blank(cell):
            label = place.field.label
            return self.references.find(
                place.field.model, _text(cell), key=place.key, field=place.field.name, label=label
            )
        return values.read(place.later if known else place.field, cell, self.references)

    @cached_property
    def missing(self) -> list[Refusal]:
        """Needed fields of a new record for which the file has no column at all."""
        there = {place.grid or place.field.name for place in self.places} | self.given.keys()
        asked = calls.asks(self.entity, calls.offered(self.entity.create))
        needed = [one for one in asked if one.required and one.name not in there]
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


def spoken(path: Any) -> str:
    """A path as it is compared: Windows parts it by backslashes, and macOS takes Hangul syllables apart."""
    return unicodedata.normalize("NFC", _text(path).replace("\\", "/"))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
