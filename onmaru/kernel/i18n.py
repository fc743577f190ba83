"""A person's language, and names kept in Korean and English side by side."""

from __future__ import annotations

from django.utils.translation import get_language


def korean() -> bool:
    """Whether the language active now is Korean (the default)."""
    return (get_language() or "ko").startswith("ko")


def pick(name_ko: str, name_en: str) -> str:
    """The name in the active language, or the other one when it is missing."""
    first, second = (name_ko, name_en) if korean() else (name_en, name_ko)
    return first or second
