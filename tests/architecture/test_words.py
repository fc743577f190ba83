"""Every text that people read has its Korean."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from onmaru.app import catalogue
from tests.architecture import sources

PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext"}
CALL = re.compile(
    r"\b(_|n?p?gettext)\(\s*(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")(?:\s*,\s*(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"))?"
)

Text = tuple[str, str | None]


def test_every_text_has_its_korean() -> None:
    whole = catalogue.merged(catalogue.parts())
    known = {
        (message.id[0] if isinstance(message.id, tuple) else message.id, message.context)
        for message in whole
        if message.id and message.string
    }
    missing = {
        f"{sources.name(path)}: {text!r}"
        for path in [*sources.modules(), *sources.ROOT.glob("onmaru/**/templates/**/*.html")]
        for text in _texts(path)
        if text not in known
    }
    assert not missing, "\n".join(sorted(missing))


def _texts(path: Path) -> Iterator[Text]:
    source = path.read_text()
    yield from _said(ast.parse(source)) if path.suffix == ".py" else _drawn(source)


def _said(tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if node.func.id in PLAIN and words:
                yield words[0], None
            elif node.func.id in WITH_CONTEXT and len(words) > 1:
                yield words[1], words[0]


def _drawn(source: str) -> Iterator[Text]:
    for name, first, second in CALL.findall(templatize(source)):
        if "p" in name:
            yield ast.literal_eval(second), ast.literal_eval(first)
        else:
            yield ast.literal_eval(first), None
