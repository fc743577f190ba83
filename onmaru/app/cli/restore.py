"""Bring a backup into an empty home, or with --replace in the place of what is there."""

import argparse
from pathlib import Path

from onmaru.app import archive, house, processes


def run(arguments: list[str]) -> int:
    """Restore FILE whole or not at all, then migrate it to this version."""
    parser = argparse.ArgumentParser("run restore", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--replace", action="store_true", help="the present data of this home goes")
    options = parser.parse_args(arguments)
    if processes.running() is not None:
        parser.error("Onmaru runs for this home; stop it first with `down`")
    with processes.only_one(), house.ready(migrate=False):
        manifest = archive.read(options.file, replace=options.replace)
        house.migrated()
    print(f"Restored the backup of {manifest['written_at']}.")
    return 0
