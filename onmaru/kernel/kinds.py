"""The kinds of record and the settings there are, in words: what an administrator chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst

Named = list[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Setting:
    """A setting that may be changed: its words, what holds until somebody does, and where that comes from."""

    code: str
    label: str | Promise
    default: str
    source: str


declared: dict[str, Setting] = {}


def named() -> Named:
    """Every kind of record that the house gave a name, by the stable word stored for it."""
    return [
        (one._meta.label_lower, capfirst(one._meta.verbose_name or ""))
        for one in apps.get_models()
        if one.__module__.startswith("onmaru.") and "verbose_name" in one._meta.original_attrs
    ]


def settings() -> Named:
    """Every setting that was declared."""
    return [(one.code, one.label) for one in declared.values()]
