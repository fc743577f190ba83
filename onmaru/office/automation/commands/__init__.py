"""Rules: made, tried, switched, run."""

from onmaru.office.automation.commands import doing, rules, running

__all__ = ["doing", "rules", "running"]
