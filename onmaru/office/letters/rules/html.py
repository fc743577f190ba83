"""HTML from strangers, made harmless: no scripts, no forms, nothing fetched from elsewhere until a person asks."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping

import nh3

SHOWN = {
    "color",
    "background-color",
    "font-size",
    "font-weight",
    "font-style",
    "font-family",
    "text-align",
    "text-decoration",
    "line-height",
    "margin",
    "padding",
    "border",
    "border-collapse",
    "width",
    "vertical-align",
    "white-space",
}
ANYWHERE = {"style", "align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "border", "dir"}
ANYWHERE |= {"cellpadding", "cellspacing", "color", "face", "size"}
TAGS = nh3.ALLOWED_TAGS | {"font"}
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,")
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/blockquote)[^>]{0,500}>", re.IGNORECASE)


def safe(found: str, files: Mapping[str, str], *, remote: bool = False) -> str:
    """HTML that may be shown: with the mail's own pictures (``files``: address by cid), and others if ``remote``."""

    def keep(tag: str, name: str, value: str) -> str | None:
        return _source(value, files, remote=remote) if tag == "img" and name == "src" else value

    return nh3.clean(
        found,
        tags=TAGS,
        attributes={"*": ANYWHERE, "a": {"href", "title"}, "img": {"src", "alt"}},
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        filter_style_properties=SHOWN,
        link_rel="noopener noreferrer nofollow",
    )


def _source(value: str, files: Mapping[str, str], *, remote: bool) -> str | None:
    if value.lower().startswith("cid:"):
        return files.get(value[4:])
    if _DATA.match(value):
        return value
    return value if remote and value.lower().startswith(("http://", "https://")) else None


def has_remote(found: str) -> bool:
    """Whether it would show pictures from elsewhere."""
    return re.search(r"<img[^>]{0,2000}src\s*=\s*[\"']?https?:", found, re.IGNORECASE) is not None


def to_text(found: str) -> str:
    """What HTML says, in lines."""
    plain = nh3.clean(_BREAKS.sub(r"\g<0>\n", found), tags=set())
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in entities.unescape(plain).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
