"""Refusals are tested, verbs are explained, and nothing stands here that nobody calls."""

import ast
import re
from collections import Counter
from pathlib import Path

from django.apps import apps

from onmaru.app.cli import measure
from onmaru.kernel import refusals
from tests.architecture import sources

WORD = re.compile(r"\w+")


def test_every_refusal_code_is_in_a_test() -> None:
    tested = set(WORD.findall("\n".join(path.read_text() for path in sources.tests())))
    untested = [
        f"{sources.name(path)}: {code}" for path, name, code in reasons() if not {name, code} & tested
    ]
    assert not untested


def reasons() -> list[tuple[Path, str, str]]:
    """Every `NAME = refusals.reason("code", ...)` of the house."""
    return [
        (path, ast.unparse(node.targets[0]), str(node.value.args[0].value))
        for path in sources.modules()
        for node in sources.tree(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).split(".")[-1] == "reason"
        and isinstance(node.value.args[0], ast.Constant)
    ]


def test_every_command_query_and_rule_is_explained() -> None:
    silent = [
        f"{sources.name(path)}: {node.name}"
        for path in sources.modules()
        if measure.is_verb(path)
        for node in measure.public(sources.tree(path))
        if not ast.get_docstring(node)
    ]
    assert not silent


def test_every_module_says_what_it_holds() -> None:
    silent = [
        sources.name(path)
        for path in sources.modules()
        if path.name not in {"__init__.py", "apps.py"} and not ast.get_docstring(sources.tree(path))
    ]
    assert not silent


def test_nothing_stands_unused() -> None:
    """A name that occurs once in the whole source is its own definition; what a decorator registers is used."""
    pages = (path for kind in ("html", "txt", "typ") for path in sources.PACKAGE.rglob(f"*.{kind}"))
    texts = [path.read_text() for path in (*sources.modules(), *sources.tests(), *pages)]
    texts += [(sources.ROOT / name).read_text() for name in ("pyproject.toml", "run", "conftest.py")]
    texts += [path.read_text() for path in (sources.ROOT / "bench").glob("*.py")]
    uses = Counter(WORD.findall("\n".join(texts)))
    unused = [
        f"{sources.name(path)}: {node.name}"
        for path in sources.modules()
        for node in sources.tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.decorator_list and uses[node.name] == 1 and not _django_finds(node)
    ]
    assert not unused


def _django_finds(node: ast.stmt) -> bool:
    bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
    return any(base.endswith(("AppConfig", "Entity", "Storage")) for base in bases)


def test_the_words_of_a_constraint_need_nothing_filled_in() -> None:
    """The database says which constraint was broken, and not by what."""
    open_words = [
        f"{model.__name__}: {one.violation_error_code}"
        for model in apps.get_models()
        for one in model._meta.constraints
        if (known := refusals.registry.get(one.violation_error_code or "")) and "{" in str(known.template)
    ]
    assert not open_words
