"""Paper: a typst template and words that are ready make a PDF.

Templates stand in ``<room>/templates/print`` and import what they share from /kernel/templates/print/page.typ.
What they show reaches them as data and is never spliced into their source, so no text can turn into code.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson
import typst
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
# Tags let a screen reader follow a paper. They treble the time and weigh a kilobyte a line, so long lists go without.
TAGGED = 100_000
SEEN = 110  # dots an inch of a picture
BLANK = "kernel/templates/print/picture.typ"
PICTURES = {b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}

_own = threading.local()


@dataclass(frozen=True)
class Letterhead:
    """What a company wants on its papers beside what they say; what is empty is printed as the house does it.

    ``paper`` is a size as typst calls it, ``hides`` names columns of a table of goods, ``seal`` and ``logo`` are
    pictures as ``render`` takes them.
    """

    paper: str = "a4"
    logo: bytes = b""
    seal: bytes = b""
    header: str = ""
    footer: str = ""
    bank: str = ""
    terms: str = ""
    hides: tuple[str, ...] = ()


Render = TypeVar("Render", bound=Callable[..., bytes])
fixed: set[Callable[..., bytes]] = set()
_letterhead: ContextVar[Letterhead] = ContextVar("letterhead", default=Letterhead())  # noqa: B039 - frozen


_format: ContextVar[Literal["pdf", "png"]] = ContextVar("format", default="pdf")


def letterhead() -> Letterhead:
    """What holds for the paper that is printed now."""
    return _letterhead.get()


def of_fixed_form(render: Render) -> Render:
    """Mark a paper whose form custom fixes: of a letterhead it takes the seal and the language alone."""
    fixed.add(render)
    return render


@contextmanager
def as_picture() -> Iterator[None]:
    """Make what is printed inside a PNG of its first page, to be looked at beside a form."""
    token = _format.set("png")
    try:
        yield
    finally:
        _format.reset(token)


def makes_picture() -> bool:
    """Whether a picture is wanted now: what was kept as a PDF is drawn anew for it."""
    return _format.get() == "png"


@contextmanager
def under(letterhead: Letterhead) -> Iterator[None]:
    """Print what is printed inside under a letterhead."""
    token = _letterhead.set(letterhead)
    try:
        yield
    finally:
        _letterhead.reset(token)


class Unprintable(RuntimeError):
    """The typefaces are missing: the browser assets, which bring them, were not built."""


def render(template: str, data: Mapping[str, Any], picture: bytes = b"") -> bytes:
    """A PDF of ``template`` (its path below onmaru/) filled with ``data``; equal data makes equal bytes.

    ``picture`` is a PNG, JPEG or GIF; one that cannot be read is left out, because a paper without its seal is
    worth more than none.
    """
    own = letterhead()
    said = {name: getattr(own, name) for name in ("paper", "header", "footer", "terms")} | dict(data)
    pictures = {"picture": _frame(own.seal or picture), "logo": _frame(own.logo, wide=3)}
    try:
        return _compile(template, said | pictures)
    except typst.TypstError:
        if not any(pictures.values()):
            raise
        return _compile(template, said | dict.fromkeys(pictures))


def is_picture(content: bytes) -> bool:
    """Whether a paper can show it: a PNG, JPEG or GIF that can be read."""
    try:
        _compile(BLANK, {"picture": _frame(content) or "unknown"})
    except typst.TypstError:
        return False
    return True


def _compile(template: str, data: Mapping[str, Any]) -> bytes:
    source, words = str(ROOT / template), orjson.dumps(data).decode()
    made: Any = _compiler().compile(
        source,
        format=_format.get(),
        ppi=SEEN,
        sys_inputs={"data": words},
        pdf_tags=len(words) <= TAGGED and _format.get() == "pdf",
    )
    return bytes(made[0] if isinstance(made, list) else made)


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


def _frame(picture: bytes, *, wide: int = 1) -> str | None:
    """The picture inside an SVG: typst takes that as text, while bytes would pass as a list of a million numbers.

    The frame is ``wide`` times as wide as high, and the picture begins at its left.
    """
    kind = next((kind for mark, kind in PICTURES.items() if bytes(picture).startswith(mark)), None)
    if kind is None:
        return None
    content = base64.b64encode(picture).decode()
    size = f'width="{100 * wide}" height="100"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {100 * wide} 100" {size}>'
        f'<image {size} preserveAspectRatio="{"xMinYMid" if wide > 1 else "xMidYMid"} meet"'
        f' href="data:image/{kind};base64,{content}"/></svg>'
    )
