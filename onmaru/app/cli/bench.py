"""Measure the claims of bench/, on a database of their own that is thrown away afterwards."""

import argparse
import json
import os
import pkgutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from onmaru.app import assets, checkout, database, house


def run(arguments: list[str]) -> int:
    """Return 1 when a bar falls short. The data of this ONMARU_HOME is never touched."""
    root = checkout.require()
    sys.path.insert(0, str(root))
    names = sorted(
        module.name for module in pkgutil.iter_modules([str(root / "bench")]) if _claims(root, module.name)
    )
    parser = argparse.ArgumentParser("run bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=names, metavar="NAME", help=f"one of: {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a claim on standard output")
    options = parser.parse_args(arguments)
    if database.external():
        parser.error("unset DATABASE_URL: a benchmark writes millions of rows and wants its own database")
    with tempfile.TemporaryDirectory(prefix="onmaru-bench-") as home:
        Path(home).chmod(0o711)
        os.environ["ONMARU_HOME"] = home
        house.wake()
        assets.require()
        with house.ready():
            reports = [
                import_module(f"bench.{name}").main() for name in ([options.name] if options.name else names)
            ]
    for report in reports:
        print(
            json.dumps(report.as_dict(), ensure_ascii=False, default=float) if options.json else _read(report)
        )
    return 0 if all(report.ok for report in reports) else 1


def _claims(root: Path, name: str) -> bool:
    return "def main(" in (root / "bench" / f"{name}.py").read_text()


def _read(report: Any) -> str:
    lines = [report.name, *(f"  {name:<44} {_short(value)}" for name, value in report.figures.items())]
    lines += [
        f"  {'ok  ' if bar['ok'] else 'FAIL'} {bar['name']:<39} {_short(bar['value'])}  (limit {_short(bar['limit'])})"
        for bar in report.bars
    ]
    return "\n".join(lines)


def _short(value: Any) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
