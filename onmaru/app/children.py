"""What `up` starts beside itself: the web server and the worker of the job queue."""

import os
import sys
from importlib import import_module

import django
from granian import Granian
from granian.constants import Interfaces

from onmaru.app import processes


def serve(host: str, port: str, workers: str) -> None:
    """Serve pages and streams until told to stop."""
    Granian(
        "onmaru.app.asgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGI,
        workers=int(workers),
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_enabled=bool(os.environ.get("ONMARU_LOG")),
    ).serve()


def work() -> None:
    """Do queued jobs until told to stop."""
    django.setup()
    import_module("onmaru.kernel.jobs").run_worker()


def help_out() -> None:
    """Do long jobs beside the worker until told to stop."""
    django.setup()
    import_module("onmaru.kernel.jobs").run_helper()


if __name__ == "__main__":
    processes.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onmaru.app.settings")
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    elif sys.argv[1] == "help":
        help_out()
    else:
        work()
