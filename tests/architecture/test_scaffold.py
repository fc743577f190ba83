"""What `new-room` and `new-entity` lay out passes what every commit passes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import sources


@pytest.mark.slow
def test_a_new_room_with_a_new_entity_passes(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for part in ("onmaru", "tests"):
        shutil.copytree(sources.ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "conftest.py"):
        shutil.copy(sources.ROOT / part, tree / part)

    call(tree, "onmaru", "new-room", "crm", "pets")
    call(tree, "onmaru", "new-entity", "pets", "guide_dog", "--korean", "안내견")

    call(tree, "ruff", "check", "onmaru/crm")
    call(tree, "ruff", "format", "--check", "onmaru/crm")
    call(
        tree,
        "pytest",
        "onmaru/crm",
        "tests/architecture/test_floors.py",
        "tests/architecture/test_writers.py",
    )


def call(tree: Path, module: str, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    homes = {
        "ONMARU_HOME": str(tree / "home"),
        "ONMARU_TEST_HOME": str(tree / "home"),
        "PYTHONPATH": str(tree),
    }
    for folder in (tree, *tree.parents[:3]):
        if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o111)
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
