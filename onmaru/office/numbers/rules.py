"""What a number format may be, so that no two documents are given the same number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal

SERIES_UNKNOWN = refusals.reason("series_unknown", _("There is no series “{series}”. There are: {known}"))
FORMAT_IN_THE_PAST = refusals.reason("format_in_the_past", _("A number format begins today or later."))
FORMAT_UNREADABLE = refusals.reason(
    "format_unreadable",
    _(
        "A number format is letters, {{year}} or {{yy}}, {{month}} to count by the month, a sign, {{number:6}}."
    ),
)
FORMAT_AMBIGUOUS = refusals.reason(
    "format_ambiguous", _("Two documents could get the same number: begin it otherwise than other series do.")
)
_FORMAT = re.compile(
    r"(?P<head>[A-Z가-힣][A-Z가-힣./-]*)\{(year|yy)\}[./-]?(\{month\})?[A-Z가-힣./-]+\{number:[3-9]\}"
)
MOST_LETTERS = 12  # beside year, month and figures; a number has 30


def check_format(pattern: str, series: str, others: Iterable[str]) -> list[Refusal]:
    """Why a number format is none, or could make a number that one of the ``others`` makes too.

    Two capitals and a hyphen are how a series begins that nobody used or formatted yet: only its own may.
    """
    found = _FORMAT.fullmatch(pattern)
    if found is None or len(re.sub(r"\{.*?\}", "", pattern)) > MOST_LETTERS:
        return [FORMAT_UNREADABLE("pattern")]
    heads, own = {one.partition("{")[0] for one in others}, f"{series}-"
    plain = re.fullmatch(r"[A-Z]{2}-", found["head"]) and found["head"] != own
    return [FORMAT_AMBIGUOUS("pattern")] if plain or found["head"] in heads else []
