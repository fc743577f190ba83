"""Paper: a typst template and words that are ready make a PDF.

Templates stand in ``<room>/templates/print`` and import what they share from /kernel/templates/print/page.typ.
What they show reaches them as data and is never spliced into their source, so no text can turn into code.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import orjson
import typst
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}

_own = threading.local()


class Unprintable(RuntimeError):
    """The typefaces are missing: the browser assets, which bring them, were not built."""


def render(template: str, data: Mapping[str, Any], picture: bytes = b"") -> bytes:
    """A PDF of ``template`` (its path below onmaru/) filled with ``data``; equal data makes equal bytes.

    ``picture`` is a PNG, JPEG or GIF; one that cannot be read is left out, because a paper without its seal is
    worth more than none.
    """
    framed = _frame(picture)
    try:
        return _compile(template, {**data, "picture": framed})
    except typst.TypstError:
        if framed is None:
            raise
        return _compile(template, {**data, "picture": None})


def _compile(template: str, data: Mapping[str, Any]) -> bytes:
    # Without tags: they treble the time, and 500 lines would weigh half a megabyte.
    source = str(ROOT / template)
    pdf = _compiler().compile(source, sys_inputs={"data": orjson.dumps(data).decode()}, pdf_tags=False)
    return cast("bytes", pdf)


def _compiler() -> typst.Compiler:
    # One for each thread: a compiler that works in one refuses to be called from another.
    compiler: typst.Compiler | None = getattr(_own, "compiler", None)
    if compiler is None:
        compiler = _own.compiler = typst.Compiler(
            root=str(ROOT), font_paths=_fonts(), ignore_system_fonts=True
        )
    return compiler


@cache
def _fonts() -> typst.Fonts:
    folder = Path(settings.PRINT_FONTS)
    if not any(folder.glob("*.otf")):
        raise Unprintable(
            f"There are no typefaces in {folder}. `./run up` builds them with the browser assets."
        )
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _frame(picture: bytes) -> str | None:
    """The picture inside an SVG: typst takes that as text, while bytes would pass as a list of a million numbers."""
    kind = next((kind for mark, kind in PICTURES.items() if bytes(picture).startswith(mark)), None)
    if kind is None:
        return None
    content = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        f'<image width="100" height="100" href="data:image/{kind};base64,{content}"/></svg>'
    )
