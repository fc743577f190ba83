"""Any part of a number, a remark or a reference, found by an index: what a document itself can be found by.

A model says which of its columns are looked into,

    indexes = [parts.Index("number", "memo", name="payment_parts")]

and ``condition(Payment, ["number", "memo"], typed)`` is then served by it, whatever was typed: every word stands
somewhere in one of the columns, in any case. Without an index it means the same and reads the whole table. Of three
letters in a row trigrams know the rows; of less, what ``kernel_grams`` keeps: every sign but a digit, and every two
that follow one another when the digits are left out. One or two digits alone need no index, for about every document
has them: the newest are read until the page is full. A document is indexed with its number, which comes last: the row
without it, which nobody else ever sees, costs the index nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import BooleanField, F, Func, Model, Q, TextField, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce, Collate, Upper
from django.db.models.indexes import IndexExpression
from django.db.models.lookups import IContains

_LETTERS = re.compile(r"[^\W_]{3,}")
_DIGITS = re.compile(r"[0-9]+")

# Kilobytes that wait to be sorted into the index: some hundred documents, which a search reads one by one meanwhile.
WAITING = 256

# What the application "django.contrib.postgres" would do, and all that is needed of it.
IndexExpression.register_wrappers(OrderBy, OpClass, Collate)


class Index(GinIndex):
    """The index over text ``columns`` that serves ``condition``. What it keeps is for a migration to change."""

    def __init__(self, *columns: str, name: str) -> None:
        self.columns = columns
        text = Upper(_joined(columns))
        super().__init__(
            OpClass(text, name="gin_trgm_ops"),
            _grams(text),
            name=name,
            condition=_borne(columns),
            gin_pending_list_limit=WAITING,
        )

    def deconstruct(self) -> Any:
        """As it was written, for migrations to read."""
        return f"{__name__}.Index", self.columns, {"name": self.name}


def condition(model: type[Model], columns: Sequence[str], text: str) -> Q:
    """Every word of ``text`` somewhere in one of the columns; matches everything when there is no word."""
    indexed = next((one.columns for one in model._meta.indexes if isinstance(one, Index)), ())
    found = everywhere(columns, text)
    if not found or not set(columns) <= set(indexed):
        return found
    for word in text.split():
        found &= _served(indexed, word)
    return found & (_borne(indexed) or Q())


def everywhere(paths: Sequence[str], text: str) -> Q:
    """Every word somewhere in one of ``paths``, read row by row."""
    found = Q()
    for word in text.split():
        found &= reduce(or_, (Q(**{f"{path}__icontains": word}) for path in paths))
    return found


def _borne(columns: Iterable[str]) -> Q | None:
    """That a document bears its number already."""
    return Q(number__gt="") if "number" in columns else None


def _joined(columns: Iterable[str]) -> Func:
    """The columns as one text. A word holds no space, so that none is found across two columns."""
    said: list[Combinable] = []
    for column in columns:
        said += [Value(" "), Coalesce(F(column), Value(""))]
    return Func(*said[1:], template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField())


def _grams(text: Combinable) -> Func:
    return Func(text, function="kernel_grams", output_field=ArrayField(TextField()))


def _served(columns: Sequence[str], word: str) -> Q:
    """What the index is asked: for the longest run of letters alone, for every further trigram costs time."""
    text = _joined(columns)
    run = max(reversed(_LETTERS.findall(word)), key=len, default="")
    if run:
        return Q(IContains(text, run))
    grams = _short(_DIGITS.sub("", word))
    return Q(_Has(_grams(Upper(text)), Func(*grams, template="ARRAY[%(expressions)s]"))) if grams else Q()


def _short(signs: str) -> list[Upper]:
    """The grams of a word; none of what becomes longer as a capital (ß), which they do not know."""
    known = [signs] if len(signs) < 3 else [signs[at : at + 2] for at in range(len(signs) - 1)]
    return [Upper(Value(one)) for one in known if one and len(one.upper()) == len(one)]


class _Has(Func):
    """One array holds all of another."""

    arg_joiner = " @> "
    template = "%(expressions)s"
    output_field = BooleanField()
