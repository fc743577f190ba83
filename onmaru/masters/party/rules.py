"""Pure decisions about parties: Korean registration numbers, phones, addresses. Numbers are kept bare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumbers import ValidationResult

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal
from onmaru.workbench import countries

BUSINESS_NUMBER_LENGTH = refusals.reason(
    "business_number_length", _("A business number has 10 digits; “{number}” has {digits}.")
)
BUSINESS_NUMBER_WRONG = refusals.reason(
    "business_number_wrong", _("“{number}” is not a business number: its last digit does not fit the others.")
)
CORPORATE_NUMBER_LENGTH = refusals.reason(
    "corporate_number_length", _("A corporate number has 13 digits; “{number}” has {digits}.")
)
CORPORATE_NUMBER_UNUSUAL = refusals.reason(
    "corporate_number_unusual",
    _("The last digit of the corporate number “{number}” is unusual. Is it right?"),
)
COUNTRY_UNKNOWN = refusals.reason("country_unknown", _("There is no country “{country}”."))
POSTCODE_WRONG = refusals.reason("postcode_wrong", _("A Korean postcode has 5 digits; “{postcode}” has not."))
ACCOUNT_NUMBER_WRONG = refusals.reason("account_number_wrong", _("This is not a bank account number."))
DEFAULT_TWICE = refusals.reason("default_twice", _("Another row is already the one used first."))
HEAD_OFFICE_IS_BRANCH = refusals.reason(
    "head_office_is_branch", _("“{party}” is itself a branch and cannot be a head office.")
)
HAS_BRANCHES = refusals.reason("has_branches", _("“{party}” has branches and cannot become one."))
POSSIBLE_DUPLICATE = refusals.reason(
    "possible_duplicate", _("There may be one already: {parties}. Confirm that this is another one.")
)
CODE_TAKEN = refusals.reason("code_taken", _("The code “{code}” is used by another record."))
PHONE_UNREADABLE = refusals.reason("phone_unreadable", _("“{text}” is not a phone number."))

BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
CORPORATE_WEIGHTS = (1, 2) * 6

# Numbers as Koreans write nearly all of them, of which the library says the same a hundred times more slowly.
_AREA = "(2|1[016-9]|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70(?=[- .]?[0-9]{4}[- .]?[0-9]{4}$))"
_TYPED = re.compile(f"0{_AREA}[- .]?([0-9]{{3,4}})[- .]?([0-9]{{4}})")
_STORED = re.compile(rf"\+82{_AREA}([0-9]{{3,4}})([0-9]{{4}})")


def normalise_number(text: str) -> str:
    """A registration number as it is stored: without hyphens and spaces, whatever the width of its digits."""
    return re.sub(r"[\s.\-–−]", "", unicodedata.normalize("NFKC", text))


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def _check_digit(total: int) -> str:
    # Without the outer modulo one number in ten, those that end in 0, would be refused.
    return str((10 - total % 10) % 10)


def _is_digits(number: str, length: int) -> bool:
    return len(number) == length and number.isascii() and number.isdigit()


def check_business_number(number: str, country: str = "KR", field: str = "business_number") -> list[Refusal]:
    """Why a bare business registration number (사업자등록번호) cannot be right; only Korea's are judged.

    Σ digit × (1 3 7 1 3 7 1 3 5) + ⌊9th digit × 5 ÷ 10⌋, made up to ten by the last digit (국세청).
    """
    if country != "KR" or not number:
        return []
    if not _is_digits(number, 10):
        return [BUSINESS_NUMBER_LENGTH(field, number=number, digits=sum(map(str.isdigit, number)))]
    total = _weighted(number, BUSINESS_WEIGHTS) + int(number[8]) * 5 // 10
    if _check_digit(total) != number[9] or not number.strip("0"):
        return [BUSINESS_NUMBER_WRONG(field, number=format_business_number(number))]
    return []


def format_business_number(number: str) -> str:
    """1248100998 → 124-81-00998; what is not ten digits stays as it is."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if _is_digits(number, 10) else number


def check_corporate_number(
    number: str, country: str = "KR", field: str = "corporate_number"
) -> list[Refusal]:
    """Why a bare corporate registration number (법인등록번호) cannot be right: only its length is sure."""
    if country != "KR" or not number or _is_digits(number, 13):
        return []
    return [CORPORATE_NUMBER_LENGTH(field, number=number, digits=sum(map(str.isdigit, number)))]


def doubt_corporate_number(
    number: str, country: str = "KR", field: str = "corporate_number"
) -> list[Refusal]:
    """What to ask about a corporate number, never a reason to refuse it.

    Weights 1 and 2 in turn. The registry is said to give numbers without a check digit since 2025-01-31.
    """
    if country != "KR" or not _is_digits(number, 13):
        return []
    fits = _check_digit(_weighted(number, CORPORATE_WEIGHTS)) == number[12]
    return [] if fits else [CORPORATE_NUMBER_UNUSUAL(field, number=format_corporate_number(number))]


def format_corporate_number(number: str) -> str:
    """1301110006246 → 130111-0006246; what is not thirteen digits stays as it is."""
    return f"{number[:6]}-{number[6:]}" if _is_digits(number, 13) else number


def normalise_phone(text: str, country: str = "KR", field: str = "phone") -> str:
    """A phone number as it is stored: E.164, and ``;ext=5`` behind it for an extension; "" for nothing.

    ``country`` reads numbers without a country code. Of consecutive lines (02-555-1234~5) it keeps the first.
    Refuses what has not the length of a phone number; whether it is in service nobody can know.
    """
    if country == "KR" and (plain := _TYPED.fullmatch(text)):
        return "+82{}{}{}".format(*plain.groups())
    typed = re.sub(r"~\s*\d+\s*$", "", unicodedata.normalize("NFKC", text).replace("내선", "ext")).strip()
    if not typed:
        return ""
    try:
        phone = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        phone = None
    # "Possible" by itself would let numbers through that lack their area code.
    if phone is None or phonenumbers.is_possible_number_with_reason(phone) != ValidationResult.IS_POSSIBLE:
        raise refusals.Refused(PHONE_UNREADABLE(field, text=text[:40]))
    number = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
    return f"{number};ext={phone.extension}" if phone.extension else number


def format_phone(stored: str, country: str = "KR") -> str:
    """A stored number as people in ``country`` write it: 02-555-1234, 010-1234-5678, +1 415-555-2671."""
    number, _mark, extension = stored.partition(";ext=")
    shown = _format_bare(number, country)
    return f"{shown} {gettext('ext.')} {extension}" if extension else shown


def _format_bare(number: str, country: str) -> str:
    if country == "KR" and (plain := _STORED.fullmatch(number)):
        return "0{}-{}-{}".format(*plain.groups())
    # phonenumbers splits personal numbers as 050-5123-4567; Korea's prefix has four digits.
    if country == "KR" and (personal := re.fullmatch(r"\+82(50\d)(\d{3,4})(\d{4})", number)):
        return "0{}-{}-{}".format(*personal.groups())
    try:
        phone = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    home = phone.country_code == phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phone, style)


def check_country(country: str, field: str = "country") -> Refusal | None:
    """Why ``country`` is no ISO 3166 code of two letters (the list of CLDR); empty is for the model to judge."""
    return None if not country or country in countries.named() else COUNTRY_UNKNOWN(field, country=country)


def check_postcode(postcode: str, country: str, field: str = "postcode") -> Refusal | None:
    """Why a Korean postcode cannot be right: five digits since 2015-08-01 (우편번호 고시). Others are not judged."""
    fits = country != "KR" or not postcode or _is_digits(postcode, 5)
    return None if fits else POSTCODE_WRONG(field, postcode=postcode)


def check_account_number(number: str, field: str = "number") -> Refusal | None:
    """Why a text cannot be a bank account's number: digits with hyphens, or an IBAN."""
    return None if re.fullmatch(r"[0-9A-Z][0-9A-Z -]{4,38}[0-9A-Z]", number) else ACCOUNT_NUMBER_WRONG(field)


def choose_defaults(rows: Sequence[Mapping[str, Any]], flag: str, kind: str = "") -> list[dict[str, Any]]:
    """The rows with the first of each ``kind`` flagged where none is."""
    flagged = {row.get(kind) for row in rows if row.get(flag)}
    chosen = []
    for row in rows:
        first = row.get(kind) not in flagged
        flagged.add(row.get(kind))
        chosen.append({**row, flag: first or bool(row.get(flag))})
    return chosen


def check_defaults(rows: Sequence[Mapping[str, Any]], flag: str, kind: str = "") -> list[Refusal]:
    """A reason for every second row of a ``kind`` that bears the flag."""
    seen, found = set(), []
    for place, row in enumerate(rows):
        if row.get(flag):
            if row.get(kind) in seen:
                found.append(DEFAULT_TWICE(f"{place}.{flag}"))
            seen.add(row.get(kind))
    return found


def format_address(country: str, postcode: str, state: str, city: str, line1: str, line2: str) -> str:
    """One line as the country writes it: (06236) 서울특별시 강남구 테헤란로 152, 4층.

    Korea goes from large to small and sets the detail off by a comma (행정안전부, 도로명주소 표기 방법). A
    region typed again in ``line1`` is written once.
    """
    if country != "KR":
        region = " ".join(filter(None, (state, postcode)))
        return ", ".join(filter(None, (line1, line2, city, region, country)))
    again = bool(state) and line1.startswith(state[:2])
    place = " ".join(filter(None, (line1,) if again else (state, city, line1)))
    zip_code = f"({postcode})" if postcode else ""
    return " ".join(filter(None, (zip_code, ", ".join(filter(None, (place, line2))))))
