"""Search as Koreans type it: syllables, initial consonants, a wrong keyboard, and half of a syllable.

A row stores one text, ``document(name, code, ...)``, in a TextField under a trigram index,

    GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="party_search")

and a query is ``rows.filter(condition("search_text", typed))``. The text spells Hangul by the keys pressed
(값 → ㄱㅏㅂㅅ, 과 → ㄱㅗㅏ): a syllable half typed is then a prefix of the whole, and most syllables have the
three letters that a trigram needs. No spelling begins inside another syllable, because a vowel always follows
its own initial. Initials stand beside it in another alphabet (conjoining jamo), so that ㅅㅅ finds them only.
A database of locale C sees no letters in Hangul: it needs a UTF-8 one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import and_, or_
from typing import TypeVar

from django.db.models import Case, Model, Q, QuerySet, When

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ"
_FINALS = (
    "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ"
)
_SYLLABLES = range(0xAC00, 0xD7A4)

# Conjoining jamo, which is also what compatibility jamo become under NFKD, spelt by their keys.
_SPELLING = {
    **{chr(0x1100 + i): jamo for i, jamo in enumerate(_INITIALS)},
    **{chr(0x1161 + i): jamo for i, jamo in enumerate(_VOWELS.split())},
    **{chr(0x11A8 + i): jamo for i, jamo in enumerate(_FINALS.split())},
}
_INDEXED = str.maketrans({jamo: chr(0x1100 + i) for i, jamo in enumerate(_INITIALS)})
_SPELT = str.maketrans(
    _SPELLING
    | {
        chr(code): "".join(map(_SPELLING.__getitem__, unicodedata.normalize("NFD", chr(code))))
        for code in _SYLLABLES
    }
)
_FIRST = _SPELT | {code: _INITIALS[(code - _SYLLABLES.start) // 588] for code in _SYLLABLES}
_STORED = {code: letter.translate(_INDEXED) for code, letter in _FIRST.items()}
# What no normalisation changes: most of what Koreans write.
_SETTLED = re.compile("[\0-\x7f가-힣]*")

# The standard two-set keyboard (두벌식, KS X 5002); a capital is the shifted key.
_JAMO = _INITIALS + "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"
_KEYS = dict(zip("rRseEfaqQtTdwWczxvg" + "koiOjpuPhynbml", _JAMO, strict=True))
_TO_LATIN = str.maketrans({jamo: key.lower() for key, jamo in _KEYS.items()})
_TO_HANGUL = str.maketrans({**{key.upper(): jamo for key, jamo in _KEYS.items() if key.islower()}, **_KEYS})

# Two syllables or four initials: anything shorter is as often English (sk is also 나, gas ㅎㅁㄴ).
_SYLLABLES_TYPED = re.compile("([ㄱ-ㅎ][ㅏ-ㅣ]{1,2}[ㄱ-ㅎ]{0,2}){2,}")
_INITIALS_TYPED = re.compile("[ㄱ-ㅎ]{4,}")
_RUN = re.compile("[가-힣]+[\u1100-\u1112]?")

_COMPANY_KO = r"\([주유합사재株有]\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|재단법인|사단법인"
_COMPANY_EN = r"(?:[\s,.]+(?:co|corp|inc|incorporated|llc|ltd|limited|plc|gmbh))+[\s.]*$"
_COMPANY = re.compile(f"{_COMPANY_KO}|{_COMPANY_EN}", re.IGNORECASE)

CANDIDATES = 1000
LONGEST = 100

M = TypeVar("M", bound=Model)
Way = tuple[str, ...]


def fold(text: str) -> str:
    """Words of lower-case letters and digits: no accents, no punctuation, no legal form of a company.

    Works on both forms of Unicode Hangul; letters that stand alone become conjoining ones.
    """
    return " ".join(_words(text)).casefold()


def _words(text: str) -> list[str]:
    """The words of ``fold`` before the case is lost, because the shift key tells ㄲ from ㄱ."""
    whole = text if _SETTLED.fullmatch(text) else _composed(text)
    return _alphanumeric(_COMPANY.sub(" ", whole)) or _alphanumeric(whole)


def _composed(text: str) -> str:
    letters = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", "".join(letters))


def _alphanumeric(text: str) -> list[str]:
    words = (word if word.isalnum() else "".join(filter(str.isalnum, word)) for word in text.split())
    return list(filter(None, words))


def _spell(folded: str) -> str:
    """Folded text as the keys pressed: 삼성 → ㅅㅏㅁㅅㅓㅇ; what is not Hangul stays."""
    return _pressed(folded, _SPELT)


def initials(text: str) -> str:
    """The first consonant of each syllable, and everything else folded: 삼성전자 LG → ㅅㅅㅈㅈ lg."""
    return _pressed(fold(text), _FIRST)


def _pressed(folded: str, table: dict[int, str]) -> str:
    if folded.isascii():
        return folded
    if not _SETTLED.fullmatch(folded):
        # Only what is no syllable: the table knows those whole.
        folded = "".join(one if ord(one) in table else unicodedata.normalize("NFD", one) for one in folded)
    return folded.translate(table)


def document(*parts: str) -> str:
    """What a row stores to be found by any of ``parts`` (name, code, number), with or without their spaces.

    Every word begins after a space: that is how ``condition`` finds words by one or two letters.
    """
    words: dict[str, None] = {}
    for part in filter(None, parts):
        folded = fold(part)
        forms = [_spell(folded)] if folded.isascii() else [_spell(folded), _pressed(folded, _STORED)]
        for form in forms:
            words |= dict.fromkeys([form.replace(" ", ""), *form.split()])
    return "".join(f" {word}" for word in words if word)


def query_forms(text: str) -> list[list[Way]]:
    """What to look for: every word, in one of its ways, all pieces of the way.

    삼성 → [[("ㅅㅏㅁㅅㅓㅇ",), ("tkatjd",)]]: as typed, or as the same keys on the other keyboard.
    Of a mixed word (삼ㅅ) its initials and its syllables must both occur. Reads LONGEST characters.
    """
    return [list(_ways(word)) for word in _words(text[:LONGEST])]


def _ways(word: str) -> Iterator[Way]:
    folded = word.casefold()
    spelt = _spell(folded)
    if any(letter in _SPELLING for letter in word):
        yield (initials(word).translate(_INDEXED), *(_spell(run) for run in _RUN.findall(word)))
    else:
        yield (spelt,)
    if spelt != folded and len(spelt) > 2:
        yield (spelt.translate(_TO_LATIN),)
    typed = (folded if word.isupper() else word).translate(_TO_HANGUL)
    if _SYLLABLES_TYPED.fullmatch(typed):
        yield (typed,)
    if _INITIALS_TYPED.fullmatch(typed):
        yield (typed.translate(_INDEXED),)


def condition(field: str, text: str) -> Q:
    """The filter for what a person typed; matches everything when nothing is left of it.

    Three letters or more match anywhere; a query of one or two matches the beginning of a word.
    """
    words = query_forms(text)
    start = "" if any(len(piece) > 2 for ways in words for piece in ways[0]) else " "
    return _all(
        _any(_all(Q(**{f"{field}__contains": start + piece}) for piece in way) for way in ways)
        for ways in words
    )


def matching(text: str) -> Callable[[str], bool]:
    """What ``condition`` asks of a row, asked of any ``document`` that is in no table; all fit an empty text."""
    words = query_forms(text)
    start = "" if any(len(piece) > 2 for ways in words for piece in ways[0]) else " "
    wanted = [[[start + piece for piece in way] for way in ways] for ways in words]
    return lambda stored: all(any(all(one in stored for one in way) for way in ways) for ways in wanted)


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def nearest(rows: QuerySet[M], field: str, text: str) -> QuerySet[M]:
    """The rows that match, those first where a word begins with all that was typed, then by ``field``.

    For pickers: it sorts the first CANDIDATES matches only, so that one letter among a million rows costs no
    more than a whole name. A list that must show every match filters by ``condition`` itself.
    """
    pieces = [way[0] for way in _ways("".join(_words(text)))]
    begins = _any(Q(**{f"{field}__contains": f" {piece}"}) for piece in pieces)
    matches = rows.filter(condition(field, text)).order_by().values("pk")[:CANDIDATES]
    return rows.filter(pk__in=matches).order_by(Case(When(begins, then=0), default=1), field)
