"""Files as rows of cells, read piece by piece: text in whatever encoding Korean offices use, workbooks, and the web
pages that banks call a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from typing import IO, Any, NamedTuple

import python_calamine
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import files, refusals
from onmaru.kernel.refusals import Refused
from onmaru.workbench import tables

FILE_UNREADABLE = refusals.reason(
    "file_unreadable", _("“{name}” is neither a CSV file nor a workbook that opens.")
)
FILE_LOCKED = refusals.reason(
    "file_locked", _("“{name}” is locked with a password: take it off in Excel and save the file anew.")
)
FILE_TOO_LONG = refusals.reason("file_too_long", _("“{name}” has more than {limit} rows; split it."))
IMPORT_TOO_LARGE = refusals.reason(
    "import_too_large", _("The file is larger than {limit} MB; split it into several.")
)

MOST_ROWS = 1_000_000
LARGEST = 300 * 2**20
LARGEST_UNPACKED = 600 * 2**20
PIECE = 2**20

Cells = list[Any]


class Sheet(NamedTuple):
    """A table of a file: its name ("" when the file has only one) and its rows as ``(line, cells)``, no blank ones."""

    name: str
    rows: Iterator[tuple[int, Cells]]


class Form(NamedTuple):
    """How a file is written: ``kind`` csv or xlsx, its encoding and delimiter. What is refused goes back in it."""

    kind: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","


def open_(file: IO[bytes], name: str) -> tuple[Form, list[Sheet]]:
    """The form of a file and its sheets, whose rows are read as they are asked for.

    Raises Refused when it is empty, too large or not readable; reading raises it for a file that breaks on the way.
    """
    size = file.seek(0, io.SEEK_END)
    refusals.check(
        [
            files.FILE_EMPTY("file", name=name) if not size else None,
            IMPORT_TOO_LARGE("file", limit=LARGEST // 2**20) if size > LARGEST else None,
        ]
    )
    file.seek(0)
    head = file.read(4096)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Form("xlsx"), _workbook(file, name, packed=head.startswith(b"PK"))
    encoding = encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    if _is_page(head.decode(encoding, "ignore")):
        return Form("xlsx"), [Sheet("", _numbered(_page(text)))]
    delimiter = _delimiter(head.decode(encoding, "ignore"))
    return Form("csv", encoding, delimiter), [Sheet("", _numbered(_lines(text, delimiter, name)))]


def encoding_of(file: IO[bytes]) -> str:
    """UTF-16, UTF-8 or CP949, whichever breaks the fewest letters; what is broken refuses its row alone."""
    even = file.seek(0, io.SEEK_END) % 2 == 0
    file.seek(0)
    head = file.read(400)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if even and head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return min(("utf-8-sig", "cp949"), key=lambda encoding: _broken(file, encoding))


def _broken(file: IO[bytes], encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    file.seek(0)
    pieces = iter(lambda: file.read(PIECE), b"")
    found = sum(decoder.decode(piece).count("\ufffd") for piece in pieces)
    return found + decoder.decode(b"", final=True).count("\ufffd")


def _delimiter(head: str) -> str:
    first = head.split("\n", 1)[0]
    return max(",\t;", key=first.count)


def _lines(text: IO[str], delimiter: str, name: str) -> Iterator[Cells]:
    try:
        for row in csv.reader(_without_zeros(text, name), delimiter=delimiter):
            yield [tables.unguard(cell.strip()) for cell in row]
    except csv.Error as error:
        raise Refused(FILE_UNREADABLE("file", name=name)) from error


def _without_zeros(text: IO[str], name: str) -> Iterator[str]:
    for line in text:
        if "\0" in line or line.startswith("%PDF-"):
            raise Refused(FILE_UNREADABLE("file", name=name))
        yield line


def _workbook(file: IO[bytes], name: str, *, packed: bool) -> list[Sheet]:
    try:
        file.seek(0)
        if packed:
            unpacked = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
            if unpacked > LARGEST_UNPACKED:
                raise Refused(FILE_UNREADABLE("file", name=name))
            file.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        found = [(one, book.get_sheet_by_name(one)) for one in book.sheet_names]
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, IndexError, ValueError) as error:
        why = FILE_LOCKED if not packed and _is_locked(file) else FILE_UNREADABLE
        raise Refused(why("file", name=name)) from error
    filled = [(one, sheet) for one, sheet in found if sheet.total_height]
    return [Sheet(one, _numbered(_typed(sheet))) for one, sheet in filled or found[:1]]


def _is_locked(file: IO[bytes]) -> bool:
    """Whether Office encrypted the workbook: its container then has a stream of that name in its first directory
    sector, whose number and size the header says ([MS-CFB] 2.2)."""
    file.seek(0)
    head = file.read(512)
    shift, first = int.from_bytes(head[30:32], "little"), int.from_bytes(head[48:52], "little")
    file.seek(min(first + 1, LARGEST) << min(shift, 12))
    return "EncryptedPackage".encode("utf-16-le") in file.read(4096)


def _typed(sheet: Any) -> Iterator[Cells]:
    for row in sheet.iter_rows():
        yield [_plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """A cell as JSON keeps it; a day without hours is written as a day."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell.strip() if isinstance(cell, str) else cell


def _is_page(head: str) -> bool:
    start = head.lstrip("\ufeff \t\r\n").casefold()
    return start.startswith("<") and ("<table" in start or "<html" in start)


class _Table(HTMLParser):
    """The rows of all tables of a page, as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Cells] = []
        self.cell: list[str] | None = None
        self.span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.cell = []
            self.span = _span(dict(attrs).get("colspan") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.cell is not None:
            text = " ".join("".join(self.cell).split())
            self.rows[-1] += [text, *[""] * (self.span - 1)]
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def _span(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 3 else 1


def _page(text: IO[str]) -> Iterator[Cells]:
    parser = _Table()
    for piece in iter(lambda: text.read(PIECE), ""):
        parser.feed(piece)
        # The last row may not be closed yet.
        yield from parser.rows[:-1]
        del parser.rows[:-1]
    yield from parser.rows


def _numbered(rows: Iterable[Cells]) -> Iterator[tuple[int, Cells]]:
    for line, row in enumerate(rows, 1):
        if any(cell not in (None, "") for cell in row):
            yield line, row
