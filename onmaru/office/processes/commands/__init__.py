"""Processes drawn and put in force; instances started and moved on; steps done."""

from onmaru.office.processes.commands import drawing, instances, moving, starting, steps

__all__ = ["drawing", "instances", "moving", "starting", "steps"]
