"""Who is called in a text, and what of it fits into a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals

NOTHING_SAID = refusals.reason("nothing_said", _("There is nothing written yet."))
NOT_YOUR_COMMENT = refusals.reason("not_your_comment", _("Only its author changes a comment."))
NO_SUCH_ENTRY = refusals.reason("no_such_entry", _("There is no such entry in this timeline."))

CALLED = re.compile(r"(?<![\w@])@(?=(.+))")
LOGIN = re.compile(r"[\w.\-]+")
BLANKS = re.compile(r"\s+")
SHORT = 140


def called(text: str, people: Mapping[int, tuple[str, str]]) -> list[int]:
    """Those of ``people`` (id → name, sign-in) who stand in the text after an @, by either.

    Korean joins particles to a name (@김하늘님), so of the names that begin there the longest is meant.
    """
    found: list[int] = []
    for after in CALLED.findall(text):
        login = LOGIN.match(after)
        word = login[0].rstrip(".-").casefold() if login else ""
        fits = {key: len(name) for key, (name, _login) in people.items() if after.startswith(name)}
        longest = max(fits.values(), default=0)
        found += [key for key, length in fits.items() if length == longest]
        found += [key for key, (_name, other) in people.items() if word and other.casefold() == word]
    return list(dict.fromkeys(found))


def short(text: str) -> str:
    """The text on one line, cut where it gets long."""
    line = BLANKS.sub(" ", text).strip()
    return line if len(line) <= SHORT else line[: SHORT - 1].rstrip() + "…"


def drawn(text: str, names: Iterable[str]) -> SafeString:
    """The text as HTML: everything escaped, addresses linked, those called marked."""
    shown = urlize(text, nofollow=True, autoescape=True)
    for name in sorted(set(names), key=len, reverse=True):
        called = conditional_escape(f"@{name}")
        shown = shown.replace(called, format_html('<b class="called">{}</b>', called))
    return mark_safe(shown)  # noqa: S308 - urlize escaped all of it
