"""Rules of parties: numbers that are right are kept bare and shown formatted; wrong ones are named."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import records, refusals
from onmaru.masters.party import rules
from onmaru.masters.party.models import Party


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


AREAS = [
    "2",
    "10",
    "12",
    "15",
    "16",
    "19",
    "31",
    "44",
    "51",
    "64",
    "70",
    "80",
    "50",
    "505",
    "60",
    "30",
    "3",
    "1",
    "5",
]


@given(
    area=st.sampled_from(AREAS),
    middle=st.from_regex("[0-9]{2,5}", fullmatch=True),
    last=st.from_regex("[0-9]{3,5}", fullmatch=True),
    dashes=st.tuples(*[st.sampled_from(["", "-", " ", ".", "--"])] * 2),
    zero=st.sampled_from(["0", "", "+82", "+820"]),
    country=st.sampled_from(["KR", "US", ""]),
)
def test_what_is_seen_at_once_of_a_phone_is_what_the_library_says(area, middle, last, dashes, zero, country):
    """The way around the library, taken by nearly every Korean number, answers as the library does."""
    typed = zero + area + dashes[0] + middle + dashes[1] + last
    answers = []
    for never in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            if never:
                patch.setattr(rules, "_TYPED", re.compile("(?!)"))
                patch.setattr(rules, "_STORED", re.compile("(?!)"))
            try:
                stored = rules.normalise_phone(typed, country)
                answers.append((stored, rules.format_phone(stored, country)))
            except refusals.Refused as refused:
                answers.append((" ".join(refused.codes), ""))
    assert answers[0] == answers[1]


TEXT = st.one_of(st.text(max_size=3), st.text("가a ", min_size=18, max_size=22), st.none(), st.integers())


@given(
    code=TEXT,
    kind=st.sampled_from(["person", Party.Kind.PERSON, "robot", "", None]),
    is_customer=st.sampled_from([True, False, "yes", "", None, 1]),
    email=st.sampled_from(["", "a@b.kr", "a@b", "한@글.kr", None]),
    note=TEXT,
)
def test_fields_looked_at_by_the_thousand_are_judged_as_django_judges_them(**values):
    found = records.problems(Party(name="가", search_text="-", name_key="-"), values, alone=True)
    plain = {name: records._plain(records._editable(Party)[name], value) for name, value in values.items()}
    judged = Party(name="가", search_text="-", name_key="-", **plain)
    try:
        judged.clean_fields(exclude=["parent"])
        said = set()
    except ValidationError as error:
        said = set(error.error_dict)
    assert {one.field for one in found} == said
