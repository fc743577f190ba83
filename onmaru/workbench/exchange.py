"""Files out and in: what a person sees as CSV or XLSX, and the same file read back through the commands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refusal
from onmaru.workbench.entity import Entity


def csv(entity: Entity, by: Actor, params: Any, *, whole: bool = False) -> Iterator[bytes]:
    """The list that ``params`` ask for as CSV (UTF-8 with BOM), piece by piece. Raises Refused(not_permitted).

    ``whole=True`` writes the declaration's exchange columns, which an import reads back, instead of the list's.
    """
    raise NotImplementedError


def xlsx(entity: Entity, by: Actor, params: Any, *, whole: bool = False) -> BinaryIO:
    """The same as a workbook with typed cells: a temporary file, rewound, for a FileResponse."""
    raise NotImplementedError


@dataclass(frozen=True)
class Outcome:
    """What became of a row of the file (``line`` counts from 1 with the header): inserted, updated, refused."""

    line: int
    cells: list[str]
    done: str
    record: Any
    problems: list[Refusal]


@dataclass
class Report:
    headers: list[str]
    outcomes: list[Outcome]
    applied: bool

    @property
    def inserted(self) -> int: ...

    @property
    def updated(self) -> int: ...

    @property
    def refused(self) -> list[Outcome]: ...


def take(entity: Entity, by: Actor, content: bytes, name: str, *, dry_run: bool = True) -> Report:
    """Read a CSV or XLSX file into commands, all rows or none; a dry run tells what would happen, cell by cell.

    Raises Refused for a file that is not readable, has unknown headers, or without the import permission.
    """
    raise NotImplementedError
