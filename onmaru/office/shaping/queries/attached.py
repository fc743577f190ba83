"""Files as values of fields: a record keeps id and name; a pass says who may put a file into a field.

A pass is signed for whoever sent the file or sees a record that holds it, so that nobody can name a file by guessing.
"""

from __future__ import annotations

from typing import Any, Self

from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import custom, refusals
from onmaru.kernel.models import StoredFile
from onmaru.kernel.refusals import Refused

FILE_UNKNOWN = refusals.reason("file_unknown", _("“{label}” takes a file that was sent to it, not its name."))
_signer = Signer(salt="file of a field")


class Attached(str):
    """The name of a file, with its pass as forms bring it back and the address of its bytes."""

    __slots__ = ("file_address", "key", "typed")
    file_address: str
    key: int
    typed: str

    def __new__(cls, held: Any, row: models.Model, name: str) -> Self:
        made = super().__new__(cls, held["name"])
        made.key = held["id"]
        made.typed = pass_of(held["id"], held["name"])
        made.file_address = f"/shaping/file/{row._meta.label_lower}/{row.pk}/{name}"
        return made


def shown(row: Any, name: str) -> Attached | None:
    """The file that a record holds in a field."""
    held = custom.of(row).get(name)
    return Attached(held, row, name) if held else None


def pass_of(key: int, name: str) -> str:
    """What a form posts for a file."""
    return f"{_signer.sign(str(key))}/{name}"


def held(text: str, *, field: str, label: Any) -> dict[str, Any] | None:
    """What a record keeps of a file, from its pass; None for no file. Raises Refused(file_unknown)."""
    if not text:
        return None
    try:
        found = StoredFile.objects.only("name").get(pk=_signer.unsign(text.partition("/")[0]))
    except (BadSignature, StoredFile.DoesNotExist) as error:
        raise Refused(FILE_UNKNOWN(field, label=label)) from error
    return {"id": found.pk, "name": found.name}
