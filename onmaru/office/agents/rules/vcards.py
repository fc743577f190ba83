"""vCard, as telephones and mail programs write and read it (RFC 6350, and the older 2.1 and 3.0 when reading)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LONGEST = 75  # octets of a line
_ESCAPED = re.compile(r"\\([\\,;nN])")


@dataclass(frozen=True)
class Card:
    """What a card says of somebody; ``place`` is street, city, province, postcode, country (ISO)."""

    name: str
    organisation: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    note: str = ""
    place: tuple[str, str, str, str, str] = ("", "", "", "", "")
    is_organisation: bool = False


def written(cards: Iterable[Card]) -> str:
    """Cards as one file, version 3.0: the one that every telephone reads; names whole, as Koreans write them."""
    return "".join(_folded(line) for one in cards for line in _lines(one))


def _lines(card: Card) -> list[str]:
    street, city, province, postcode, country = map(_escape, card.place)
    said = {
        "ORG": _escape(card.organisation),
        "TITLE": _escape(card.title),
        "TEL;TYPE=WORK": _escape(card.phone),
        "EMAIL;TYPE=INTERNET": _escape(card.email),
        "URL": _escape(card.website),
        "ADR;TYPE=WORK": f";;{street};{city};{province};{postcode};{country}" if any(card.place[:4]) else "",
        "NOTE": _escape(card.note),
        "X-ABSHOWAS": "COMPANY" if card.is_organisation else "",
    }
    name = _escape(card.name)
    head = ["BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN:{name}"]
    return [*head, *(f"{key}:{value}" for key, value in said.items() if value), "END:VCARD"]


def _escape(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, no letter cut in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    return "\r\n".join([*pieces, piece]) + "\r\n"


def read(content: bytes) -> list[Card]:
    """The cards of a file, in order; those without a name are left out."""
    found: list[Card] = []
    said: dict[str, str] = {}
    for key, value in _properties(content):
        if key == "BEGIN":
            said = {}
        elif key == "END":
            found += [card for card in [_card(said)] if card.name]
        else:
            said.setdefault(key, value)
    return found


def _properties(content: bytes) -> Iterable[tuple[str, str]]:
    for line in _unfolded(content):
        head, colon, value = line.partition(b":")
        name, *options = head.decode("ascii", "replace").upper().split(";")
        if colon:
            yield name.rpartition(".")[2].strip(), _decoded(value, options)


def _unfolded(content: bytes) -> list[bytes]:
    """Whole lines: those that go on after a blank, and those of quoted-printable that end in an equals sign."""
    plain = re.sub(rb"\r?\n[ \t]", b"", content.removeprefix(b"\xef\xbb\xbf"))
    joined = re.sub(rb"(?im)^([^:\r\n]*QUOTED-PRINTABLE[^:\r\n]*:(?:[^\r\n]*=\r?\n)+)", _soft, plain)
    return joined.splitlines()


def _soft(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"=\r?\n", b"", found[1])


def _decoded(value: bytes, options: Iterable[str]) -> str:
    """A value as text: Korean telephones of the older kind write EUC-KR and say so, or do not."""
    charset = next((one.partition("=")[2] for one in options if one.startswith("CHARSET=")), "UTF-8")
    raw = quopri.decodestring(value) if any("QUOTED-PRINTABLE" in one for one in options) else value
    for one in (charset, "utf-8", "cp949"):
        try:
            return raw.decode(one).strip()
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace").strip()


def _card(said: Mapping[str, str]) -> Card:
    organisation = _parts(said.get("ORG", ""))[0]
    family, given, *_rest = [*_parts(said.get("N", "")), ""]
    name = _plain(said.get("FN", "")) or f"{family}{given}" or organisation
    place = [*_parts(said.get("ADR", "")), *[""] * 7]
    return Card(
        name,
        organisation,
        _plain(said.get("TITLE", "")),
        _plain(said.get("TEL", "")).removeprefix("tel:"),
        _plain(said.get("EMAIL", "")),
        _plain(said.get("URL", "")),
        _plain(said.get("NOTE", "")),
        (place[2], place[3], place[4], place[5], place[6]),
        said.get("X-ABSHOWAS", "") == "COMPANY" or said.get("KIND", "") == "org" or name == organisation,
    )


def _parts(value: str) -> list[str]:
    return [_plain(one) for one in re.split(r"(?<!\\);", value)]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
