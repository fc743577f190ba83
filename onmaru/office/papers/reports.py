"""Any list, report or record as a paper: as it is filtered, sorted, grouped and arranged on the screen."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, islice
from typing import Any

import pypdf
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onmaru.kernel import paper, printing, refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.office.papers import queries, rules
from onmaru.workbench import columns as paths
from onmaru.workbench import exchange, listing, menu, shown
from onmaru.workbench.detail import Detail
from onmaru.workbench.entity import Column, Document, Entity
from onmaru.workbench.filters import Query
from onmaru.workbench.report import Reading, Report
from onmaru.workbench.views import chips

TEMPLATE = "office/papers/templates/print/sheet.typ"
MOST = 3000
LIST_TOO_LONG = refusals.reason(
    "list_too_long",
    gettext_lazy("A paper holds {limit} records. Narrow the list, or take it out as Excel or CSV."),
)
Line = tuple[str, list[str]]
Sums = dict[str, dict[str, Decimal]]  # by currency, of columns
Told = dict[str, Any]


def listed(entity: Entity, by: Actor, params: Any) -> bytes:
    """The list that ``params`` ask for as a PDF. Raises Refused: not_permitted, list_too_long."""
    seen, query, columns = exchange.question(entity, by, params)
    return of_list(seen, by, query, columns, held(exchange.records(seen, by, query)))


def held(records: Iterable[Any]) -> list[Any]:
    """The records when a paper can hold them. Raises Refused(list_too_long)."""
    found = list(islice(records, MOST + 1))
    if len(found) > MOST:
        raise Refused(LIST_TOO_LONG(limit=f"{MOST:,}"))
    return found


def of_list(
    entity: Entity, by: Actor, query: Query, columns: Sequence[Column], records: Sequence[Any]
) -> bytes:
    """Records under these columns, with the words of the query above them and what they come to below."""
    rows = _grouped(columns, records, listing.grouped(entity, query))
    return _sheet(by, str(entity.label), [_facts(query, len(records)), _table("", columns, rows)])


def part_of_list(
    entity: Entity,
    by: Actor,
    query: Query,
    columns: Sequence[Column],
    records: Sequence[Any],
    *,
    told: Told,
    last: bool,
) -> tuple[bytes, Told]:
    """The next pages of a long list, and what the part after needs to know, as JSON: the next page, sums so far.

    ``told`` is what the part before said; the first is told ``count``, how many records there are in all.
    """
    rows, sums = _continued(columns, records, listing.grouped(entity, query), told, last=last)
    facts = _facts(query, told["count"])
    content, more = _part(by, str(entity.label), facts, _table("", columns, rows), told)
    return content, {"count": told["count"], **more, **sums}


def part_of_report(
    report: Report, by: Actor, facts: Sequence[paper.Pair], lines: Sequence[Line], *, told: Told
) -> tuple[bytes, Told]:
    """The next pages of a long report that was read before, and what the part after needs to know."""
    return _part(by, str(report.label), _pairs("", facts), _table("", report.shown, lines), told)


def _part(
    by: Actor, title: str, facts: dict[str, Any], table: dict[str, Any], told: Told
) -> tuple[bytes, Told]:
    """A table that goes on where the part before it ended, below the facts when there was none."""
    first = told.get("page", 1)
    widths = table["widths"] = told.get("widths") or table["widths"]
    content = _sheet(by, title, [facts, table] if first == 1 else [table], first=first)
    pages = len(pypdf.PdfReader(io.BytesIO(content)).pages)
    return content, {"page": first + pages, "widths": widths}


def bound(contents: Iterable[bytes]) -> bytes:
    """The parts of a long paper as one."""
    whole, into = pypdf.PdfWriter(), io.BytesIO()
    for content in contents:
        whole.append(io.BytesIO(content))
    whole.write(into)
    return into.getvalue()


def _facts(query: Query, count: int) -> dict[str, Any]:
    narrowed = [f"{one.column.label}: {chips.told(one)}" for one in query.filters]
    facts = paper.told(
        (_("Narrowed to"), " · ".join(narrowed)),
        (_("Searched for"), query.search),
        (_("Records"), f"{count:,}"),
    )
    return _pairs("", facts)


def of_report(reading: Reading, by: Actor) -> bytes:
    """A report with what it was asked."""
    held(reading.records)
    table = _table("", reading.report.shown, lines_of(reading))
    return _sheet(by, str(reading.report.label), [_pairs("", asked_of(reading)), table])


def asked_of(reading: Reading) -> list[paper.Pair]:
    """What a report was asked, in words."""
    asked = [(str(one.label), str(reading.values.get(one.name) or "")) for one in reading.report.fields]
    return paper.told(*asked)


def lines_of(reading: Reading) -> list[Line]:
    """The rows of a report as they stand on paper, and what they come to."""
    sums, columns = reading.sums(), reading.report.shown
    rows: list[Line] = [("", [cell.text for cell in row.cells]) for row in reading.rows()]
    if sums and rows:
        rows.append(("total", _total_cells(columns, sums, _("Total"))))
    return rows


def of_record(found: Detail, by: Actor) -> bytes:
    """A record as its page shows it, for what has no paper of its own."""
    parts = []
    for part in found.parts:
        if part.is_grid:
            rows: list[Line] = [("", [cell.text for cell in row.cells]) for row in part.rows]
            parts += [_table(str(part.declared.label), part.declared.columns, rows)] if rows else []
        else:
            pairs = paper.told(*((str(cell.column.label), cell.text) for cell in part.cells))
            parts += [_pairs(str(part.declared.label), pairs)] if pairs else []
    company = getattr(found.record, "company_id", None)
    return _sheet(by, f"{found.entity.one} {found.title}", parts, company=company, abreast=2)


def printed(entity: Entity, document: Document, record: Any, language: str) -> bytes:
    """A document of a record under its company's letterhead; without a language in the one the template names."""
    kind, company = f"{entity.name}.{document.name}", getattr(record, "company_id", None)
    language = language or queries.language(kind, company) or paper.language()
    with translation.override(language), printing.under(queries.letterhead(kind, company)):
        return document.render(record, language)


def _sheet(
    by: Actor,
    title: str,
    parts: list[dict[str, Any]],
    *,
    company: int | None = None,
    abreast: int = 1,
    first: int | None = None,
) -> bytes:
    """The parts on pages wide enough for their widest table, under the company's letterhead."""
    size, flipped = rules.fitted([part["widths"] for part in parts if "widths" in part])
    for part in parts:
        part |= {"widths": rules.squeezed(part["widths"], size)} if "widths" in part else {}
    companies = menu.companies(by)
    author = companies[0].name if len(companies) == 1 else ""
    data = {
        "lang": paper.language(),
        "name": title,
        "author": author,
        "title": title,
        "made": f"{timezone.localtime():%Y-%m-%d %H:%M} · {by.name}",
        "mark": "",
        "size": size,
        "flipped": flipped,
        "abreast": abreast,
        "parts": parts,
    } | ({"first": first} if first else {})
    with printing.under(queries.letterhead(queries.SHEET, company)):
        return printing.render(TEMPLATE, data)


def _pairs(label: str, pairs: Sequence[paper.Pair]) -> dict[str, Any]:
    return {"label": label, "pairs": pairs}


def _table(label: str, columns: Sequence[Column], rows: Sequence[Line]) -> dict[str, Any]:
    heads = [str(column.label) for column in columns]
    aligns = [column.align or "" for column in columns]
    texts = [cells for kind, cells in rows if kind != "group"]
    widths = [
        _width(heads[at], [cells[at] for cells in texts], grows=align != "end")
        for at, align in enumerate(aligns)
    ]
    if not any(grows for _size, grows in widths):
        widths[0] = (widths[0][0], True)
    return {"label": label, "heads": heads, "aligns": aligns, "widths": widths, "rows": rows}


WIDEST, NARROWEST = 36, 4


def _width(head: str, texts: Iterable[str], *, grows: bool) -> tuple[int, bool]:
    """How many letters wide a column is, and whether it takes what room is left. A Hangul is two letters wide."""
    longest = max((_letters(one) for one in texts), default=0)
    size = max(longest, *(_letters(word) for word in head.split() or [""]), NARROWEST)
    return (min(size, WIDEST) if grows else size, grows and longest > 12)


def _letters(text: str) -> int:
    return len(text.encode("cp949", "replace"))


def _grouped(columns: Sequence[Column], records: Sequence[Any], group: Column | None) -> list[Line]:
    """The rows with the sums of all; by groups, each has its heading, its count and its sums."""
    cells = _cells(columns)
    rows: list[Line] = []
    for heading, found in groupby(records, _heading(group)):
        some = list(found)
        if group is not None:
            rows.append(("group", [f"{heading} ({len(some):,})", len(columns)]))  # type: ignore[list-item]
        rows += [("", cells(record)) for record in some]
        if group is not None:
            rows += _totals("subtotal", columns, some, _("Subtotal"))
    return rows + _totals("total", columns, records, _("Total"))


def _continued(
    columns: Sequence[Column], records: Sequence[Any], group: Column | None, told: Told, *, last: bool
) -> tuple[list[Line], Told]:
    """The rows of a part and the sums so far. How many a group has nobody knows before it ends."""
    cells, rows = _cells(columns), list[Line]()
    heading, sums, whole = told.get("heading"), _sums(told.get("sums", {})), _sums(told.get("whole", {}))
    for words, found in groupby(records, _heading(group)):
        some = list(found)
        if group is not None and words != heading:
            rows += _sum_rows("subtotal", columns, sums, _("Subtotal")) if heading is not None else []
            rows.append(("group", [words, len(columns)]))  # type: ignore[list-item]
            heading, sums = words, _sums({})
        rows += [("", cells(record)) for record in some]
        for into in (sums, whole):
            _add(into, _summed(columns, some))
    if last:
        rows += _sum_rows("subtotal", columns, sums, _("Subtotal")) if group is not None else []
        rows += _sum_rows("total", columns, whole, _("Total"))
    return rows, {"heading": heading, "sums": _plain(sums), "whole": _plain(whole)}


def _cells(columns: Sequence[Column]) -> Callable[[Any], list[str]]:
    ways = [(column.getter, shown.shower(column)) for column in columns]
    return lambda record: [show(get(record), record) for get, show in ways]


def _heading(group: Column | None) -> Callable[[Any], str]:
    if group is None:
        return lambda record: ""
    get, show = group.getter, shown.shower(group)
    return lambda record: show(get(record), record) or "–"


def _totals(kind: str, columns: Sequence[Column], records: Sequence[Any], label: str) -> list[Line]:
    return _sum_rows(kind, columns, _summed(columns, records), label)


def _sums(said: Mapping[str, Mapping[str, Any]]) -> Sums:
    found: Sums = defaultdict(lambda: defaultdict(Decimal))
    _add(found, said)
    return found


def _add(into: Sums, more: Mapping[str, Mapping[str, Any]]) -> None:
    for currency, sums in more.items():
        for name, value in sums.items():
            into[currency][name] += Decimal(value)


def _plain(sums: Sums) -> dict[str, dict[str, str]]:
    return {currency: {name: str(value) for name, value in of.items()} for currency, of in sums.items()}


def _summed(columns: Sequence[Column], records: Sequence[Any]) -> Sums:
    summed, money = listing.summed_of(columns)
    currency_of = paths.getter(money.replace("__", ".")) if money else lambda record: ""
    found = _sums({})
    for record in records if summed else ():
        sums = found[currency_of(record) or ""]
        for column in summed:
            sums[column.name] += column.getter(record) or 0
    return found


def _sum_rows(kind: str, columns: Sequence[Column], found: Sums, label: str) -> list[Line]:
    """A row of sums for each currency."""
    summed, _money = listing.summed_of(columns)
    rows: list[Line] = []
    for currency, sums in sorted(found.items()):
        texts = {c.name: shown.told(sums[c.name], currency if c.kind == "money" else "") for c in summed}
        rows.append((kind, _total_cells(columns, texts, f"{label} {currency if len(found) > 1 else ''}")))
    return rows


def _total_cells(columns: Sequence[Column], texts: dict[str, str], label: str) -> list[str]:
    cells = [texts.get(column.name, "") for column in columns]
    return [cells[0] or label.strip(), *cells[1:]]
