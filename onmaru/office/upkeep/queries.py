"""The indexes of the company's own fields: those that there are to be, and those that stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from onmaru.kernel import sql
from onmaru.office.shaping.models import CustomField
from onmaru.office.shaping.queries import shapes

NAME = r"^shaping_(field|words)_(\d+)(_\d+)?$"
_STANDING = """
    SELECT c.relname, i.indisvalid, coalesce(pg_stat_get_numscans(c.oid), 0)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE c.relname ~ %s AND pg_table_is_visible(c.oid)
"""


class Standing(NamedTuple):
    """An index in the database: whether it is whole, and how often it was read since its figures begin."""

    is_whole: bool
    scans: int


def wanted(field: CustomField) -> Mapping[str, models.Index]:
    """The indexes that a field is to have, by their names; those of numbers hold for so many decimals."""
    if not field.is_active or field.privacy:
        return {}
    decimals = f"_{field.digits}" if field.digits else ""
    found = [_of_values(field, f"shaping_field_{field.pk}{decimals}")] if field.is_indexed else []
    found += [_of_words(field, f"shaping_words_{field.pk}")] if field.searched else []
    return {one.name: one for one in found}


def _of_values(field: CustomField, name: str) -> models.Index:
    """By which filters and sorting find their rows."""
    return models.Index(shapes.expression(field), models.F("id"), name=name)


def _of_words(field: CustomField, name: str) -> models.Index:
    """By which the search finds any part of the words."""
    return GinIndex(OpClass(Upper(shapes.expression(field)), name="gin_trgm_ops"), name=name)


def standing() -> dict[int, dict[str, Standing]]:
    """The indexes of each field in the database, by its key and their names."""
    found: dict[int, dict[str, Standing]] = {}
    for name, is_whole, scans in sql.rows(_STANDING, [NAME]):
        held = re.match(NAME, name)
        if held is not None:
            found.setdefault(int(held[2]), {})[name] = Standing(is_whole, scans)
    return found


def is_in_order(field: CustomField, stands: Mapping[str, Standing]) -> bool:
    """Whether a field has the indexes that it is to have, all whole, and no other."""
    return wanted(field).keys() == {name for name, one in stands.items() if one.is_whole} == stands.keys()
