"""Days and amounts as people say them, in Korean and English: 지난달, last 30 days, 2분기, > 1,000,000, 백만 이상.

A phrase is kept as it was said and understood anew each day: a view of “last month” moves with the calendar.
Weeks begin on Monday (ISO 8601), quarters and halves are those of the calendar year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}
MOST = 9999


class Span(NamedTuple):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Days:
    """A phrase understood: ``span`` says which days it means today, ``words`` it in the language active now."""

    span: Callable[[date], Span]
    words: str | Promise


COMMON: Mapping[str, tuple[str, int, str | Promise]] = {
    "today": ("day", 0, _("today")),
    "yesterday": ("day", -1, _("yesterday")),
    "tomorrow": ("day", 1, _("tomorrow")),
    "this week": ("week", 0, _("this week")),
    "last week": ("week", -1, _("last week")),
    "next week": ("week", 1, _("next week")),
    "this month": ("month", 0, _("this month")),
    "last month": ("month", -1, _("last month")),
    "next month": ("month", 1, _("next month")),
    "this quarter": ("quarter", 0, _("this quarter")),
    "last quarter": ("quarter", -1, _("last quarter")),
    "next quarter": ("quarter", 1, _("next quarter")),
    "this year": ("year", 0, _("this year")),
    "last year": ("year", -1, _("last year")),
    "next year": ("year", 1, _("next year")),
}
_KOREAN = {
    "today": "오늘 금일 당일",
    "yesterday": "어제 전일",
    "tomorrow": "내일 명일",
    "this week": "이번주 금주",
    "last week": "지난주 전주 저번주",
    "next week": "다음주 차주",
    "this month": "이번달 이달 금월 당월",
    "last month": "지난달 전월 저번달",
    "next month": "다음달 익월 내달 차월",
    "this quarter": "이번분기 당분기 금분기",
    "last quarter": "지난분기 전분기",
    "next quarter": "다음분기 차분기",
    "this year": "올해 금년 당해 이번해",
    "last year": "작년 지난해 전년",
    "next year": "내년 다음해 명년",
}
_SAID = {word: phrase for phrase, words in _KOREAN.items() for word in words.split()}
_SAID |= {phrase.replace(" ", ""): phrase for phrase in COMMON}

_NAMES = [name.lower() for name in calendar.month_name]
_MONTHS = {name[:length]: at for at, name in enumerate(_NAMES) if at for length in (3, len(name))}
_UNITS = {"일": "day", "주": "week", "개월": "month", "달": "month", "년": "year"} | {
    f"{unit}{end}": unit for unit in ("day", "week", "month", "year") for end in ("", "s")
}
_ROLLING = re.compile(
    rf"(최근|지난|last|past|향후|앞으로|다음|next)(\d{{1,4}})({'|'.join(_UNITS)})(?:간|동안)?"
)
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)(?:년|[-./])?)"
_LATER_YEAR = r"(?:(?P<later>(?:19|20)\d\d))"
_MONTH = re.compile(
    rf"{_YEAR}?(?:(?P<number>1[0-2]|0?[1-9])월|(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))}))"
    rf",?{_LATER_YEAR}?|(?P<iso>(?:19|20)\d\d)[-./](?P<digits>1[0-2]|0?[1-9])"
)
_QUARTER = re.compile(rf"{_YEAR}?(?:(?P<korean>[1-4])분기|q(?P<english>[1-4])){_LATER_YEAR}?")
_HALF = re.compile(rf"{_YEAR}?(?:(?P<korean>[상하])반기|h(?P<english>[12])){_LATER_YEAR}?")
_WHOLE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)년?")


def days(text: str) -> Days | None:
    """The days that a text means, or None when it is no phrase of days."""
    said = re.sub(r"\s+", "", text).casefold()
    if said in _SAID:
        unit, offset, words = COMMON[_SAID[said]]
        return Days(lambda today: _around(today, unit, offset), words)
    return _rolling(said) or _fixed(said)


def _rolling(said: str) -> Days | None:
    found = _ROLLING.fullmatch(said)
    if found is None or not int(found[2]):
        return None
    count, unit, ahead = int(found[2]), _UNITS[found[3]], found[1] in {"향후", "앞으로", "다음", "next"}
    words = _NEXT_WORDS[unit] if ahead else _LAST_WORDS[unit]
    return Days(lambda today: _beside(today, unit, count, ahead=ahead), str(words) % {"count": count})


_LAST_WORDS: Mapping[str, str | Promise] = {
    "day": _("last %(count)d days"),
    "week": _("last %(count)d weeks"),
    "month": _("last %(count)d months"),
    "year": _("last %(count)d years"),
}
_NEXT_WORDS: Mapping[str, str | Promise] = {
    "day": _("next %(count)d days"),
    "week": _("next %(count)d weeks"),
    "month": _("next %(count)d months"),
    "year": _("next %(count)d years"),
}


def _fixed(said: str) -> Days | None:
    """A month, quarter, half or year; without its year it is this year's."""
    if found := _MONTH.fullmatch(said):
        number = int(found["number"] or found["digits"] or _MONTHS[found["name"]])
        return _part(found["iso"] or found["year"] or found["later"], number, 1, _MONTH_WORDS[number])
    if found := _QUARTER.fullmatch(said):
        number = int(found["korean"] or found["english"])
        words = str(_("Q%(number)d")) % {"number": number}
        return _part(found["year"] or found["later"], number * 3 - 2, 3, words)
    if found := _HALF.fullmatch(said):
        first = found["korean"] == "상" or found["english"] == "1"
        words = str(_("first half") if first else _("second half"))
        return _part(found["year"] or found["later"], 1 if first else 7, 6, words)
    if found := _WHOLE_YEAR.fullmatch(said):
        return _part(found["year"], 1, 12, "")
    return None


_MONTH_WORDS: Mapping[int, str | Promise] = {
    1: _("January"),
    2: _("February"),
    3: _("March"),
    4: _("April"),
    5: _("May"),
    6: _("June"),
    7: _("July"),
    8: _("August"),
    9: _("September"),
    10: _("October"),
    11: _("November"),
    12: _("December"),
}


def _part(year: str | None, month: int, length: int, words: str | Promise) -> Days:
    pattern = _("%(part)s %(year)s") if words else pgettext("all of a year", "%(year)s")
    said = str(pattern) % {"part": words, "year": year} if year else words
    return Days(lambda today: _months(int(year or today.year), month, length), said)


def _months(year: int, month: int, length: int) -> Span:
    """Whole months from the first of ``month``, which may lie before or after the year."""
    first = _shifted(date(year, 1, 1), month - 1)
    return Span(first, _shifted(first, length) - timedelta(days=1))


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, date.min.year + 1), date.max.year - 1)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _around(today: date, unit: str, offset: int) -> Span:
    if unit == "day":
        return Span(today + timedelta(days=offset), today + timedelta(days=offset))
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        return Span(monday, monday + timedelta(days=6))
    length = MONTHS_IN[unit]
    start = (today.month - 1) // length * length + 1
    return _months(today.year, start + offset * length, length)


def _beside(today: date, unit: str, count: int, *, ahead: bool) -> Span:
    """Today and what lies before it (or, ahead, tomorrow and on): the last 30 days are thirty with today."""
    if unit in MONTHS_IN:
        months = min(count, MOST) * MONTHS_IN[unit]
        other = _shifted(today, months if ahead else -months)
    else:
        other = today + timedelta(days=min(count, MOST) * (7 if unit == "week" else 1) * (1 if ahead else -1))
    one = timedelta(days=1)
    return Span(today + one, other) if ahead else Span(other + one, today)


_SCALES = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12, "k": 10**3, "m": 10**6, "bn": 10**9}
_HUNDREDS = {"십": 10, "백": 100, "천": 1000}
_AMOUNT = r"(-?[\d,]*\.?\d*)([십백천]?)(조|억|만|천|bn|[km])?원?"
_SIGNS = {">=": "gte", "≥": "gte", "<=": "lte", "≤": "lte", ">": "gt", "<": "lt"}
_ENDS = {"이상": "gte", "이하": "lte", "초과": "gt", "미만": "lt", "ormore": "gte", "orless": "lte"}
_SIGNED = re.compile(f"({'|'.join(_SIGNS)}){_AMOUNT}")
_ENDED = re.compile(f"{_AMOUNT}({'|'.join(_ENDS)})")
_RANGE = re.compile(f"{_AMOUNT}(?:~|–|\\.\\.|부터|에서|to){_AMOUNT}(?:까지)?")


def bounds(text: str) -> list[tuple[str, Decimal]]:
    """The bounds that a text puts on a number, as (gte, gt, lte or lt, number); none when it is no such phrase."""
    said = re.sub(r"\s+", "", text).casefold()
    if found := _SIGNED.fullmatch(said):
        return _bound(_SIGNS[found[1]], *found.groups()[1:])
    if found := _ENDED.fullmatch(said):
        return _bound(_ENDS[found[4]], *found.groups()[:3])
    if found := _RANGE.fullmatch(said):
        ends = _bound("gte", *found.groups()[:3]), _bound("lte", *found.groups()[3:])
        return [*ends[0], *ends[1]] if all(ends) else []
    return []


def _bound(test: str, digits: str, hundreds: str, scale: str) -> list[tuple[str, Decimal]]:
    plain = digits.replace(",", "")
    if not plain.strip("-.") and not (hundreds or scale):
        return []
    number = Decimal(plain if plain.strip("-.") else 1)
    return [(test, number * _HUNDREDS.get(hundreds or "", 1) * _SCALES.get(scale or "", 1))]


_EMPTY = {"empty", "none", "blank", "비어있음", "없음", "빈칸", "미정"}
_FILLED = {"notempty", "any", "비어있지않음", "있음"}


def emptiness(text: str) -> bool | None:
    """Whether a text asks for what is empty (True) or for what is not (False); None when it asks for neither."""
    said = re.sub(r"\s+", "", text).casefold()
    return True if said in _EMPTY else False if said in _FILLED else None
