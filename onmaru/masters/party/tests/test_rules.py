"""Rules of parties: numbers that are right are kept bare and shown formatted; wrong ones are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import refusals
from onmaru.masters.party import rules


def codes(reasons):
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    "number", ["124-81-00998", "220-81-62517", "123-45-67891", " 124 81 00998 ", "１２４－８１－００９９８"]
)
def test_business_numbers_that_are_right(number):
    assert rules.check_business_number(rules.normalise_number(number)) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1234567890", "business_number_wrong"),
        ("0000000000", "business_number_wrong"),
        ("124810099", "business_number_length"),
        ("12481009988", "business_number_length"),
        ("124810099X", "business_number_length"),
        ("١٢٤٨١٠٠٩٩٨", "business_number_length"),
    ],
)
def test_business_numbers_that_are_wrong(number, code):
    reasons = rules.check_business_number(number, field="tax_id")
    assert codes(reasons) == [code] and reasons[0].field == "tax_id"


@given(st.text("0123456789", min_size=9, max_size=9).filter(lambda number: number.strip("0")))
def test_every_nine_digits_have_exactly_one_check_digit(number):
    assert sum(not rules.check_business_number(f"{number}{last}") for last in range(10)) == 1


def test_business_numbers_elsewhere_are_not_judged():
    assert rules.check_business_number("12-3456789", "US") == []
    assert rules.check_business_number("") == []


def test_numbers_are_shown_formatted():
    assert rules.format_business_number("1248100998") == "124-81-00998"
    assert rules.format_business_number("99") == "99"
    assert rules.format_corporate_number("1301110006246") == "130111-0006246"
    assert rules.format_corporate_number("") == ""


def test_corporate_numbers():
    for number in ("1301110006246", "1101110062432"):
        assert rules.check_corporate_number(number) == rules.doubt_corporate_number(number) == []
    assert rules.check_corporate_number("1301110006247") == []
    assert codes(rules.doubt_corporate_number("1301110006247")) == ["corporate_number_unusual"]
    assert codes(rules.check_corporate_number("13011100062")) == ["corporate_number_length"]
    assert rules.doubt_corporate_number("13011100062") == []


@given(st.text("0123456789", min_size=12, max_size=12))
def test_every_twelve_digits_have_exactly_one_corporate_check_digit(number):
    assert sum(not rules.doubt_corporate_number(f"{number}{last}") for last in range(10)) == 1


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("02-555-1234", "+8225551234", "02-555-1234"),
        ("02)3456-7890", "+82234567890", "02-3456-7890"),
        ("(031) 123-4567", "+82311234567", "031-123-4567"),
        ("01012345678", "+821012345678", "010-1234-5678"),
        ("０１０．１２３４．５６７８", "+821012345678", "010-1234-5678"),
        ("+82 10 1234 5678", "+821012345678", "010-1234-5678"),
        ("1588-1234", "+8215881234", "1588-1234"),
        ("070-1234-5678", "+827012345678", "070-1234-5678"),
        ("0505-123-4567", "+825051234567", "0505-123-4567"),
        ("02-555-1234~5", "+8225551234", "02-555-1234"),
        ("02-555-1234 내선 12", "+8225551234;ext=12", "02-555-1234 내선 12"),
        ("+1 (415) 555-2671", "+14155552671", "+1 415-555-2671"),
        ("", "", ""),
    ],
)
def test_phones(typed, stored, shown):
    assert rules.normalise_phone(typed) == stored
    assert rules.format_phone(stored).replace("ext.", "내선") == shown


def test_phones_of_other_countries():
    assert rules.normalise_phone("697-555-0142", "US") == "+16975550142"
    assert rules.format_phone("+821012345678", "US") == "+82 10-1234-5678"
    assert rules.format_phone("unknown") == "unknown"


@pytest.mark.parametrize("typed", ["전화 없음", "02-12", "123", "010-1234-56789012345"])
def test_phones_that_are_none(typed):
    with pytest.raises(refusals.Refused) as refused:
        rules.normalise_phone(typed, field="fax")
    assert refused.value.codes == ["phone_unreadable"] and refused.value.reasons[0].field == "fax"


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (
            ("KR", "06236", "서울특별시", "강남구", "테헤란로 152", "4층 (역삼동)"),
            "(06236) 서울특별시 강남구 테헤란로 152, 4층 (역삼동)",
        ),
        (
            ("KR", "06236", "서울특별시", "강남구", "서울 강남구 테헤란로 152", ""),
            "(06236) 서울 강남구 테헤란로 152",
        ),
        (("KR", "", "", "", "테헤란로 152", ""), "테헤란로 152"),
        (
            ("US", "98011", "WA", "Bothell", "1970 Napa Ct.", "Suite 2"),
            "1970 Napa Ct., Suite 2, Bothell, WA 98011, US",
        ),
    ],
)
def test_addresses(address, line):
    assert rules.format_address(*address) == line
