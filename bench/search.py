"""A clerk finds a name among a million, and its documents among a million each, as fast as she types."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from bench import million
from bench.frame import Report, progress, timed

LIMIT_MS = 50
LISTS = ("parties", "orders", "deliveries", "payments")

# Whole words, initials, mixed, half syllables, the wrong keyboard, codes, and the broadest: one letter.
NAMES = "삼성전자 삼성 ㅅㅅㅈㅈ ㅅㅅ ㅅ 삼ㅅ 삼서 삼ㅅㅈ tkatjd ttww 내ㅜㅇ 서 성 김 김민서 ㄱㅁㅅ 전자 뷁"
CODES = "lg bicycle bi C0012345 12345 5"
PHRASES = ("삼성 전자", "대한 물류", "global bicycle", "(주)삼성전자", "zzzz zzzz")

# Numbers whole, by their tail, in part, and by what half a million bear; what a customer wrote; what nobody did.
NUMBERS = "SO-2026-750123 so-2026-750123 000123 123 2026-7501 2026 SO DO- 99 7 RC-2026-0999 999999 1234567"
REMARKS = "PO-77100 77100 계약선금 선금 금 잔 q zz x1 - % #"

# Lists are narrowed and sorted while something is looked for.
NARROWED = (
    {"state": "draft"},
    {"ordered_on__gte": "2026-06-01"},
    {"ordered_on": "2026-03-10", "sort": "total"},
)
MEANWHILE = ("삼성전자", "ㅅ", "2026-7501", "zz")


def main() -> Report:
    """Every way of typing is answered within the limit, median of five."""
    report = Report("search")
    million.fill(report)
    measure(report)
    return report


def measure(report: Report) -> None:
    """Time the first page of lists, pickers and the search of everything by all that is typed."""
    slowest: dict[str, tuple[float, str]] = {}
    for typed in chain(NAMES.split(), CODES.split(), PHRASES, NUMBERS.split(), REMARKS.split()):
        progress(typed)
        figures = report.figures[f"{typed} (ms)"] = {}
        for place, name, answer in _answers(typed):
            taken = figures[f"{place} {name}".strip()] = _median(answer)
            slowest[place] = max(slowest.get(place, (0.0, "")), (taken, typed))
    for asked, answer in _narrowed():
        taken = report.figures[f"{asked} (ms)"] = _median(answer)
        slowest["narrowed list"] = max(slowest.get("narrowed list", (0.0, "")), (taken, asked))
    for place, (taken, typed) in slowest.items():
        report.figures[f"slowest of a {place}"] = typed
        report.at_most(f"slowest {place}, ms", taken, LIMIT_MS)


def _answers(typed: str) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    from onmaru.kernel import identity
    from onmaru.workbench import listing, registry, search

    by = identity.system("bench")
    for name in LISTS:
        entity = registry.get(name)
        assert entity is not None
        yield "list", name, partial(listing.page, entity, by, {"q": typed})
        yield "picker", name, partial(search.choices, entity, by, typed)
    yield "search of everything", "", partial(search.everywhere, by, typed)


def _narrowed() -> Iterator[tuple[str, Callable[[], Any]]]:
    from onmaru.kernel import identity
    from onmaru.workbench import listing, registry

    by, orders = identity.system("bench"), registry.get("orders")
    assert orders is not None
    for typed in MEANWHILE:
        for asked in NARROWED:
            told = "&".join(f"{name}={value}" for name, value in asked.items())
            yield (
                f"q={typed}&{told}",
                partial(listing.page, orders, by, asked | {"q": typed}),
            )


def _median(answer: Callable[[], Any]) -> float:
    """Milliseconds for one answer, as a person waits for it: its statements, and what is made of their rows."""
    taken = []
    for _turn in range(5):
        with timed() as span:
            answer()
        taken.append(span.seconds * 1000)
    return round(sorted(taken)[2], 1)
