"""A form as a model: what it asks, what was typed, what was refused; it never loses what was typed."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from onmaru.kernel import calendars, finding, permissions, refusals
from onmaru.kernel.commands import Command
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench import calls, detail, registry, sight, values
from onmaru.workbench.entity import Entity, Lines, Section
from onmaru.workbench.fields import Field, Text
from onmaru.workbench.references import References

MOST_CHOICES = 200
WIDGETS = {
    "integer": "number",
    "money": "number",
    "quantity": "number",
    "date": "date",
    "datetime": "datetime",
    "choice": "select",
    "state": "select",
    "reference": "reference",
    "boolean": "checkbox",
    "json": "json",
    "file": "file",
}


@dataclass
class Input:
    """A field with what stands in it. ``text`` is the raw value ("12" for a reference), ``shown`` its words.

    ``widget``: text, textarea, number, date, datetime, select, ticks (of many choices), reference, checkbox, json,
    file, fixed (shown and posted back as it is). A reference's choices come from ``search.choices`` of ``lookup``;
    without it ``choices`` holds them all, or those of the record chosen in another field, which this one ``follows``.
    """

    field: Field
    name: str
    text: str = ""
    shown: str = ""
    widget: str = "text"
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    lookup: str = ""
    follows: bool = False
    readonly: bool = False
    problems: list[Refusal] = dataclasses.field(default_factory=list)


@dataclass
class GridRow:
    id: str
    inputs: list[Input]


@dataclass
class Grid:
    """Lines as a spreadsheet. Posted as ``lines.0.product``, ``lines.0.id``; ``blank`` is the empty row to copy."""

    name: str
    label: Text
    fields: Sequence[Field]
    rows: list[GridRow]
    blank: GridRow
    problems: list[Refusal] = dataclasses.field(default_factory=list)
    fills: bool = False

    @property
    def grows(self) -> bool:
        """Whether rows can be added: not where each stands for a line that is there."""
        return all(one.widget != "fixed" for one in self.blank.inputs)


@dataclass
class Group:
    label: Text
    inputs: list[Input]


@dataclass
class Form:
    """``take`` reads a POST; ``command`` is what it feeds; ``subject`` the record changed, None for a new one."""

    entity: Entity
    command: Command[Any]
    by: Actor
    subject: Any = None
    version: int | None = None
    layout: Sequence[tuple[Text, Sequence[Field]]] = ()
    problems: list[Refusal] = dataclasses.field(default_factory=list)
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    raw: dict[str, Any] = dataclasses.field(default_factory=dict)
    words: dict[tuple[Any, str], str] = dataclasses.field(default_factory=dict)
    placed: dict[str, list[Refusal]] = dataclasses.field(default_factory=lambda: defaultdict(list))

    @property
    def fields(self) -> list[Field]:
        """Every field that the command takes."""
        offered = [one for _label, part in self.layout for one in part]
        taken = [one for one in offered if calls.takes(self.command, one.name)]
        return taken if self.command is not self.entity.edit else [one.later() for one in taken]

    @property
    def groups(self) -> list[Group | Grid]:
        """What to draw: groups of inputs and grids of lines, with what was typed and refused."""
        drawn: list[Group | Grid] = []
        for label, part in self.layout:
            plain = [one for one in part if one.kind != "lines"]
            inputs = [self._input(one, one.name, self.raw.get(one.name)) for one in plain]
            drawn += [Group(label, inputs)] if inputs else []
            drawn += [self._grid(one) for one in part if one.kind == "lines"]
        return drawn

    def take(self, posted: Any) -> bool:
        """Read a POST (QueryDict or dict) into ``values`` for the command; False when something is refused."""
        self.raw = {one.name: _posted(one, posted) for one in self.fields if _is_posted(one, posted)}
        version = str(posted.get("version") or "")
        if version.isascii() and version.isdigit() and len(version) < 10:
            self.version = int(version)
        references = References(self.by)
        given = {one.name: meant(one, self.raw[one.name]) for one in self.fields if one.name in self.raw}
        self.values, found = values.read_all(self.fields, given, references, partial=self.subject is not None)
        for model, ids in references.found_by_id().items():
            self.words |= {(model, str(key)): str(record) for key, record in ids.items()}
        self._place(found)
        return not found

    def follow(self, *, anew: bool = True) -> None:
        """Begin with what the prefill makes of what stands in the form; unless ``anew``, what was typed stays."""
        prefill = self.entity.prefill.get(self.command.__name__)
        if prefill is None or self.subject is not None:
            return
        given = {one.name: meant(one, self.raw[one.name]) for one in self.fields if one.name in self.raw}
        read, _reasons = values.read_all(self.fields, given, References(self.by), partial=True)
        made = {name: _initial(self, value) for name, value in prefill(read).items()}
        self.raw = self.raw | made if anew else made | self.raw

    def redraw(self, posted: Any) -> None:
        """What was typed, and what follows from it; nothing is refused yet."""
        self.take(posted)
        self.placed.clear()
        self.problems.clear()
        self.follow()

    def submit(self, *, key: str | None = None, dry_run: bool = False) -> Any:
        """Run the command with ``values``; returns its result, or None with the reasons placed."""
        try:
            return calls.do(
                self.command,
                self.by,
                self.values,
                subject=self.subject,
                key=key,
                dry_run=dry_run,
                expected_version=self.version,
            )
        except Refused as refused:
            self.refuse(refused)
            return None

    def refuse(self, refused: Refused) -> None:
        """Put the command's reasons beside the fields they concern; the rest goes to ``problems``."""
        self._place(refused.reasons)

    def _place(self, reasons: Sequence[Refusal]) -> None:
        names = {one.name for _label, part in self.layout for one in part}
        for reason in reasons:
            field, _dot, cell = reason.field.partition(".")
            if field in names:
                # What is wrong with a whole line stands above its grid.
                self.placed[field if cell.isdigit() else reason.field].append(reason)
            else:
                self.problems.append(reason)

    def _input(self, one: Field, name: str, raw: Any) -> Input:
        plain = "ticks" if one.many and one.choices else WIDGETS.get(one.covers or one.kind, "text")
        widget = "textarea" if one.multiline else plain
        entity = registry.of_model(one.model) if one.model else None
        typed = Input(one, name, _raw_text(raw), widget=widget, problems=self.placed.get(name, []))
        typed.readonly = one.fixed or ("." not in name and not calls.takes(self.command, name))
        typed.shown = self.words.get((one.model, typed.text), typed.text.removeprefix("'"))
        if one.model is not None and entity is not None and entity.search_paths:
            typed.widget, typed.lookup = "reference", entity.name
        elif (
            one.model is not None and entity is None and "." in name and (typed.text or one.kind == "integer")
        ):
            typed.widget = "fixed"  # a line of the record that the dialog is about
        elif one.kind == "reference":
            typed.choices, typed.follows = self._all_of(one.model)
        else:
            typed.choices = [(str(value), str(label)) for value, label in one.choices]
        return typed

    def _all_of(self, model: type[models.Model] | None) -> tuple[list[tuple[str, str]], bool]:
        """The choices of a reference to something small, asked once a form: all, or those that belong to a record
        chosen in another field, and whether it is so.
        """
        if model is None:
            return [], False
        owner, link = registry.owner_of(model)
        leading = next((one.name for one in self.fields if owner and one.model is owner.model), "")
        of = {link: _id(self.raw.get(leading)) or None} if leading else {}
        known = self.__dict__.setdefault("_choices", {})
        if model not in known:
            rows = registry.rows_for(model, self.by).filter(**of).order_by("pk")[:MOST_CHOICES]
            known[model] = [(str(row.pk), str(row)) for row in rows]
        return known[model], bool(leading)

    def _grid(self, one: Field) -> Grid:
        rows = [
            self._grid_row(one, row, f"{one.name}.{place}.")
            for place, row in enumerate(self.raw.get(one.name) or [])
        ]
        blank = self._grid_row(one, _defaults(one.lines), f"{one.name}.-.")
        wrong, fills = self.placed.get(one.name, []), one.fills is not None
        return Grid(one.name, one.label, one.lines, rows, blank, wrong, fills)

    def _grid_row(self, one: Field, row: Mapping[str, Any], prefix: str) -> GridRow:
        cells = [self._input(cell, prefix + cell.name, row.get(cell.name)) for cell in one.lines]
        for cell in cells:
            is_key = cell.field.kind == "integer" and cell.field.model and cell.field.required
            if is_key and one.shape is None:
                cell.widget = "fixed"  # what the row is about
        return GridRow(_raw_text(row.get("id")), cells)


def new(entity: Entity, by: Actor, initial: Mapping[str, Any] | None = None) -> Form:
    """The form that creates a record. Raises Refused(not_permitted) or Refused(not_offered)."""
    entity, command = sight.of(entity, by), _permitted(entity.create, by)
    form = Form(entity, command, by, layout=_layout(entity))
    begin(form, _only_choices(form) | dict(initial or {}))
    form.redraw(form.raw) if initial else form.follow()  # records that the address names are shown by name
    return form


def begin(form: Form, start: dict[str, Any]) -> Form:
    """The form with what stands in it at first: its defaults, and ``start`` before them."""
    whole = _days(form.fields) | _defaults(form.fields) | start
    form.raw = {name: _initial(form, value) for name, value in whole.items()}
    return form


def edit(entity: Entity, by: Actor, record: Any) -> Form:
    """The form that changes ``record``. Raises Refused(not_permitted) or Refused(not_offered)."""
    entity, command = sight.of(entity, by), _permitted(entity.edit, by)
    refusals.check([permissions.withheld(record, by, command.permission)])
    form = Form(entity, command, by, record, getattr(record, "version", None), _layout(entity))
    for part in entity.form_parts:
        if isinstance(part, Lines):
            rows = detail.line_rows(part, record)
            form.raw[part.name] = [_initial(form, _line_values(part, row)) for row in rows]
        else:
            own = (one for one in part.fields if one.name in entity.own or hasattr(record, one.name))
            form.raw |= {one.name: _initial(form, one.typed(entity.written(record, one.name))) for one in own}
    return form


def ask(entity: Entity, by: Actor, command: Command[Any], record: Any) -> Form:
    """The dialog of an action: what the command asks beyond the record itself."""
    form = Form(entity, _permitted(command, by), by, record, getattr(record, "version", None))
    form.layout = [("", calls.asks(entity, command, by))]
    prefill = entity.prefill.get(command.__name__)
    return begin(form, dict(prefill(record) if prefill else {}))


def _permitted(command: Command[Any] | None, by: Actor) -> Command[Any]:
    found = calls.offered(command)
    if not by.may(found.permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permissions.in_words(found)))
    return found


def _layout(entity: Entity) -> list[tuple[Text, Sequence[Field]]]:
    grids = {one.name: one for one in entity.input_fields if one.kind == "lines"}
    return [
        (part.label, part.fields if isinstance(part, Section) else (grids[part.name],))
        for part in entity.form_parts
    ]


def _defaults(fields: Sequence[Field]) -> dict[str, Any]:
    """What a new form begins with: declared defaults, and today where a day is needed."""
    found = {
        one.name: one.default() if callable(one.default) else one.default
        for one in fields
        if one.default is not None
    }
    return found | {one.name: calendars.today() for one in fields if one.kind == "date" and one.required}


def _days(fields: Sequence[Field]) -> dict[str, Any]:
    """Today, for the days that a record cannot be without though a command would find them by itself."""
    return {one.name: calendars.today() for one in fields if one.kind == "date" and not one.keeps_empty}


def _only_choices(form: Form) -> dict[str, Any]:
    """A needed reference that has only one possible answer (the company) is answered already."""
    needed = [one for one in form.fields if one.kind == "reference" and one.required and one.model]
    found = {}
    for one in needed:
        entity = registry.of_model(one.model)  # type: ignore[arg-type]
        if entity is None or not finding.is_folded(entity.model):
            rows = list(registry.rows_for(one.model, form.by)[:2])  # type: ignore[arg-type]
            if len(rows) == 1:
                found[one.name] = rows[0]
    return found


def _line_values(part: Lines, row: Any) -> dict[str, Any]:
    return {"id": row.pk} | {one.name: one.typed(part.value(row, one.name)) for one in part.fields}


def _initial(form: Form, value: Any) -> Any:
    """A value as its input holds it; the words of a record, its own or those given with it, are kept beside."""
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        return [_initial(form, row) for row in value]
    if isinstance(value, Mapping):
        return {name: _initial(form, one) for name, one in value.items()}
    record, words = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
    if isinstance(record, models.Model):
        form.words[type(record), str(record.pk)] = str(words)
        return str(record.pk)
    return _raw_text(value)


def _raw_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(getattr(value, "typed", values.plain(value)))


def _is_posted(one: Field, posted: Any) -> bool:
    """An unticked box posts nothing; another absent field was not on the form."""
    rows = one.kind == "lines" and any(name.startswith(f"{one.name}.") for name in posted)
    return (one.kind == "boolean" and not one.fixed) or rows or one.name in posted


def _posted(one: Field, posted: Any) -> Any:
    if one.kind == "lines":
        return _posted_lines(one, posted)
    if one.many and hasattr(posted, "getlist"):
        return posted.getlist(one.name)
    return posted.get(one.name, "")


def _posted_lines(one: Field, posted: Any) -> list[dict[str, Any]]:
    """The rows of a grid in their order; rows in which nothing was typed are dropped."""
    if isinstance(posted.get(one.name), list):
        return [dict(row) for row in posted[one.name]]
    cell = re.compile(rf"{re.escape(one.name)}\.(\d{{1,5}})\.(\w+)")
    ticked = {cell.name for cell in one.lines if cell.many and hasattr(posted, "getlist")}
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    for name in posted:
        if matched := cell.fullmatch(name):
            found = posted.getlist(name) if matched[2] in ticked else [posted.get(name)]
            rows[int(matched[1])][matched[2]] = ",".join(filter(None, found))
    blank = {name: _raw_text(value) for name, value in _defaults(one.lines).items()}
    return [row for _place, row in sorted(rows.items()) if _is_typed(one, row, blank)]


def _is_typed(one: Field, row: Mapping[str, Any], blank: Mapping[str, str]) -> bool:
    return any(not values.is_blank(row.get(c.name)) and row[c.name] != blank.get(c.name) for c in one.lines)


def meant(one: Field, raw: Any) -> Any:
    """References are posted by their id; the box of a line that was not ticked is a no."""
    if one.kind == "lines":
        ticks = {cell.name: "" for cell in one.lines if cell.kind == "boolean"}
        return [ticks | {name: _meant_cell(one, name, text) for name, text in row.items()} for row in raw]
    return _id(raw) if one.kind == "reference" else raw


def _meant_cell(one: Field, name: str, raw: Any) -> Any:
    cell = next((found for found in one.lines if found.name == name), None)
    return _id(raw) if cell is not None and cell.kind == "reference" else raw


def _id(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    text = raw.strip()  # digits are an id; after an apostrophe they are a code, as in a spreadsheet
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text.removeprefix("'")
