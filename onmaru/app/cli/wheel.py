"""Build the release wheel: the program with its browser assets and catalogues inside."""

import argparse
import shutil
import subprocess
import sys

from onmaru.app import assets, checkout


def run(arguments: list[str]) -> int:
    """Write dist/*.whl; needs uv on PATH or in .tools, as ./run leaves it."""
    argparse.ArgumentParser("run wheel", description=__doc__).parse_args(arguments)
    root = checkout.require()
    assets.require()
    kept = sorted((root / ".tools").glob("uv-*"))
    uv = shutil.which("uv") or (str(kept[-1]) if kept else None)
    if uv is None:
        sys.exit("Building a wheel needs uv: install it, or run this through ./run on a machine without one.")
    return subprocess.run([uv, "build", "--wheel", "--quiet"], cwd=root, check=False).returncode
