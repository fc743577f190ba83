"""The countries of the world, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from onmaru.kernel import i18n

# CLDR counts a few territories that are no countries: unions, the world's parts, the unknown one.
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ"}


def named() -> Mapping[str, str]:
    """The countries by their ISO 3166 code of two letters, called as the language active now calls them (CLDR)."""
    return _named("ko" if i18n.korean() else "en")


@cache
def _named(language: str) -> Mapping[str, str]:
    found = {str(code): str(name) for code, name in Locale(language).territories.items()}
    return {code: name for code, name in found.items() if len(code) == 2 and code not in NO_COUNTRIES}
