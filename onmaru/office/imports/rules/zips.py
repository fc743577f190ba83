"""A ZIP that holds a table and the files its cells name. Its list of contents is judged before anything is unpacked,
and nothing of it is ever written under the name that it says."""

from __future__ import annotations

import posixpath
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import files, refusals
from onmaru.kernel.refusals import Refused
from onmaru.workbench import intake

MOST_FILES = 1000
LARGEST = 300 * 2**20  # bytes unpacked, all together

ZIP_UNREADABLE = refusals.reason(
    "zip_unreadable", _("“{name}” does not open: it is damaged, or locked with a password.")
)
ZIP_UNSAFE = refusals.reason(
    "zip_unsafe",
    _("The ZIP holds “{path}”: a name that leads out of it, that stands twice, or that is a link."),
)
ZIP_TOO_LARGE = refusals.reason(
    "zip_too_large", _("A ZIP brings at most {count} files and {limit} MB unpacked; split it into several.")
)
ZIP_TABLE = refusals.reason(
    "zip_table",
    _(
        "A ZIP holds one table (CSV or Excel) and beside it the files in folders; this one has {count} tables."
    ),
)

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".html", ".htm")
_WORKBOOKS = {"[Content_Types].xml", "mimetype"}
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

Part = tuple[str, zipfile.ZipInfo]


class Packed(NamedTuple):
    """What a ZIP holds: the table's name and bytes, and every other file as (path as cells say it, bytes)."""

    table_name: str
    table: IO[bytes]
    files: Iterator[tuple[str, bytes]]


def is_zip(file: IO[bytes]) -> bool:
    """Whether a file is a ZIP and no workbook, which is one too."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as found:
            return not _WORKBOOKS & {*found.namelist()}
    except _BROKEN:
        return False  # a workbook that is damaged says so itself


def open_(file: IO[bytes], name: str) -> Packed:
    """A ZIP, looked through. Raises Refused: zip_unreadable, zip_unsafe, zip_too_large, zip_table, file_too_large."""
    try:
        packed = _opened(file)
        parts = _inside(packed, name)
        table_path, table = _table(parts)
        rest = [(path, one) for path, one in parts if one is not table]
        refusals.check(_too_large(path, one.file_size) for path, one in rest)
        return Packed(table_path, _unpacked(packed, table), _contents(packed, rest, name))
    except _BROKEN as error:
        raise Refused(ZIP_UNREADABLE("file", name=name)) from error


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The ZIP with its names in the encoding of who packed it: macOS writes UTF-8 without saying so, Windows CP949."""
    for encoding in ("utf-8", "cp949"):
        try:
            return zipfile.ZipFile(file, metadata_encoding=encoding)
        except UnicodeDecodeError:
            file.seek(0)
    return zipfile.ZipFile(file)


def _inside(packed: zipfile.ZipFile, name: str) -> list[Part]:
    """The files of a ZIP by their paths; one folder around all of them is left out."""
    found = [(intake.spoken(one.filename), one) for one in packed.infolist() if not one.is_dir()]
    parts = [(path, one) for path, one in found if not _is_litter(path)]
    paths = [path for path, _one in parts]
    wrong = [path for path, one in parts if _leads_out(path, one) or paths.count(path) > 1]
    refusals.check(ZIP_UNSAFE("file", path=path[:80]) for path in dict.fromkeys(wrong[:3]))
    locked = any(one.flag_bits & 1 or one.compress_type not in _PACKINGS for _path, one in parts)
    size = sum(one.file_size for _path, one in parts)
    much = len(parts) > MOST_FILES + 1 or size > LARGEST
    refusals.check(
        [
            ZIP_UNREADABLE("file", name=name) if locked else None,
            ZIP_TOO_LARGE("file", count=f"{MOST_FILES:,}", limit=LARGEST // 2**20) if much else None,
        ]
    )
    around = {path.partition("/")[0] for path in paths}
    is_around = len(around) == 1 and all("/" in path for path in paths)
    return [(path.partition("/")[2] if is_around else path, one) for path, one in parts]


def _is_litter(path: str) -> bool:
    last = posixpath.basename(path)
    return path.startswith("__MACOSX/") or last in _LITTER or last.startswith("._")


def _leads_out(path: str, one: zipfile.ZipInfo) -> bool:
    steps = path.split("/")
    is_link = stat.S_ISLNK(one.external_attr >> 16)
    return (
        is_link or ":" in steps[0] or not path.isprintable() or any(step in ("", ".", "..") for step in steps)
    )


def _table(parts: list[Part]) -> Part:
    found = [(path, one) for path, one in parts if "/" not in path and path.casefold().endswith(TABLES)]
    if len(found) != 1:
        raise Refused(ZIP_TABLE("file", count=len(found)))
    return found[0]


def _too_large(path: str, size: int) -> refusals.Refusal | None:
    name, limit = posixpath.basename(path), files.LARGEST
    return files.FILE_TOO_LARGE("file", name=name, limit=limit // 2**20) if size > limit else None


def _unpacked(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> IO[bytes]:
    into = tempfile.TemporaryFile()  # goes with its last reader
    with packed.open(one) as content:
        shutil.copyfileobj(content, into)
    into.seek(0)
    return into


def _contents(packed: zipfile.ZipFile, parts: list[Part], name: str) -> Iterator[tuple[str, bytes]]:
    """Each file as it is asked for. No more of it is read than the list of contents owned up to."""
    for path, one in parts:
        try:
            content = packed.read(one)
        except _BROKEN as error:
            raise Refused(ZIP_UNREADABLE("file", name=name)) from error
        yield path, content
