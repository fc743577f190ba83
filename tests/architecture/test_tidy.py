"""What a tidy tree looks like, whoever wrote it with whatever editor."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from onmaru.app import catalogue
from tests.architecture import sources

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".json",
    ".po",
    ".txt",
    ".typ",
    ".csv",
    "",
}
LARGEST = 600_000
VARIABLE = re.compile(r"\bONMARU_[A-Z_]+\b|\bDATABASE_URL\b")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
INTERNAL = {"ONMARU_PARENT", "ONMARU_GATE"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=sources.ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := sources.ROOT / name).is_file()]


def test_text_is_clean() -> None:
    untidy = []
    for path in tracked():
        if path.suffix in TEXT:
            text = path.read_bytes()
            if b"\r\n" in text or (text and not text.endswith(b"\n")) or re.search(rb"[ \t]\n", text):
                untidy.append(sources.name(path))
    assert not untidy, "line ends, a last line end, or blanks before one"


def test_nothing_big_or_built_is_kept() -> None:
    heavy = [
        sources.name(path) for path in tracked() if path.stat().st_size > LARGEST and path.suffix != ".lock"
    ]
    built = [
        sources.name(path) for path in tracked() if path.suffix in {".mo", ".woff2", ".otf", ".ttf", ".pyc"}
    ]
    assert not heavy + built


def test_locks_name_versions_and_hashes_and_no_addresses() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (sources.ROOT / lock).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index|--find-links|file:", text), lock
    assert '"resolved"' not in (sources.ROOT / "web" / "package-lock.json").read_text()


def test_every_direct_dependency_is_explained() -> None:
    project = tomllib.loads((sources.ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[\[<>=~ ]", requirement)[0] for requirement in wanted]
    page = (sources.ROOT / "docs" / "dependencies.md").read_text()
    assert not [name for name in names if f"`{name}`" not in page]


def test_every_environment_variable_is_documented() -> None:
    page = (sources.ROOT / "docs" / "guide" / "operating.md").read_text()
    used = {
        name
        for path in (*sources.modules(), sources.ROOT / "run")
        for name in VARIABLE.findall(path.read_text())
    }
    assert not {name for name in used - INTERNAL if f"`{name}`" not in page}


def test_catalogue_agrees_with_itself() -> None:
    whole = catalogue.merged(catalogue.parts())
    broken = [
        message.id
        for message in whole
        if isinstance(message.id, str)
        and message.id
        and set(PLACEHOLDER.findall(message.id)) != set(PLACEHOLDER.findall(str(message.string)))
    ]
    assert not broken, "the Korean has other placeholders than the English"


def test_letters_are_as_large_as_a_person_chose() -> None:
    drawn = {"flow.css", "diagram.css"}  # letters in boxes of a picture
    sheets = (path for path in (sources.ROOT / "web/src").rglob("*.css") if path.name not in drawn)
    fixed = [sources.name(path) for path in sheets if re.search(r"font(-size)?:[^;]*\dpx", path.read_text())]
    assert not fixed, "letters in pixels: say rem, so that the text size of the menu holds"
