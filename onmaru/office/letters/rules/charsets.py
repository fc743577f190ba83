"""Text from bytes whose encoding is named wrongly or not at all, as mail programs in Korea often do."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from itertools import groupby

# Programs that say KS C 5601 or EUC-KR write CP949, which holds all of both and 8,822 syllables more.
ALIASES = {
    **dict.fromkeys(
        ("ks_c_5601-1987", "ks_c_5601-1989", "ks_c_5601", "ksc5601", "ksc_5601", "ks_c-5601-1987"), "cp949"
    ),
    **dict.fromkeys(("euc-kr", "euc_kr", "euckr", "uhc", "x-windows-949", "windows-949", "korean"), "cp949"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "sjis", "x-sjis", "shift-jis"), "cp932"),
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
SAYS_NOTHING = {"", "ascii", "us-ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252", "unknown", "8bit"}
_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_PAIRS = re.compile(rb"[\x80-\xff]+")


def text(raw: bytes, charset: str = "") -> str:
    """The text of ``raw``: by the encoding it says, else by the one it is written in. Never fails."""
    for name in _candidates(raw, charset.strip().strip("\"'").lower()):
        try:
            return _storable(raw.decode(name))
        except (UnicodeError, LookupError):
            continue
    return _storable(raw.decode("latin-1"))


def _candidates(raw: bytes, named: str) -> Iterator[str]:
    if b"\x1b$)C" in raw:
        yield "iso2022_kr"
    if named not in SAYS_NOTHING:
        yield ALIASES.get(named, named)
    yield "utf-8"
    if _looks_korean(raw):
        yield "cp949"
    yield "cp1252"


def _looks_korean(raw: bytes) -> bool:
    """Whether all that is not ASCII comes in pairs that are mostly syllables of KS X 1001; accents seldom do."""
    runs = _PAIRS.findall(raw)
    try:
        found = "".join(run.decode("cp949") for run in runs)
    except UnicodeDecodeError:
        return False
    return len(found) > 1 and sum("가" <= one <= "힣" for one in found) * 2 > len(found)


def _storable(found: str) -> str:
    """Without what no database keeps: zero bytes and halves of characters."""
    return found.replace("\0", "").encode("utf-8", "ignore").decode()


def words(raw: str) -> str:
    """A header as it reads: its encoded words (RFC 2047) and its bare bytes, in whatever encoding they are."""
    flat = re.sub(r"\r?\n[ \t]*", " ", raw)
    # White space between two encoded words is no part of the text.
    flat = re.sub(r"(\?=)\s+(?==\?[^?]+\?[bBqQ]\?)", r"\1", flat)
    pieces: list[tuple[str, bytes]] = []
    end = 0
    for match in _WORD.finditer(flat):
        pieces.append(("", _bare(flat[end : match.start()])))
        pieces.append((match[1].lower(), _decoded(match[2], match[3])))
        end = match.end()
    pieces.append(("", _bare(flat[end:])))
    joined = groupby((one for one in pieces if one[1]), key=lambda one: one[0])
    # One character may be cut in two between words of one encoding.
    return "".join(text(b"".join(part for _name, part in some), name) for name, some in joined).strip()


def _bare(piece: str) -> bytes:
    return piece.encode("ascii", "surrogateescape") if piece.isascii() or _is_bytes(piece) else piece.encode()


def _is_bytes(piece: str) -> bool:
    return all(one.isascii() or "\udc80" <= one <= "\udcff" for one in piece)


def _decoded(way: str, piece: str) -> bytes:
    raw = _bare(piece)
    if way in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4))
    except binascii.Error:
        return raw
