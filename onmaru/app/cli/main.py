"""From a job's name to its module."""

import importlib
import os
import signal
import sys
from typing import Any

from onmaru.app import archive, assets, catalogue, database, house, postgres
from onmaru.app.cli import jobs

KNOWN = (postgres.Unable, database.Unfit, archive.Unfit, assets.Unbuilt, catalogue.Conflict)

# `up` wakes when it is sure to be the one, `test`, `check` and `bench` choose settings or a home of their own; the
# others have nothing to ask of a model.
WITHOUT_MODELS = {"up", "down", "test", "check", "bench", "measure", "new-room", "new-entity"}


def main() -> None:
    """Run the job named on the command line; a known trouble is a sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onmaru.app.settings")
    name, *arguments = sys.argv[1:] or ["help"]
    if name in ("help", "-h", "--help"):
        print(jobs.listing("onmaru"))
        return
    if name not in jobs.JOBS:
        sys.exit(f"There is no job named {name}.\n\n{jobs.listing('onmaru')}")
    signal.signal(signal.SIGTERM, _unwind)
    try:
        if name not in WITHOUT_MODELS:
            house.wake()
        job = importlib.import_module(f"onmaru.app.cli.{name.replace('-', '_').replace('import', 'import_')}")
        sys.exit(job.run(arguments))
    except KNOWN as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _unwind(*_: Any) -> None:
    # Ending by an exception lets every `with` on the way out let go of its locks, children and database.
    sys.exit(143)
