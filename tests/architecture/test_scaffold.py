"""What `new-room` and `new-entity` lay out passes what every commit passes, and shows every face in a browser."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onmaru.app import home
from tests import databases
from tests.architecture import sources

FIELDS = """    number = models.CharField(_("number"), max_length=20, blank=True)
    size = models.CharField(
        _("size"),
        max_length=10,
        choices=[("small", _("Small size")), ("large", _("Large size"))],
        default="small",
    )
    born_on = models.DateField(_("born on"), null=True, blank=True)
    mother = models.ForeignKey("self", models.PROTECT, verbose_name=_("mother"), null=True, blank=True)
"""
KOREAN = {"size": "크기", "Small size": "작음", "Large size": "큼", "born on": "태어난 날", "mother": "어미"}


@pytest.fixture(scope="module")
def tree(django_db_setup: None) -> Iterator[Path]:
    """A copy of the house in which a room and an entity are laid out, and four fields added to it by hand.

    Its tests begin with the tables of this run, to which the room adds its own. It stands not below the folder of
    pytest, which every further pytest closes to the user that the database runs as.
    """
    with tempfile.TemporaryDirectory(prefix="onmaru-grown-") as folder:
        Path(folder).chmod(0o755)
        yield grown(Path(folder))


def grown(tree: Path) -> Path:
    for part in ("onmaru", "tests"):
        shutil.copytree(sources.ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "conftest.py"):
        shutil.copy(sources.ROOT / part, tree / part)
    (tree / "build").symlink_to(sources.ROOT / "build")
    call(tree, "onmaru", "new-room", "crm", "pets")
    call(tree, "onmaru", "new-entity", "pets", "guide_dog", "--korean", "안내견")
    grow(tree)
    return tree


def grow(tree: Path) -> None:
    """Add fields: the rows, a word of the declaration for each, and the migration; their Korean beside."""
    room, name = tree / "onmaru" / "crm" / "pets", '    name = models.CharField(_("name"), max_length=120)\n'
    replace(room / "models.py", name, name + FIELDS)
    replace(room / "entities.py", 'list="code name"', 'list="code name number size born_on mother"')
    with (tree / "onmaru" / "locale" / "ko" / "parts" / "pets.po").open("a") as words:
        words.writelines(f'\nmsgid "{english}"\nmsgstr "{korean}"\n' for english, korean in KOREAN.items())
    call(tree, "onmaru", "manage", "makemigrations", "pets")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.slow
def test_a_new_room_with_a_new_entity_passes(tree: Path) -> None:
    call(tree, "ruff", "check", "onmaru/crm")
    call(tree, "ruff", "format", "--check", "onmaru/crm")
    call(
        tree,
        "pytest",
        "onmaru/crm",
        "tests/architecture/test_floors.py",
        "tests/architecture/test_writers.py",
    )


@pytest.mark.slow
@pytest.mark.browser
def test_a_new_entity_shows_every_face(tree: Path, built: None) -> None:
    call(tree, "pytest", "tests/browser/grown.py")


def call(tree: Path, module: str, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    homes = {
        "ONMARU_HOME": str(tree / "home"),
        "ONMARU_TEST_HOME": str(home.directory()),
        databases.BASE: databases.ready(),
        "PYTHONPATH": str(tree),
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tree,
        env=kept | homes,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
