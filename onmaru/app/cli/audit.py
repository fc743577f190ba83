"""Prove every invariant over the whole database, one line each."""

import argparse
import json
import sys
import time
from typing import Any

from onmaru.app import house
from onmaru.kernel import invariants


def run(arguments: list[str]) -> int:
    """Return 0 when every invariant holds; one that raises has failed."""
    parser = argparse.ArgumentParser("run audit", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args(arguments)
    with house.ready():
        started = time.monotonic()
        findings = invariants.run()
        seconds = time.monotonic() - started
    failed = sum(not finding.ok for finding in findings)
    if options.json:
        print(json.dumps(_report(findings, failed, seconds), ensure_ascii=False, default=str))
    else:
        for finding in findings:
            _say(finding)
        print(f"{len(findings) - failed} passed, {failed} failed ({seconds:.1f} s)")
    return 1 if failed else 0


def _say(finding: invariants.Finding) -> None:
    print(f"{'ok  ' if finding.ok else 'FAIL'} {finding.name:<34} {finding.statement}")
    for example in [] if finding.ok else finding.examples:
        print(f"       {example}", file=sys.stderr)


def _report(findings: list[invariants.Finding], failed: int, seconds: float) -> dict[str, Any]:
    rows = [
        {
            "name": one.name,
            "statement": str(one.statement),
            "ok": one.ok,
            "broken": one.broken,
            "examples": one.examples,
        }
        for one in findings
    ]
    return {
        "passed": len(findings) - failed,
        "failed": failed,
        "seconds": round(seconds, 2),
        "invariants": rows,
    }
