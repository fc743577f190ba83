"""Bring data in: `import KIND PATH` calls `onmaru.app.imports.KIND.run(path, limit=..., workers=...)`."""

import argparse
import pkgutil
from importlib import import_module
from pathlib import Path

from onmaru.app import house, imports


def run(arguments: list[str]) -> int:
    """Import and return the kind's own exit code: 0 when all its control totals agree."""
    kinds = sorted(module.name for module in pkgutil.iter_modules(imports.__path__) if module.name != "tests")
    parser = argparse.ArgumentParser("run import", description=__doc__)
    parser.add_argument(
        "kind", metavar="KIND", choices=kinds, help=f"one of: {', '.join(kinds) or 'none yet'}"
    )
    parser.add_argument("path", metavar="PATH", type=Path, help="the folder or file that holds the data")
    parser.add_argument("--limit", type=int, help="take only the first N documents")
    parser.add_argument("--workers", type=int, help="processes at work; one for each core unless given")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error("--limit must be 1 or more")
    if not options.path.exists():
        parser.error(f"there is nothing at {options.path}")
    kind = import_module(f"onmaru.app.imports.{options.kind}")
    with house.ready():
        return int(kind.run(options.path, limit=options.limit, workers=options.workers) or 0)
