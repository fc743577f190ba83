"""A home for each story in which the power is cut: a copy of one where the tables were made once for all of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from onmaru.app import postgres
from tests import databases


def _passed_through(home: Path) -> Path:
    """The database runs as somebody else, who has to get there."""
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    return home


@pytest.fixture(scope="session")
def ready(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database has its tables and nobody in it; it is stopped."""
    made = _passed_through(tmp_path_factory.mktemp("ready"))
    cluster = postgres.Cluster(made, durable=False)
    with cluster.running():
        databases.pour(cluster)
    return made


@pytest.fixture
def home(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of one's own, as the ready one is."""
    own = _passed_through(tmp_path_factory.mktemp("home"))
    subprocess.run(["cp", "-a", f"{ready}/.", own], check=True)
    return own
