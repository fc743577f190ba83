"""A person's language, and names kept in Korean and English side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale
from django.utils.translation import get_language

# CLDR counts a few territories that are no countries: unions, the world's parts, the unknown one.
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ"}


def korean() -> bool:
    """Whether the language active now is Korean (the default)."""
    return (get_language() or "ko").startswith("ko")


def pick(name_ko: str, name_en: str) -> str:
    """The name in the active language, or the other one when it is missing."""
    first, second = (name_ko, name_en) if korean() else (name_en, name_ko)
    return first or second


def countries() -> Mapping[str, str]:
    """The countries by their ISO 3166 code of two letters, called as the language active now calls them (CLDR)."""
    return _countries("ko" if korean() else "en")


@cache
def _countries(language: str) -> Mapping[str, str]:
    named = {str(code): str(name) for code, name in Locale(language).territories.items()}
    return {code: name for code, name in named.items() if len(code) == 2 and code not in NO_COUNTRIES}
