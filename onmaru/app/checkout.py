"""Jobs on the source itself need a checkout; an installed wheel has none."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def require() -> Path:
    """The root of the checkout; ends the program where there is none."""
    if not (ROOT / "pyproject.toml").exists():
        sys.exit("This job works on the source: run it as ./run in a checkout.")
    return ROOT
