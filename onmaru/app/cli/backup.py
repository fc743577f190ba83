"""Write database, attachments and key into one file."""

import argparse
from pathlib import Path

from onmaru.app import archive, house


def run(arguments: list[str]) -> int:
    """Write FILE while the house may go on working; it is one snapshot."""
    parser = argparse.ArgumentParser("run backup", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path)
    options = parser.parse_args(arguments)
    if not options.file.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.file.absolute().parent}")
    with house.ready(migrate=False):
        archive.write(options.file)
    print(
        f"Wrote {options.file} ({options.file.stat().st_size / 2**20:.1f} MB). It holds secrets: keep it safe."
    )
    return 0
