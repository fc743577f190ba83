"""Records named in what people type: by their id, or by the code, number or name they are known by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.identity import Actor
from onmaru.kernel.refusals import Refused
from onmaru.workbench import registry
from onmaru.workbench.fields import Text

NATURAL = ("number", "code", "barcode", "slug", "username", "name", "name_ko", "name_en")
LARGEST_ID = 2**63 - 1

REFERENCE_UNKNOWN = refusals.reason(
    "reference_unknown", _("“{label}”: there is no “{text}”, or it is not yours to see.")
)
REFERENCE_AMBIGUOUS = refusals.reason(
    "reference_ambiguous", _("“{label}”: several records are called “{text}”.")
)


def natural(model: type[models.Model]) -> list[str]:
    """The fields by which people know a record of this kind, the surest first."""
    names = {one.name for one in model._meta.concrete_fields}
    return [name for name in NATURAL if name in names]


def word_of(record: models.Model) -> str:
    """What to write into a file so that the same record is found again: its code, number or name, else its id."""
    found = (getattr(record, name) for name in natural(type(record)))
    return next((value for value in found if value), str(record.pk))


class References:
    """Looks records up as one actor may see them, and remembers: a file names the same customer again and again."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._found: dict[tuple[type[models.Model], str, Any], list[models.Model]] = {}

    def prime(self, model: type[models.Model], key: str, texts: Iterable[str]) -> None:
        """Fetch all records whose ``key`` is among ``texts`` with one query; "" tries every natural key."""
        wanted = {text for text in texts if text and (model, key, text) not in self._found}
        for text, records in self._by_text(model, key, wanted).items():
            self._found[model, key, text] = records

    def prime_all(self, model: type[models.Model], named: Sequence[Any]) -> None:
        """Fetch what is named by id or by text, with one query each."""
        self.prime(model, "", {raw.strip() for raw in named if isinstance(raw, str) and "\0" not in raw})
        ids = {raw for raw in named if type(raw) is int and 0 < raw <= LARGEST_ID}
        for row in registry.rows_for(model, self.by).filter(pk__in=ids) if ids else ():
            self._found[model, "id", row.pk] = [row]

    def find(
        self, model: type[models.Model], raw: Any, *, key: str = "", field: str = "", label: Text = ""
    ) -> Any:
        """The record that ``raw`` names: a record, an id, or a text under ``key``. Raises Refused."""
        if isinstance(raw, model):
            return raw
        if isinstance(raw, dict):
            raw = raw.get("id", next(iter(raw.values()), None))
        if isinstance(raw, bool) or not isinstance(raw, int | str) or "\0" in str(raw):
            raise Refused(REFERENCE_UNKNOWN(field, label=label, text=str(raw)[:40]))
        found = self._of_id(model, raw) if isinstance(raw, int) else self._of_text(model, key, raw.strip())
        if len(found) == 1:
            return found[0]
        reason = REFERENCE_AMBIGUOUS if found else REFERENCE_UNKNOWN
        raise Refused(reason(field, label=label, text=str(raw)[:40]))

    def found_by_id(self) -> dict[type[models.Model], dict[int, models.Model]]:
        """Every record that was named by its id, by kind."""
        found: dict[type[models.Model], dict[int, models.Model]] = defaultdict(dict)
        for (model, key, raw), records in self._found.items():
            if key == "id" and records:
                found[model][raw] = records[0]
        return found

    def _of_id(self, model: type[models.Model], key: int) -> list[models.Model]:
        known = (model, "id", key)
        if known not in self._found:
            rows = registry.rows_for(model, self.by)
            self._found[known] = list(rows.filter(pk=key)) if 0 < key <= LARGEST_ID else []
        return self._found[known]

    def _of_text(self, model: type[models.Model], key: str, text: str) -> list[models.Model]:
        if (model, key, text) not in self._found:
            self.prime(model, key, [text])
        return self._found[model, key, text]

    def _by_text(self, model: type[models.Model], key: str, texts: set[str]) -> dict[str, list[models.Model]]:
        """The candidates of every text; where a surer key names one, those of a weaker key do not count."""
        paths = [key] if key else natural(model)
        if not texts or not paths:
            return {text: [] for text in texts}
        rows = registry.rows_for(model, self.by)
        rows = rows.filter(
            reduce(or_, (models.Q(**{f"{path.replace('.', '__')}__in": texts}) for path in paths))
        )
        ranked: dict[str, list[list[models.Model]]] = defaultdict(lambda: [[] for _path in paths])
        for row in rows:
            for rank, path in enumerate(paths):
                ranked[str(_attribute(row, path))][rank].append(row)
        return {text: next(filter(None, ranked[text]), []) if text in ranked else [] for text in texts}


def _attribute(row: models.Model, path: str) -> Any:
    value: Any = row
    for part in path.split("."):
        value = getattr(value, part, None)
    return value
