"""The catalogues: every part's file of a language merged and compiled into the one that Django reads.

The Korean is all there is; the English is what others' pages say in words that are not the house's.
"""

import io
import os
from pathlib import Path

from babel.messages import catalog, mofile, pofile

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("ko", "en")


class Conflict(RuntimeError):
    """Two parts translate the same words differently."""


def require() -> None:
    """Compile when a part is newer than what is compiled. An installed wheel carries it compiled, without the parts."""
    for language in LANGUAGES:
        _require(language, LOCALE / language / "LC_MESSAGES" / "django.mo")


def _require(language: str, compiled: Path) -> None:
    sources = parts(language)
    if not sources or (compiled.exists() and compiled.stat().st_mtime >= max(map(_changed, sources))):
        return
    written = io.BytesIO()
    mofile.write_mo(written, merged(sources, language))
    compiled.parent.mkdir(parents=True, exist_ok=True)
    # Several processes may compile at once; each renames a whole file into place.
    fresh = compiled.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(written.getvalue())
    fresh.replace(compiled)


def parts(language: str = "ko") -> list[Path]:
    """The files that hold the words of a language, one for each part of the house."""
    return sorted([*LOCALE.glob(f"{language}/parts/*.po"), *LOCALE.glob(f"{language}/LC_MESSAGES/django.po")])


def merged(sources: list[Path], language: str = "ko") -> catalog.Catalog:
    """One catalogue out of many; raises Conflict where two files disagree."""
    whole = catalog.Catalog(locale=language, charset="utf-8")
    origin: dict[object, Path] = {}
    for path in sources:
        with open(path, "rb") as file:
            for message in pofile.read_po(file, locale=language, charset="utf-8"):
                if not message.id:
                    continue
                known = whole.get(message.id, message.context)
                if known and known.string and message.string and known.string != message.string:
                    first = origin[known.id].name
                    raise Conflict(
                        f"{message.id!r} is {known.string!r} in {first}, {message.string!r} in {path.name}"
                    )
                if message.string:
                    whole[message.id] = message
                    origin[message.id] = path
    return whole


def _changed(path: Path) -> float:
    # A part that was taken away must show too: its folder's time changes then.
    return max(path.stat().st_mtime, path.parent.stat().st_mtime if path.parent.name == "parts" else 0)
