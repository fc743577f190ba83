"""One declaration per kind of record; every list, form, API, import and search grows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Literal

from django.db import models
from django.utils.functional import Promise

from onmaru.kernel import personal
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor, Hidden
from onmaru.workbench.fields import Choices, Field, Kind

Text = str | Promise
Align = Literal["", "end", "center"]
Fills = Callable[[Mapping[str, Any], Sequence[Any]], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Column:
    """A value shown of each record. A declaration gives ``Column(label, kind)``; the engine fills in the rest.

    ``path`` is the ORM path behind it ("" when nothing in the database is, then it neither sorts nor filters),
    ``sort`` the path it sorts by, ``getter`` takes the value from a row, ``currency`` the path of the currency.
    ``written`` is what a row calls the value as people write it. ``summed`` says whether a total of the column means
    something, ``many`` that a value is a list of choices. ``of`` names the model's fields that a derived value tells
    of, ``tells`` is every field it tells of, by kind: who may not see one does not see the column.
    """

    label: Text = ""
    kind: Kind = "text"
    name: str = ""
    path: str = ""
    sort: str = ""
    nullable: bool = True
    sortable: bool | None = None
    filterable: bool | None = None
    summed: bool | None = None
    align: Align | None = None
    choices: Choices = ()
    model: type[models.Model] | None = None
    source: models.Field[Any, Any] | None = None
    currency: str = ""
    many: bool = False
    of: str = ""
    written: str = ""
    tells: Hidden = frozenset()
    bare: Callable[[Any], Any] | None = field(default=None, repr=False)
    getter: Callable[[Any], Any] = field(default=lambda row: None, repr=False)


@dataclass(frozen=True)
class Lines:
    """The rows below a record (order lines): ``link`` is their key to it (unsaid, the first), ``name`` the command's
    keyword (what the key calls them), ``order`` the ordinal or id.

    ``only`` is what the rows of the grid fulfil; ``optional`` names cells that the command fills in when left empty;
    ``fills`` says with what, of each row, from the fields of the form and the rows as far as they can be read.
    ``own`` are the columns of fields that the company added, ``annotate`` brings what they show with the rows.
    """

    words: str
    model: type[models.Model] | None = None
    link: str = ""
    name: str = ""
    label: Text = ""
    columns: tuple[Column, ...] = ()
    fields: tuple[Field, ...] = ()
    order: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)
    optional: str = ""
    fills: Fills | None = None
    own: Mapping[str, Column] = field(default_factory=dict)
    annotate: Callable[[Any], Any] | None = None

    def value(self, row: Any, name: str) -> Any:
        """What a line holds under the name of one of its fields; what is personal, masked."""
        own = self.own.get(name)
        return own.getter(row) if own is not None else personal.shown(row, name)


@dataclass(frozen=True)
class Section:
    """Fields that stand together on a form or a detail page."""

    words: str
    label: Text = ""
    columns: tuple[Column, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class By:
    """What a board's columns stand for."""

    name: str


@dataclass(frozen=True)
class Related:
    """Records of another entity that point here by ``field``: a reference, or a pair ``field_kind``, ``field_id``."""

    entity: str
    field: str
    paired: bool = False


@dataclass(frozen=True)
class Document:
    """A printable: ``render(record, language)`` answers a PDF."""

    name: str
    label: Text
    render: Callable[[Any, str], bytes]


def lines(
    model: type[models.Model],
    columns: str,
    *,
    link: str = "",
    name: str = "",
    label: Text = "",
    order: str = "",
    only: Mapping[str, Any] | None = None,
    optional: str = "",
    fills: Fills | None = None,
) -> Lines:
    """A spreadsheet-like grid of ``model`` rows below the record; ``columns`` names the cells."""
    return Lines(
        columns, model, link, name, label, order=order, only=only or {}, optional=optional, fills=fills
    )


def section(label: Text, words: str) -> Section:
    """Fields under a heading."""
    return Section(words, label)


def by(name: str) -> By:
    """The field whose choices make the columns of a board."""
    return By(name)


@dataclass(eq=False)
class Entity:
    """A declaration. Words are field names separated by spaces; dots follow foreign keys.

    ``key`` names the fields by which a file finds a record again (unsaid: what of ``exchange`` is unique);
    ``prefill`` gives, by action, a function from the record to what its dialog begins with, and for the creating
    command one from what stands in the form; it is asked again when a field that ``leads`` names changes, as are the
    choices that belong to a record chosen. ``offered`` says, by action, of which records it is worth a button for a
    person; ``beside`` names the references on whose records' pages these records are shown too, for rooms that know
    of this one nothing.

    Unsaid, ``name`` is the variable that holds the declaration, ``area`` that of the room, ``place`` the order of
    declaration, ``label`` and ``one`` what the model calls itself, ``form`` what the command asks, ``search`` and
    ``filters`` what of ``list`` a record is known and narrowed by, ``detail`` the form and the rest of the list,
    ``actions`` (verbs, or whole names) every command on a record, as declared. What is edited and has no grid of
    lines is listed by its code or path and exchanged as its form asks it.
    ``made_by`` and ``edited_by`` name commands that are not called ``create`` and ``edit`` ("" for none);
    ``made_in_bulk`` the one that takes ``rows`` by the thousand, for long files.

    ``own`` are the columns of fields that the company added, ``searched`` those (as expressions) that the search
    looks into as well, and ``given`` what a new record holds unless it says
    otherwise; they stand on the shaped copy that ``registry.now`` answers. ``unseen`` are the fields that a copy was
    narrowed by. What stands below is resolved at start-up
    by ``registry.resolve``; a wrong word stops the start with a message naming entity, option and word.
    """

    model: type[models.Model]
    _: KW_ONLY
    name: str = ""
    label: Text = ""
    one: Text = ""
    list: str
    area: str = ""
    icon: str = "table"
    place: int = 50
    form: Sequence[str | Section | Lines] = ()
    detail: Sequence[str | Section | Lines] = ()
    board: By | None = None
    calendar: str = ""
    pivot: Sequence[str] = ()
    search: str = ""
    filters: str = ""
    actions: str | None = None
    made_by: str = "create"
    edited_by: str = "edit"
    made_in_bulk: str = "create_many"
    exchange: str = ""
    key: str = ""
    related: Sequence[tuple[str, str]] = ()
    beside: str = ""
    annotate: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    documents: Sequence[tuple[str, Text, Callable[[Any, str], bytes]]] = ()
    prefill: Mapping[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)
    leads: str = ""
    offered: Mapping[str, Callable[[Any, Actor], bool]] = field(default_factory=dict)
    order: str = ""

    own: Mapping[str, Column] = field(default_factory=dict, init=False, repr=False)
    searched: Mapping[str, Any] = field(default_factory=dict, init=False, repr=False)
    given: Mapping[str, Any] = field(default_factory=dict, init=False, repr=False)
    unseen: frozenset[str] = field(default_factory=frozenset, init=False, repr=False)
    verbs: tuple[Command[Any], ...] = field(default=(), init=False, repr=False)
    create: Command[Any] | None = field(default=None, init=False, repr=False)
    edit: Command[Any] | None = field(default=None, init=False, repr=False)
    in_bulk: Command[Any] | None = field(default=None, init=False, repr=False)
    list_columns: tuple[Column, ...] = field(default=(), init=False, repr=False)
    filter_columns: Mapping[str, Column] = field(default_factory=dict, init=False, repr=False)
    key_columns: Mapping[str, Column] = field(default_factory=dict, init=False, repr=False)
    sort_columns: Mapping[str, Column] = field(default_factory=dict, init=False, repr=False)
    detail_parts: tuple[Section | Lines, ...] = field(default=(), init=False, repr=False)
    form_parts: tuple[Section | Lines, ...] = field(default=(), init=False, repr=False)
    exchange_columns: tuple[Column, ...] = field(default=(), init=False, repr=False)
    search_paths: tuple[str, ...] = field(default=(), init=False, repr=False)
    joins: tuple[str, ...] = field(default=(), init=False, repr=False)
    related_parts: tuple[Related, ...] = field(default=(), init=False, repr=False)
    printed: tuple[Document, ...] = field(default=(), init=False, repr=False)

    def __str__(self) -> str:
        return self.name

    def rows(self) -> models.QuerySet[Any]:
        """All rows with the derived columns of the declaration and joined references; not yet permission-filtered."""
        found = self.model._default_manager.all()
        if self.annotate is not None:
            found = self.annotate(found)
        return found.select_related(*self.joins) if self.joins else found

    def value(self, record: Any, name: str) -> Any:
        """What a record holds under the name of one of its fields, the company's own among them."""
        own = self.own.get(name)
        return own.getter(record) if own is not None else getattr(record, name)

    def written(self, record: Any, name: str) -> Any:
        """A value as people write it, where the list has a column for that (``shown_phone``); personal ones masked."""
        told = personal.shown(record, name, self.value(record, name))
        said = next((one for one in self.list_columns if one.name == f"shown_{name}"), None)
        return told if said is None or isinstance(told, personal.Masked) else said.getter(record)

    @property
    def input_fields(self) -> tuple[Field, ...]:
        """Every field of the form, the grids of lines included."""
        found: list[Field] = []
        for part in self.form_parts:
            if isinstance(part, Lines):
                named = Field(part.name, part.label, "lines", required=False, fills=part.fills)
                found.append(replace(named, lines=part.fields))
            else:
                found.extend(part.fields)
        return tuple(found)

    def action(self, name: str) -> Command[Any] | None:
        """The declared action whose function is called ``name``."""
        return next((command for command in self.verbs if command.__name__ == name), None)
