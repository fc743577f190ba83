"""A list with the files that stand in its fields: one ZIP of a table and of the files that its cells name."""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection
from typing import IO, Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import attached
from onmaru.workbench import exchange
from onmaru.workbench.entity import Entity

MOST = 1000
LARGEST = 300 * 2**20  # bytes; what leaves by one ZIP comes in by one
FILES_TOO_MANY = refusals.reason(
    "files_too_many", _("A ZIP takes {count} files of together {limit} MB out; filter the list first.")
)
_UNUSABLE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')  # in the names of files, on Windows too


def packed(entity: Entity, by: Actor, params: Any, *, whole: bool = False) -> IO[bytes]:
    """The list that ``params`` ask for, whose cells name the files beside it: a temporary file, for a FileResponse.

    Raises Refused: not_permitted, files_too_many.
    """
    kind = entity.model._meta.label_lower
    fields = CustomField.objects.filter(kind=kind, type=CustomField.Type.FILE, is_active=True)
    more = list(fields.order_by("id").values_list("name", flat=True))
    columns, records = exchange.asked(entity, by, params, whole=whole, more=more)
    paths: dict[int, str] = {}
    told = [dataclasses.replace(one, getter=_by_path(one.getter, paths)) for one in columns]
    table = exchange.workbook(entity.label, told, records)
    _check(paths)
    into = tempfile.TemporaryFile()  # the answer closes it
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole_file:
        with whole_file.open(f"{_UNUSABLE.sub('_', str(entity.label))}.xlsx", "w") as part:
            shutil.copyfileobj(table, part)
        for one in StoredFile.objects.filter(pk__in=paths).order_by("pk").iterator(chunk_size=1):
            whole_file.writestr(paths[one.pk], bytes(one.content))
    into.seek(0)
    return into


def _by_path(get: Callable[[Any], Any], paths: dict[int, str]) -> Callable[[Any], Any]:
    """The way to a cell that names a file by where it stands in the ZIP, which ``paths`` gathers by its id."""

    def path(record: Any) -> Any:
        value = get(record)
        if not isinstance(value, attached.Attached):
            return value
        return paths.setdefault(value.key, f"files/{value.key}/{_UNUSABLE.sub('_', value)}")

    return path


def _check(keys: Collection[int]) -> None:
    size = StoredFile.objects.filter(pk__in=keys).aggregate(size=Sum("size"))["size"] or 0
    if len(keys) > MOST or size > LARGEST:
        raise Refused(FILES_TOO_MANY(count=f"{MOST:,}", limit=LARGEST // 2**20))
