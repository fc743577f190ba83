"""Files out: what a person sees of a list, as CSV or XLSX, however long it is."""

from __future__ import annotations

import csv as csv_format
import io
import tempfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from typing import IO, Any

import xlsxwriter
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import permissions, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import columns, detail, filters, listing, references, shown, sight, tables, values
from onmaru.workbench.entity import Column, Entity, Lines
from onmaru.workbench.fields import Text

SHEET_TOO_LONG = refusals.reason(
    "sheet_too_long", _("A workbook holds {limit} rows; export as CSV, or filter first.")
)

SHEET_ROWS = 1_048_575
CHUNK = 2_000
BOM = "\ufeff"
# A spreadsheet's numbers are binary with 15 sure digits; a longer amount stays text rather than be changed.
SURE_DIGITS = 15

Records = Iterator[tuple[list[Any], Any]]


def csv(entity: Entity, by: Actor, params: Any, *, whole: bool = False) -> Iterator[bytes]:
    """The list that ``params`` ask for as CSV (UTF-8 with BOM), piece by piece. Raises Refused(not_permitted).

    ``whole=True`` writes the declaration's exchange columns, which an import reads back, instead of the list's.
    """
    return written(*asked(entity, by, params, whole=whole))


def written(columns: Sequence[Column], records: Iterator[Any]) -> Iterator[bytes]:
    """Records as CSV, piece by piece."""
    buffer = io.StringIO(newline="")
    write = csv_format.writer(buffer).writerow
    buffer.write(BOM)
    write([tables.guard(str(column.label)) for column in columns])
    ways = [_plain_text(column) for column in columns]
    for place, record in enumerate(records, 1):
        write([way(record) for way in ways])
        if place % CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx(entity: Entity, by: Actor, params: Any, *, whole: bool = False) -> IO[bytes]:
    """The same as a workbook with typed cells: a temporary file, rewound, for a FileResponse."""
    return workbook(entity.label, *asked(entity, by, params, whole=whole))


def workbook(title: Text, columns: Sequence[Column], records: Iterator[Any]) -> IO[bytes]:
    """Records as a workbook of one sheet called ``title``."""
    file = tempfile.TemporaryFile()  # the answer closes it
    guesses = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    with xlsxwriter.Workbook(file, dict.fromkeys(guesses, False) | {"constant_memory": True}) as book:
        sheet = book.add_worksheet("".join(c for c in str(title) if c not in "[]:*?/\\'")[:31] or None)
        forms = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "number": book.add_format({"num_format": "#,##0.######"}),
            "integer": book.add_format({"num_format": "#,##0"}),
        }
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 24 if column.kind in {"text", "reference"} else 14)
            sheet.write_string(0, at, str(column.label), forms["head"])
        ways = [(column.getter, _plain_text(column)) for column in columns]
        for place, record in enumerate(records, 1):
            if place > SHEET_ROWS:
                raise Refused(SHEET_TOO_LONG(limit=f"{SHEET_ROWS:,}"))
            for at, (get, text) in enumerate(ways):
                _write_cell(sheet, place, at, get(record), text, record, forms)
    file.seek(0)
    return file


def _write_cell(
    sheet: Any, row: int, at: int, value: Any, text: Callable[[Any], str], record: Any, forms: dict[str, Any]
) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= SURE_DIGITS:
        whole = value == value.to_integral_value()
        sheet.write_number(row, at, float(value), forms["integer" if whole else "number"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, timezone.localtime(value).replace(tzinfo=None), forms["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, forms["date"])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, at, value)
    elif value is not None:
        sheet.write_string(row, at, tables.unguard(text(record)))


def asked(
    entity: Entity, by: Actor, params: Any, *, whole: bool, more: Collection[str] = ()
) -> tuple[tuple[Column, ...], Iterator[Any]]:
    """The columns and records that ``params`` ask for, with their ``lines`` by name. Raises Refused(not_permitted).

    ``more`` names columns that go with them where the list does not show them.
    """
    entity, query, chosen = question(entity, by, params)
    heads, found = entity.exchange_columns if whole else chosen, records(entity, by, query)
    beside = (entity.filter_columns.get(name) for name in more if name not in {one.name for one in heads})
    heads = (*heads, *filter(None, beside), *(() if whole else _currency(entity, by, query, heads)))
    part = next((one for one in grids(entity) if one.name == params.get("lines")), None)
    return (heads, found) if part is None else (_paired(heads, part), _with_lines(part, found))


def _currency(entity: Entity, by: Actor, query: filters.Query, heads: Sequence[Column]) -> tuple[Column, ...]:
    """The column that says what amounts are in, where some are not in what a reader takes them for."""
    money, home = next((one.currency for one in heads if one.currency), ""), shown.HOME.get()
    if not money or not home or money in {one.name for one in heads}:
        return ()
    others = listing.select(entity, by, query).exclude(**{money.replace(".", "__"): home})
    return (columns.resolve(entity, "exchange", money, entity.model),) if others.exists() else ()


def grids(entity: Entity) -> list[Lines]:
    """The grids of lines that can leave with their records."""
    return [one for one in entity.detail_parts if isinstance(one, Lines)]


def _paired(heads: Sequence[Column], part: Lines) -> tuple[Column, ...]:
    """Columns of pairs of a record and a line."""

    def of_pair(column: Column, at: int) -> Column:
        get = column.getter
        return replace(column, getter=lambda pair: None if pair[at] is None else get(pair[at]))

    return tuple([of_pair(one, 0) for one in heads] + [of_pair(one, 1) for one in part.columns])


def _with_lines(part: Lines, found: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    """A pair for each line, the record beside its first: so a document is written, and so an import reads it back."""
    link = columns.follow(part.model, part.link)[0].attname if part.model else ""
    for some in iter(lambda: list(islice(found, CHUNK)), []):
        below = defaultdict(list)
        for line in detail.line_rows(part, *some):
            below[getattr(line, link)].append(line)
        for record in some:
            yield from zip_longest([record], below[record.pk])


def question(entity: Entity, by: Actor, params: Any) -> tuple[Entity, filters.Query, tuple[Column, ...]]:
    """What leaves the house for ``params``: the entity as ``by`` sees it, the query, the columns. Raises Refused."""
    permission = permissions.code(entity.model, "export")
    if not by.may(permission):
        raise Refused(refusals.NOT_PERMITTED(permission=permission))
    entity = sight.of(entity, by)
    query = filters.read(entity, by, params)
    chosen = listing.chosen(entity, query)
    listing.grouped(entity, query)
    refusals.check(query.problems)
    return entity, query, chosen


def records(entity: Entity, by: Actor, query: filters.Query) -> Iterator[Any]:
    """All records of a query in its order, read as they are written out."""
    rows = listing.order_of(entity, query).sort(listing.select(entity, by, query))
    return rows.iterator(chunk_size=CHUNK)


def _plain_text(column: Column) -> Callable[[Any], str]:
    """A record's cell as a program reads it back: numbers without commas, references by the key they are known by."""
    get, show = column.getter, shown.shower(replace(column, written=""))

    def text(record: Any) -> str:
        value = get(record)
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return str(values.plain(value))
        if isinstance(value, int) and not isinstance(value, bool) and not column.choices:
            return str(value)
        if isinstance(value, models.Model):
            return tables.guard(references.word_of(value))
        return tables.guard(show(value, record))

    return text
