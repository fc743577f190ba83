"""Money: nothing is lost in rounding, sharing out, splitting, writing and reading."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import money, refusals

digits = st.integers(-1, 4)
amounts = st.decimals(Decimal("-1e15"), Decimal("1e15"), places=4)
weights = st.lists(st.decimals(0, Decimal("1e9"), places=3), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("currency", "expected"), [("KRW", 0), ("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3)]
)
def test_minor_digits(currency, expected):
    assert money.minor_digits(currency) == expected


def test_unknown_currency_is_refused():
    with pytest.raises(refusals.Refused) as refused:
        money.minor_digits("WON")
    assert refused.value.codes == ["currency_unknown"]


@pytest.mark.parametrize(
    ("amount", "places", "mode", "expected"),
    [
        ("0.5", 0, "half_up", "1"),
        ("-0.5", 0, "half_up", "-1"),
        ("2.5", 0, "half_up", "3"),
        ("1234.99", 0, "down", "1234"),
        ("-1234.99", 0, "down", "-1234"),
        ("1234.01", 0, "up", "1235"),
        ("-0.4", 0, "half_up", "0"),
        ("1239", -1, "down", "1230"),
        ("1.005", 2, "half_up", "1.01"),
        ("12345678901234567890123456789012.5", 0, "half_up", "12345678901234567890123456789013"),
    ],
)
def test_round_money(amount, places, mode, expected):
    assert str(money.round_money(Decimal(amount), places, mode)) == expected


@given(amounts, digits, st.sampled_from(["half_up", "down", "up"]))
def test_rounding_mirrors_a_credit_note(amount, places, mode):
    assert money.round_money(-amount, places, mode) == -money.round_money(amount, places, mode)


@given(amounts, digits, weights)
def test_allocate_adds_up_and_is_fair(amount, places, parts):
    total = money.round_money(amount, places)
    shares = money.allocate(total, parts, places)
    whole = sum(map(Fraction, parts)) or len(parts)
    coin = Fraction(10) ** -places
    assert sum(shares, Decimal(0)) == total
    for share, part in zip(shares, parts, strict=True):
        exact = Fraction(total) * (Fraction(part) if any(parts) else 1) / whole
        assert abs(Fraction(share) - exact) < coin
        assert money.round_money(share, places) == share


def test_allocate_gives_the_odd_coin_to_the_largest_remainder_then_the_first():
    assert money.allocate(Decimal(100), [Decimal(1)] * 3, 0) == [34, 33, 33]
    assert money.allocate(Decimal(-100), [Decimal(1)] * 3, 0) == [-34, -33, -33]
    assert money.allocate(Decimal("0.05"), [Decimal(3), Decimal(7)], 2) == [Decimal("0.02"), Decimal("0.03")]
    assert money.allocate(Decimal(10), [Decimal(0), Decimal(0)], 0) == [5, 5]


@pytest.mark.parametrize(("total", "parts"), [("1", []), ("1", ["-1", "2"]), ("1.5", ["1"])])
def test_allocate_refuses_what_leaves_a_residue(total, parts):
    with pytest.raises(ValueError):
        money.allocate(Decimal(total), [Decimal(part) for part in parts], 0)


def test_a_share_is_exact_and_the_last_takes_what_is_left():
    parts = [money.share(Decimal(100), Decimal(part), Decimal(3), 0) for part in (1, 2, 3)]
    assert parts == [33, 67, 100]
    assert money.share(Decimal(12000), Fraction(1, 12), Decimal(1), 0) == 1000
    assert money.share(Decimal(-100), Decimal(1), Decimal(3), 2, "down") == Decimal("-33.33")
    assert money.share(Decimal("0.005"), Decimal(3), Decimal(3), 0) == Decimal("0.005")


@given(amounts, st.integers(0, 4), st.decimals(0, 1, places=3), st.sampled_from(["half_up", "down", "up"]))
def test_split_inclusive_adds_up(amount, places, rate, mode):
    total = money.round_money(amount, places)
    supply, tax = money.split_inclusive(total, rate, places, mode)
    assert supply + tax == total
    assert abs(Fraction(supply) - Fraction(total) / (1 + Fraction(rate))) <= Fraction(10) ** -places


@pytest.mark.parametrize(
    ("total", "supply", "tax"), [(11000, 10000, 1000), (10000, 9091, 909), (-5500, -5000, -500)]
)
def test_split_inclusive_as_a_clerk_does(total, supply, tax):
    assert money.split_inclusive(Decimal(total), Decimal("0.1"), 0) == (supply, tax)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1_200_000, "금 일백이십만원정"),
        (0, "금 영원정"),
        (1, "금 일원정"),
        (10_000, "금 일만원정"),
        (111_111, "금 일십일만일천일백일십일원정"),
        (100_000_000, "금 일억원정"),
        (100_010_005, "금 일억일만오원정"),
        (9_007_199_254_740_993, "금 구천칠조일천구백구십이억오천사백칠십사만구백구십삼원정"),
    ],
)
def test_in_words_ko(amount, words):
    assert money.in_words_ko(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.5", "1e20"])
def test_in_words_ko_refuses(amount):
    with pytest.raises(ValueError):
        money.in_words_ko(Decimal(amount))


@given(st.integers(1, 10**20 - 1))
def test_the_words_read_back_as_the_amount(amount):
    words = money.in_words_ko(Decimal(amount)).translate(str.maketrans(money.DIGITS_KO, "0123456789"))
    assert money.parse_amount(words) == amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567", "1234567"),
        ("△1,234", "-1234"),
        ("▲ 1,234", "-1234"),
        ("(1,234)", "-1234"),
        ("(₩1,234)", "-1234"),
        ("-1,234.50", "-1234.50"),
        ("₩-1,234", "-1234"),
        ("-₩1,234", "-1234"),
        ("1,234-", "-1234"),
        ("₩1,234", "1234"),
        ("￦１，２３４", "1234"),
        ("1,234원", "1234"),
        ("금 1,234원정", "1234"),
        ("US$ 1,234.56", "1234.56"),
        ("1234 KRW", "1234"),
        ("120만", "1200000"),
        ("1.5억", "150000000"),
        ("1억 2,000만", "120000000"),
        ("1억2천5백만원", "125000000"),
        ("3천", "3000"),
        ("1,200천원", "1200000"),
        ("백만원", "1000000"),
        (" 1 234 ", "1234"),
        (".5", "0.5"),
        ("-0", "0"),
    ],
)
def test_parse_amount(text, expected):
    assert money.parse_amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "원",
        "1.234,56",
        "12,34",
        "1,2345",
        "1e5",
        "NaN",
        "Infinity",
        "3만2억",
        "1억12000만",
        "1일",
        "12 EA",
        "1--",
        "1.2.3",
        "٣",
        "9" * 101,
    ],
)
def test_parse_amount_never_guesses(text):
    with pytest.raises(refusals.Refused) as refused:
        money.parse_amount(text, "price")
    assert refused.value.codes == ["amount_unreadable"]
    assert refused.value.reasons[0].field == "price"


@given(
    amounts,
    st.sampled_from(["KRW", "USD", "JPY"]),
    st.sampled_from(["ko", "en"]),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_reads_back(amount, currency, language, symbol, statement):
    written = money.format_amount(amount, currency, language, symbol=symbol, statement=statement)
    assert money.parse_amount(written) == money.round_money(amount, money.minor_digits(currency))


@pytest.mark.parametrize(
    ("amount", "currency", "language", "options", "expected"),
    [
        ("1234567", "KRW", "ko", {}, "₩1,234,567"),
        ("-1234", "KRW", "ko", {}, "-₩1,234"),
        ("-1234", "KRW", "ko", {"statement": True, "symbol": False}, "△1,234"),
        ("-1234", "KRW", "en", {"statement": True, "symbol": False}, "(1,234)"),
        ("1234.5", "USD", "en", {}, "$1,234.50"),
        ("1234.5", "USD", "ko", {}, "US$1,234.50"),
        ("0.125", "USD", "en", {"symbol": False}, "0.13"),
        ("-0.4", "KRW", "ko", {"statement": True}, "₩0"),
    ],
)
def test_format_amount(amount, currency, language, options, expected):
    assert money.format_amount(Decimal(amount), currency, language, **options) == expected
