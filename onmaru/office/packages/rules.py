"""What a file must be to be a shape: bytes in, the shape or every reason why it is none out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from onmaru.kernel import refusals
from onmaru.kernel.refusals import Refusal, Refused

VERSION = 1
FORMAT = f"onmaru shape {VERSION}"
LARGEST = 20 * 2**20
NAMES = {
    *("kind", "name", "type", "label_ko", "label_en", "choices", "target"),
    *("digits", "formula", "required", "default", "listed", "searched", "privacy"),
}
OWN = ("fields", "layouts", "company_layouts")

PACKAGE_MISSING = refusals.reason("package_missing", _("No file was chosen, or the one chosen is empty."))
PACKAGE_TOO_LARGE = refusals.reason(
    "package_too_large", _("The file has {size} MB; a shape has at most {limit} MB. It is another file.")
)
PACKAGE_BROKEN = refusals.reason(
    "package_broken",
    _("The file is damaged: it cannot be read from line {line} on. Take it out again and do not edit it."),
)
PACKAGE_UNREADABLE = refusals.reason(
    "package_unreadable", _("The file is not a shape that was taken out of Onmaru.")
)
PACKAGE_NEWER = refusals.reason(
    "package_newer",
    _(
        "The file is a shape of version {found}; this Onmaru reads up to version {known}. "
        "Update Onmaru here, then bring the file in again."
    ),
)
PACKAGE_PART = refusals.reason("package_part", _("“{part}” is not known in a shape of version {known}."))
PACKAGE_MALFORMED = refusals.reason("package_malformed", _("“{part}” is not written as a shape writes it."))


def read(content: bytes, parts: Collection[str]) -> dict[str, Any]:
    """The shape in a file, with the ``parts`` that rooms keep in it. Raises Refused with every reason."""
    given = _parsed(content)
    version = _version(given)
    if version is None:
        raise Refused(PACKAGE_UNREADABLE("file"))
    if version > VERSION:
        raise Refused(PACKAGE_NEWER("file", found=version, known=VERSION))
    refusals.check(_problems(given, parts))
    return {"fields": [], "layouts": {}, **given}


def _parsed(content: bytes) -> Any:
    size = len(content)
    if not size:
        raise Refused(PACKAGE_MISSING("file"))
    if size > LARGEST:
        raise Refused(PACKAGE_TOO_LARGE("file", size=-(-size // 2**20), limit=LARGEST // 2**20))
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        # Of a picture or a table nothing is damaged: it never was a shape.
        is_ours = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b"onmaru shape" in content
        reason = PACKAGE_BROKEN("file", line=error.lineno) if is_ours else PACKAGE_UNREADABLE("file")
        raise Refused(reason) from error


def _version(given: Any) -> int | None:
    told = str(given.get("format")) if isinstance(given, dict) else ""
    found = re.fullmatch(r"onmaru shape (\d{1,9})", told)
    return int(found[1]) if found else None


def _problems(given: Mapping[str, Any], parts: Collection[str]) -> Iterator[Refusal]:
    for name, value in given.items():
        if name == "format":
            continue
        if name not in (*OWN, *parts):
            yield PACKAGE_PART(name, part=name, known=VERSION)
        elif name != "layouts" and isinstance(value, list):
            yield from _rows(name, value)
        elif name != "layouts" or not isinstance(value, dict):
            yield PACKAGE_MALFORMED(name, part=name)


def _rows(name: str, rows: list[Any]) -> Iterator[Refusal]:
    for place, one in enumerate(rows):
        at = f"{name}.{place}"
        if not isinstance(one, dict):
            yield PACKAGE_MALFORMED(at, part=str(one)[:40])
        elif name == "fields":
            strange = (key for key in one if key not in NAMES)
            yield from (PACKAGE_PART(f"{at}.{key}", part=key, known=VERSION) for key in strange)
