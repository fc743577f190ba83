"""Files attached to records: kept in the database, so that one backup holds them and one rollback undoes them."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import commands, refusals, work
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import StoredFile

LARGEST = 25 * 1024 * 1024

FILE_TOO_LARGE = refusals.reason("file_too_large", _("“{name}” is larger than {limit} MB."))
FILE_EMPTY = refusals.reason("file_empty", _("“{name}” is empty."))


inspections: list[Callable[[str, bytes], refusals.Refusal | None]] = []
"""What looks into a file, given its name and bytes, before it is kept: a virus scanner."""


@commands.command(label=_("Attach"), model=StoredFile)
def attach(*, record: models.Model, name: str, content: bytes, by: Actor) -> StoredFile:
    """Attach ``content`` (bytes) to ``record`` under ``name``. Refuses empty files and those over 25 MB."""
    refusals.check(
        [
            FILE_EMPTY("file", name=name) if not content else None,
            FILE_TOO_LARGE("file", name=name, limit=LARGEST // 2**20) if len(content) > LARGEST else None,
        ]
    )
    refusals.check(inspect(name, content) for inspect in inspections)
    return StoredFile.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        name=name[-255:],
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(content),
        content=content,
        subject_kind=work.kind_of(record),
        subject_id=record.pk,
        company_id=getattr(record, "company_id", None),
        added_by=by.name,
    )


def of(record: models.Model) -> models.QuerySet[StoredFile]:
    """The files of a record, newest first, without their bytes."""
    kind = work.kind_of(record)
    return StoredFile.objects.filter(subject_kind=kind, subject_id=record.pk).defer("content").order_by("-id")
