"""Reading what people and programs give: text of forms and files, JSON of the API, all by one rule.

A refusal concerns one field; ``read_all`` gathers those of a whole record, the cells of its lines included.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import money, refusals
from onmaru.kernel.refusals import Refusal, Refused
from onmaru.workbench.fields import Field, Kind, Text
from onmaru.workbench.references import References

UNREADABLE = refusals.reason("value_unreadable", _("“{label}”: “{text}” cannot be read as {kind}."))
TOO_LONG = refusals.reason("value_too_long", _("“{label}” holds at most {limit} characters."))
TOO_PRECISE = refusals.reason("value_too_precise", _("“{label}” keeps at most {digits} decimals."))
OUT_OF_RANGE = refusals.reason("value_out_of_range", _("“{label}” must lie between {low} and {high}."))
AMBIGUOUS = refusals.reason(
    "date_ambiguous", _("“{label}”: “{text}” may be several days; write the year with four digits.")
)
CHOICE_UNKNOWN = refusals.reason("choice_unknown", _("“{label}”: “{text}” is none of {choices}."))

WORDS: Mapping[Kind, Text] = {
    "text": _("text"),
    "integer": _("a whole number"),
    "money": _("an amount"),
    "quantity": _("a number"),
    "date": _("a date"),
    "datetime": _("a date with a time"),
    "time": _("a time of day"),
    "bytes": _("a file (base64)"),
    "boolean": _("yes or no"),
    "json": _("a list or an object"),
    "lines": _("a list of lines"),
}
YES = {"예", "네", "y", "yes", "true", "t", "1", "o", "on", "참", "사용", "✓"}
NO = {"아니오", "아니요", "n", "no", "false", "f", "0", "x", "off", "거짓", "미사용", ""}

# A year of two digits comes first, as Koreans write it, and lies between 1950 and 2049.
_DAY = r"['’]?(\d{4}|\d\d)\s*([-./년])\s*(\d\d?)\s*[-./월]\s*(\d\d?)(?:\s*[.일])?|(\d{4}|\d\d)()(\d\d)(\d\d)"
_CLOCK = (
    r"(오전|오후|AM|PM)?\s*(\d\d?)"
    r"(?::(\d\d)(?::(\d\d)(?:\.\d+)?)?|시(?:\s*(\d\d?)분)?(?:\s*(\d\d?)초)?)\s*(AM|PM)?"
)
_MOMENT = re.compile(
    rf"(?:{_DAY})(?:\s*\(?[월화수목금토일](?:요일)?\)?)?(?:[T\s]+({_CLOCK}))?", re.IGNORECASE
)
_SERIAL = re.compile(r"([1-7]\d{4})(\.\d+)?")  # a day as Excel counts them, from 1927 to 2119
_NOUGHT = datetime.combine(date(1899, 12, 30), clock.min)
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def read_all(
    fields: Iterable[Field],
    raw: Mapping[str, Any],
    references: References,
    *,
    prefix: str = "",
    partial: bool = False,
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values of ``fields`` in ``raw`` and every reason why one cannot be read.

    A field that ``raw`` has not is left out, which is refused for a required one unless ``partial``; an empty one
    becomes what the field holds when empty. Names that no field has are refused.
    """
    known = {one.name: one for one in fields}
    values: dict[str, Any] = {}
    found = [refusals.FIELD_UNKNOWN(prefix + name, label=name) for name in raw if name not in known]
    for name, one in known.items():
        if name not in raw:
            if one.required and not partial:
                found.append(refusals.FIELD_REQUIRED(prefix + name, label=one.label))
            continue
        try:
            values[name] = read(one, raw[name], references, prefix=prefix)
        except Refused as refused:
            found += refused.reasons
    return values, found


def read(field: Field, raw: Any, references: References, *, prefix: str = "") -> Any:
    """One value. Raises Refused with the field's reasons (several for a grid of lines)."""
    where = prefix + field.name
    if field.many:
        items = _listed(field, raw, where)
        return [_read_one(field, item, references, where) for item in items if not is_blank(item)]
    if is_blank(raw) and field.kind not in {"boolean", "lines"}:
        if field.required:
            raise Refused(refusals.FIELD_REQUIRED(where, label=field.label))
        return field.emptied()
    return _read_one(field, raw, references, where)


def is_blank(raw: Any) -> bool:
    """Whether nothing was given."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _listed(field: Field, raw: Any, where: str) -> Sequence[Any]:
    if isinstance(raw, list | tuple):
        return raw
    return (
        []
        if is_blank(raw)
        else re.split(r"[;；\n]" if re.search(r"[;；\n]", str(raw)) else "[,，、]", str(raw))
    )


def _read_one(field: Field, raw: Any, references: References, where: str) -> Any:
    if field.kind == "reference":
        assert field.model is not None
        return references.find(field.model, raw, field=where, label=field.label)
    if field.kind == "lines":
        return _lines(field, raw, references, where)
    try:
        return _READERS[field.kind](field, raw, where)
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise _unreadable(field, raw, where) from error


def _unreadable(field: Field, raw: Any, where: str) -> Refused:
    return Refused(
        UNREADABLE(where, label=field.label, text=str(raw)[:40], kind=WORDS.get(field.kind, field.kind))
    )


def _text(field: Field, raw: Any, where: str) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool | dict | list):
        raise _unreadable(field, raw, where)
    text = str(raw).strip()
    if _UNKEPT.search(text):
        raise _unreadable(field, ascii(text), where)
    if field.max_length is not None and len(text) > field.max_length:
        raise Refused(TOO_LONG(where, label=field.label, limit=field.max_length))
    return text


def _integer(field: Field, raw: Any, where: str) -> int:
    value = _number(field, raw, where)
    if value != value.to_integral_value() or value.adjusted() > 20:
        raise _unreadable(field, raw, where)
    low, high = field.limits or (-(2**63), 2**63 - 1)
    if not low <= value <= high:
        raise Refused(OUT_OF_RANGE(where, label=field.label, low=low, high=high))
    return int(value)


def _number(field: Field, raw: Any, where: str) -> Decimal:
    try:
        value = Decimal(str(raw)) if not isinstance(raw, str) else _decimal(raw)
    except (Refused, InvalidOperation) as error:
        raise _unreadable(field, raw, where) from error
    if not value.is_finite():
        raise _unreadable(field, raw, where)
    return value


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.strip()) if text.isascii() and "_" not in text else money.parse_amount(text)
    except InvalidOperation:
        return money.parse_amount(text.removesuffix("%"))


def _amount(field: Field, raw: Any, where: str) -> Decimal:
    value = _number(field, raw, where)
    whole, digits = field.whole_digits or 15, field.digits if field.digits is not None else 6
    if value and value.adjusted() >= whole:
        largest = 10**whole - 1
        raise Refused(OUT_OF_RANGE(where, label=field.label, low=f"{-largest:,}", high=f"{largest:,}"))
    exponent = value.normalize(money.EXACT).as_tuple().exponent
    # What is too small for any context would be normalised to zero.
    if (value and value.adjusted() < -digits) or (isinstance(exponent, int) and -exponent > digits):
        raise Refused(TOO_PRECISE(where, label=field.label, digits=digits))
    value = value / 100 if field.percent else value
    return value if value else Decimal(0)


def _date(field: Field, raw: Any, where: str) -> date:
    if isinstance(raw, date):
        return raw.date() if isinstance(raw, datetime) else raw
    at = _moment(field, raw, where)
    if at.time() != clock.min:
        raise _unreadable(field, raw, where)
    return at.date()


def _datetime(field: Field, raw: Any, where: str) -> datetime:
    """A moment in UTC; one without a zone is meant in the zone active now."""
    value = raw if isinstance(raw, datetime) else _moment(field, raw, where)
    return (timezone.make_aware(value) if timezone.is_naive(value) else value).astimezone(UTC)


def _moment(field: Field, raw: Any, where: str) -> datetime:
    """A day with its time of day, midnight where none is said."""
    text = _plain(raw)
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    if serial := _SERIAL.fullmatch(text):
        return _NOUGHT + timedelta(int(serial[1]), round(Decimal(serial[2] or 0) * 86400))
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, mark, month, day = found.groups()[:4] if found[1] else found.groups()[4:8]
    if len(year) == 2 and mark == "/" and int(year) <= 31:
        raise Refused(AMBIGUOUS(where, label=field.label, text=text))
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 50 else 2000)
    return datetime.combine(date(full, int(month), int(day)), _clock(found[9]) if found[9] else clock.min)


def _clock(text: str) -> clock:
    found = re.fullmatch(_CLOCK, text, re.IGNORECASE)
    if found is None:
        return clock.fromisoformat(text).replace(tzinfo=None)
    before, hour, *parts, after = found.groups()
    half = (before or after or "").upper()
    hours = int(hour) % 12 + (12 if half in {"PM", "오후"} else 0) if half else int(hour)
    return clock(hours, int(parts[0] or parts[2] or 0), int(parts[1] or parts[3] or 0))


def _time(field: Field, raw: Any, where: str) -> clock:
    return raw if isinstance(raw, clock) else _clock(_plain(raw))


def _bytes(field: Field, raw: Any, where: str) -> bytes:
    return base64.b64decode(str(raw).encode(), validate=True)


def _plain(raw: Any) -> str:
    return unicodedata.normalize("NFKC", str(raw)).strip()


def _boolean(field: Field, raw: Any, where: str) -> bool:
    if isinstance(raw, bool):
        return raw
    said = "" if raw is None else _plain(raw).casefold()
    if said in YES or said in NO:
        return said in YES
    raise _unreadable(field, raw, where)


def _choice(field: Field, raw: Any, where: str) -> Any:
    """A choice by its stored value, or by its words in either language."""
    said = str(raw).strip()
    for value, _label in field.choices:
        if said == str(value):
            return field.enum(value) if field.enum else value
    for language in ("ko", "en"):
        with translation.override(language):
            for value, label in field.choices:
                if said.casefold() == str(label).casefold():
                    return field.enum(value) if field.enum else value
    words = ", ".join(str(label) for _value, label in [*field.choices][:12])
    raise Refused(CHOICE_UNKNOWN(where, label=field.label, text=said[:40], choices=words))


def _json(field: Field, raw: Any, where: str) -> Any:
    """Lists and objects as they are; text is a list with commas or semicolons, as a form or a cell has it."""
    if isinstance(raw, str):
        return [part.strip() for part in re.split(r"[,;\n]", raw) if part.strip()]
    if not isinstance(raw, list | dict) or (field.listed and isinstance(raw, dict)):
        raise _unreadable(field, raw, where)
    return [_text(field, {} if one is None else one, where) for one in raw] if field.listed else raw


def _lines(field: Field, raw: Any, references: References, where: str) -> list[Any]:
    if raw in (None, "", []):
        if field.required:
            raise Refused(refusals.FIELD_REQUIRED(where, label=field.label))
        return []
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise _unreadable(field, raw, where)
    rows, found = read_rows(field, raw, references, where)
    refusals.check(found)
    return rows


def read_rows(
    field: Field, raw: Sequence[Mapping[str, Any]], references: References, where: str
) -> tuple[list[Any], list[Refusal]]:
    """The rows of a grid as far as they can be read, and every reason why not; a query for each kind of record."""
    for one in field.lines:
        if one.kind == "reference" and one.model is not None:
            references.prime_all(one.model, [row.get(one.name) for row in raw])
    rows: list[Any] = []
    found: list[Refusal] = []
    for place, row in enumerate(raw):
        values, problems = _line(field, row, references, f"{where}.{place}.")
        found += problems
        rows.append(values if problems or field.shape is None else field.shape(**values))
    return rows, found


def _line(
    field: Field, row: Mapping[str, Any], references: References, prefix: str
) -> tuple[dict[str, Any], list[Refusal]]:
    if not field.lines:
        return dict(row), []
    cells = field.lines if "id" not in row else (*field.lines, _LINE_ID)
    values, problems = read_all(cells, row, references, prefix=prefix)
    if values.get("id", 0) is None:
        del values["id"]
    return values, problems


_LINE_ID = Field("id", _("Line"), "integer", required=False, limits=(1, 2**63 - 1))

_READERS: Mapping[str, Callable[[Field, Any, str], Any]] = {
    "text": _text,
    "file": _text,
    "integer": _integer,
    "money": _amount,
    "quantity": _amount,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "bytes": _bytes,
    "boolean": _boolean,
    "choice": _choice,
    "state": _choice,
    "json": _json,
}


def plain(value: Any) -> Any:
    """A value as JSON carries it: decimals as text without trailing zeros, records by their id."""
    if isinstance(value, Decimal):
        return f"{value.normalize(money.EXACT):f}"
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value
