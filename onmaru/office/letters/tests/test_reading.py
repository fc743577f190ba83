"""Words and names as mail programs in Korea write them, wrong labels included."""

from __future__ import annotations

import base64

import pytest

from onmaru.office.letters.rules import charsets, reading


def _word(text: str, encoding: str, label: str) -> str:
    return f"=?{label}?B?{base64.b64encode(text.encode(encoding)).decode()}?="


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        ("견적서 송부", "euc-kr", "EUC-KR"),
        ("견적서 송부", "euc-kr", "ks_c_5601-1987"),
        ("똠방각하 펲시콜라", "cp949", "euc-kr"),  # syllables that only CP949 has, under the older name
        ("똠방각하 펲시콜라", "cp949", "ks_c_5601-1987"),
        ("견적서 송부", "euc-kr", "iso-8859-1"),
        ("견적서 송부", "euc-kr", "us-ascii"),
        ("견적서 송부", "euc-kr", "utf-8"),
        ("견적서 송부", "utf-8", "euc-kr"),
        ("견적서 송부", "iso2022_kr", "iso-2022-kr"),
        ("Devis n° 4 – été", "cp1252", "iso-8859-1"),
        ("Café à la crème", "latin-1", "iso-8859-1"),
        ("見積書", "cp932", "shift_jis"),
        ("견적서", "utf-8", "no-such-charset"),
    ],
)
def test_words_read_as_they_were_written(text: str, encoding: str, label: str) -> None:
    assert charsets.words(_word(text, encoding, label)) == text
    assert charsets.text(text.encode(encoding), label) == text


def test_bare_bytes_and_pieces_of_characters_become_words() -> None:
    bare = "제목: 발주".encode("euc-kr").decode("ascii", "surrogateescape")
    assert charsets.words(bare) == "제목: 발주"
    raw = "납품 일정".encode("euc-kr")
    cut = [f"=?euc-kr?B?{base64.b64encode(piece).decode()}?=" for piece in (raw[:3], raw[3:])]
    assert charsets.words("\r\n ".join(cut)) == "납품 일정"
    assert charsets.words("Re: =?euc-kr?Q?=B0=DF=C0=FB?= (2)") == "Re: 견적 (2)"


RAW = """From: =?ks_c_5601-1987?B?{sender}?= <kim@hanbit.example>
To: "=?euc-kr?B?{to}?=" <info@onmaru.example>, other@onmaru.example
Subject: =?euc-kr?B?{title}?=
Message-ID: <one@hanbit.example>
In-Reply-To: <zero@onmaru.example>
Date: Fri, 27 Nov 2026 10:00:00 +0900
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=ks_c_5601-1987
Content-Transfer-Encoding: base64

{text}
--x
Content-Type: application/pdf; name="=?euc-kr?B?{name}?="
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="=?euc-kr?B?{name}?="

JVBERi0=
--x
Content-Type: application/octet-stream
Content-Disposition: attachment; filename*=ks_c_5601-1987''%B0%DF%C0%FB.hwp

AAAA
--x--
"""


def euc(text: str) -> str:
    """Base64 of CP949."""
    return base64.b64encode(text.encode("cp949")).decode()


def korean(text: str = "단가를 확인했습니다.", name: str = "견적서(최종).pdf") -> bytes:
    """A mail as an older program in Korea sends it."""
    said = {"sender": euc("김한빛"), "to": euc("온마루"), "title": euc("Re: 똠 견적"), "text": euc(text)}
    return RAW.format(**said, name=euc(name)).replace("\n", "\r\n").encode()


def test_a_mail_of_an_older_program_is_read_whole() -> None:
    letter = reading.read(korean())
    assert letter.title == "Re: 똠 견적" and letter.sender == "김한빛 <kim@hanbit.example>"
    assert letter.address == "kim@hanbit.example"
    assert letter.to == ["온마루 <info@onmaru.example>", "other@onmaru.example"]
    assert letter.text == "단가를 확인했습니다." and letter.quoted == ""
    assert [one.name for one in letter.files] == ["견적서(최종).pdf", "견적.hwp"]
    assert letter.files[0].content == b"%PDF-"
    assert letter.at is not None and letter.at.hour == 1
    assert (letter.message_id, letter.answers) == ("<one@hanbit.example>", "<zero@onmaru.example>")


def test_a_file_named_in_bare_bytes_keeps_its_name_and_no_folder() -> None:
    raw = korean().replace(
        b'filename="=?euc-kr?B?', b'filename="../../' + "표준 단가.pdf".encode("euc-kr") + b'"; x="'
    )
    assert reading.read(raw).files[0].name == "표준 단가.pdf"


@pytest.mark.parametrize(
    "below",
    [
        "2026년 11월 27일 (금) 오전 10:00, 박솔 <info@onmaru.example>님이 작성:\n\n> 단가 부탁드립니다.",
        "-----Original Message-----\nFrom: 박솔\nSent: Friday\n\n단가 부탁드립니다.",
        "On Fri, Nov 27, 2026 at 10:00 AM Sol Park <info@onmaru.example> wrote:\n\n> Please quote.",
        "보낸 사람: 박솔 <info@onmaru.example>\n보낸 날짜: 2026년 11월 27일\n받는 사람: 김한빛\n제목: 견적\n\n단가",
        "--------- 원본 메일 ---------\n보낸사람: 박솔\n받는사람: 김한빛\n\n단가 부탁드립니다.",
    ],
)
def test_what_is_only_quoted_is_put_away(below: str) -> None:
    letter = reading.read(korean(f"확인했습니다.\n감사합니다.\n김한빛 드림\n\n{below}"))
    assert letter.text == "확인했습니다.\n감사합니다.\n김한빛 드림"
    assert "단가" in letter.quoted or "quote" in letter.quoted
