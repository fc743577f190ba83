"""How a table finds room on a page, and what may be said of papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onmaru.kernel import printing, refusals
from onmaru.kernel.refusals import Refusal

UPRIGHT, FLAT = 188, 275  # millimetres between the margins of A4
SIZES = (8.5, 7.5, 6.5)  # points
LETTER, INSET = 0.6 * 0.3528, 2.6  # millimetres a point of size; around each cell

Widths = Sequence[tuple[int, bool]]


def fitted(tables: Sequence[Widths]) -> tuple[float, bool]:
    """The size of the letters (points), and whether pages lie on their side, so that the widest table fits."""
    for flipped, room in ((False, UPRIGHT), (True, FLAT)):
        for size in SIZES[: 3 if flipped else 1]:
            if all(width(one, size) <= room for one in tables):
                return size, flipped
    return SIZES[-1], True


def width(table: Widths, size: float) -> float:
    """How wide a table is (mm) when nothing in it is broken over lines."""
    return sum(letters * size * LETTER + INSET for letters, _grows in table)


def squeezed(table: Widths, size: float) -> Widths:
    """The widths; where no page holds them, every column gives way, so that none falls off the edge."""
    return table if width(table, size) <= FLAT else [(letters, True) for letters, _grows in table]


PAPERS = ("a4", "a5", "iso-b5", "us-letter")
LANGUAGES = ("", "ko", "en")
TEXTS = ("header_ko", "header_en", "footer_ko", "footer_en", "terms_ko", "terms_en", "bank")
HIDEABLE = ("code", "specification", "unit", "tax")
LONGEST = 2000
LARGEST = 500 * 1024

OPTION_UNKNOWN = refusals.reason("option_unknown", _("Papers have no option “{name}” of this kind."))
WORDS_TOO_LONG = refusals.reason("words_too_long", _("A paper has room for {limit} letters here."))
PICTURE_UNREADABLE = refusals.reason(
    "picture_unreadable", _("A picture on paper is a PNG, JPEG or GIF of at most {limit} kB.")
)
PAPER_UNKNOWN = refusals.reason("paper_unknown", _("There is no paper “{name}”."))


def check(options: Mapping[str, Any]) -> list[Refusal]:
    """Every reason why options are none: an unknown name or value, too many words."""
    known = {"paper": ("", *PAPERS), "language": LANGUAGES}
    found = []
    for name, value in options.items():
        if name in TEXTS and isinstance(value, str):
            found += [WORDS_TOO_LONG(name, limit=f"{LONGEST:,}")] if len(value) > LONGEST else []
        elif name == "hides" and isinstance(value, list):
            found += [OPTION_UNKNOWN(name, name=str(one)[:40]) for one in value if one not in HIDEABLE]
        elif value not in known.get(name, ()):
            found.append(OPTION_UNKNOWN(name, name=f"{name}: {value}"[:40]))
    return found


def check_picture(name: str, content: bytes) -> list[Refusal]:
    """Why a picture cannot be printed; none for no picture."""
    good = not content or (len(content) <= LARGEST and printing.is_picture(content))
    return [] if good else [PICTURE_UNREADABLE(name, limit=LARGEST // 1024)]
