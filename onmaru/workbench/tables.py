"""Files as rows of cells: CSV in whatever encoding Korean offices use, and workbooks."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import python_calamine
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import files, refusals
from onmaru.kernel.refusals import Refused

FILE_UNREADABLE = refusals.reason(
    "file_unreadable", _("“{name}” is neither a CSV file nor a workbook that opens.")
)
FILE_TOO_LONG = refusals.reason("file_too_long", _("“{name}” has more than {limit} rows; split it."))

MOST_ROWS = 100_000
LARGEST_UNPACKED = 400 * 2**20
# A spreadsheet would run text that begins so as a formula: OWASP, CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cells = list[Any]


def read(content: bytes, name: str) -> list[Cells]:
    """The rows of a file, the header first, blank ones left out, cells typed as far as the file types them.

    Raises Refused when it is empty, too large, too long or not readable.
    """
    refusals.check(
        [
            files.FILE_EMPTY("file", name=name) if not content else None,
            files.FILE_TOO_LARGE("file", name=name, limit=files.LARGEST // 2**20)
            if len(content) > files.LARGEST
            else None,
        ]
    )
    packed = content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    rows = _workbook(content, name) if packed else _text(content, name)
    rows = [row for row in rows if any(cell not in (None, "") for cell in row)]
    if len(rows) > MOST_ROWS + 1:
        raise Refused(FILE_TOO_LONG("file", name=name, limit=f"{MOST_ROWS:,}"))
    if not rows:
        raise Refused(files.FILE_EMPTY("file", name=name))
    return rows


def _workbook(content: bytes, name: str) -> list[Cells]:
    try:
        if content.startswith(b"PK"):
            unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
            if unpacked > LARGEST_UNPACKED:
                raise Refused(FILE_UNREADABLE("file", name=name))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, IndexError, ValueError) as error:
        raise Refused(FILE_UNREADABLE("file", name=name)) from error


def _text(content: bytes, name: str) -> list[Cells]:
    text = decode(content)
    if "\0" in text:
        raise Refused(FILE_UNREADABLE("file", name=name))
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[unguard(cell.strip()) for cell in row] for row in rows]
    except csv.Error as error:
        raise Refused(FILE_UNREADABLE("file", name=name)) from error


def decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or CP949; what is broken in it becomes U+FFFD, so that its row alone is refused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    head = content[:400]
    if len(content) % 2 == 0 and head.count(0) > len(head) // 4:
        return content.decode(
            "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace"
        )
    ways = [content.decode(encoding, "replace") for encoding in ("utf-8-sig", "cp949")]
    return min(ways, key=lambda text: text.count("\ufffd"))


def guard(text: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguard(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
