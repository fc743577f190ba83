"""Search: real names, found the ways a Korean clerk types them, answered by a real PostgreSQL."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.db.models import TextField, Value
from hypothesis import given
from hypothesis import strategies as st

from onmaru.kernel import search
from onmaru.kernel.models import User

SAMSUNG = "삼성전자(주)"


def found(typed, *parts):
    return search.condition("stored", typed).check({"stored": Value(search.document(*parts), TextField())})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(주)삼성전자", "삼성전자"),
        ("㈜ 삼성 전자", "삼성 전자"),
        ("주식회사 엘지화학", "엘지화학"),
        ("(유)한국 맥도날드", "한국 맥도날드"),
        ("유한회사 구글코리아", "구글코리아"),
        ("Samsung Electronics Co., Ltd.", "samsung electronics"),
        ("Bike World, Inc.", "bike world"),
        ("The Bicycle Company", "the bicycle company"),
        ("Café São José", "cafe sao jose"),
        ("ＡＢＣ－１２３", "abc123"),
        ("BK-M68B-42", "bkm68b42"),
        ("주식회사", "주식회사"),
        ("Inc.", "inc"),
        (" -- ", ""),
        (unicodedata.normalize("NFD", "삼성"), "삼성"),
    ],
)
def test_fold(text, expected):
    assert search.fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("삼성전자", "ㅅㅅㅈㅈ"),
        ("㈜LG화학", "lgㅎㅎ"),
        ("까치 빵집", "ㄲㅊ ㅃㅈ"),
        (unicodedata.normalize("NFD", "현대"), "ㅎㄷ"),
    ],
)
def test_initials(text, expected):
    assert search.initials(text) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("삼성", SAMSUNG),
        ("성전", SAMSUNG),
        ("삼성 전자", SAMSUNG),
        ("전자 삼성", SAMSUNG),
        ("삼성전자", "㈜삼성 전자"),
        ("(주)삼성", SAMSUNG),
        ("주식회사 삼성전자", SAMSUNG),
        ("ㅅㅅㅈㅈ", SAMSUNG),
        ("ㅅㅅ", SAMSUNG),
        ("ㅈㅈ", "삼성 전자"),
        ("ᄉᄉᄌᄌ", SAMSUNG),
        ("ㄳ", "강서물산"),
        (unicodedata.normalize("NFD", "삼성"), SAMSUNG),
        ("삼ㅅ", SAMSUNG),
        ("삼ㅅㅈ", SAMSUNG),
        ("ㅅ성ㅈ자", SAMSUNG),
        ("삼서", SAMSUNG),
        ("사", SAMSUNG),
        ("삼성ㅈ", SAMSUNG),
        ("앉", "안전산업"),
        ("고", "과일나라"),
        ("갑", "값진상사"),
        ("tkatjd", SAMSUNG),
        ("TKATJD", SAMSUNG),
        ("tkatj", SAMSUNG),
        ("ttww", SAMSUNG),
        ("Qkdwlq", "까치 빵집"),
        ("내ㅜㅇ", "Sond Trading"),
        ("ㅠㅑㅊㅛㅊㅣㄷ", "Metro Bicycle Supply"),
        ("bicycle metro", "Metro Bicycle Supply"),
        ("metrobicycle", "Metro Bicycle Supply"),
        ("lg", "LG화학"),
        ("lgㅎ", "LG화학"),
        ("m68b", "BK-M68B-42"),
        ("BK M68B 42", "BK-M68B-42"),
        ("jose", "José García"),
        ("", "anything"),
        ("%", "punctuation alone is nothing typed"),
        ("(주)", "주식회사 주원"),
    ],
)
def test_found(typed, name):
    assert found(typed, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("삼진", SAMSUNG),
        ("ㅅㅅㅈ", "삼성물산"),
        ("ㅁㅅ", SAMSUNG),
        ("아", SAMSUNG),
        ("sk", "나라상사"),
        ("sk", "riskless"),
        ("빵집", "방집"),
        ("ㅅㅅ", "옷수선"),
    ],
)
def test_not_found(typed, name):
    assert not found(typed, name)


@pytest.mark.django_db
def test_any_part_finds_the_row():
    parts = ("(주)한국자전거", "Hankook Bicycle Co., Ltd.", "C-00042", "1248100998", "02-555-1234", "")
    for typed in ("한국", "hankook", "c00042", "124-81-00998", "5551234", "ㅎㄱㅈㅈㄱ", "한국 hankook"):
        assert found(typed, *parts)


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8))
def test_no_two_hangul_words_are_spelt_alike(word):
    keys = search.document(word).split()[0]
    again = search.document(unicodedata.normalize("NFD", word)).split()[0]
    assert keys == again
    assert compose(keys) == word


def compose(keys):
    """The word again, from its keys, by the rule that a vowel takes the consonant before it."""
    word = ""
    for initial, middle, final in re.findall("([ㄱ-ㅎ])([ㅏ-ㅣ]+)([ㄱ-ㅎ]*?)(?=[ㄱ-ㅎ][ㅏ-ㅣ]|$)", keys):
        at = search._INITIALS.index(initial) * 588 + search._VOWELS.split().index(middle) * 28
        word += chr(0xAC00 + at + ["", *search._FINALS.split()].index(final))
    return word


@pytest.mark.django_db
def test_nearest_puts_names_that_begin_so_first():
    names = ["현대삼성", "삼성전자", "대한물산", "삼성물산"]
    for i, name in enumerate(names):
        User.objects.create(username=str(i), full_name=name, first_name=search.document(name))
    near = search.nearest(User.objects.all(), "first_name", "삼성")
    assert [user.full_name for user in near] == ["삼성물산", "삼성전자", "현대삼성"]


@given(st.text(st.sampled_from("한빛값ㄱㅏ각ᄀABc é1-ﬁİ㈜ß가각뷁") | st.characters(), max_size=12))
def test_words_are_spelt_letter_by_letter(text):
    """The tables that stand for the normalisation of every letter say what it says."""
    if search._SETTLED.fullmatch(text):
        assert search._composed(text) == text
    folded = search.fold(text)
    spelt = [
        "".join(search._SPELLING.get(key, key) for key in unicodedata.normalize("NFD", one)) for one in folded
    ]
    assert search._spell(folded) == "".join(spelt)
    assert search.initials(text) == "".join(
        keys[0] if "가" <= one <= "힣" else keys for one, keys in zip(folded, spelt, strict=True)
    )
