"""Stop what `up` left running for this home."""

import argparse
import os
import signal
import time

from onmaru.app import database, home, postgres, processes

PATIENCE = 40.0


def run(arguments: list[str]) -> int:
    """Ask the running `up` to end and wait for it; a database left over by a killed one ends too."""
    argparse.ArgumentParser("run down", description=__doc__).parse_args(arguments)
    facts = processes.running()
    ended = facts is None or _stop(facts)
    if ended and not database.external():
        postgres.Cluster(home.directory()).stop_if_idle()
    if facts is None:
        print(f"Nothing runs for {home.directory()}.")
    else:
        print("Stopped." if ended else "It does not stop.")
    return 0 if ended else 1


def _stop(facts: dict[str, object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    asked = False
    while (now := processes.running()) is not None:
        pid = now.get("pid") or facts.get("pid")
        if pid and not asked:
            os.kill(int(str(pid)), signal.SIGTERM)
            asked = True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
