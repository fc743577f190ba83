"""How a table finds room on a page."""

from __future__ import annotations

from collections.abc import Sequence

UPRIGHT, FLAT = 188, 275  # millimetres between the margins of A4
SIZES = (8.5, 7.5, 6.5)  # points
LETTER, INSET = 0.56 * 0.3528, 2.6  # millimetres a point of size; around each cell

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
