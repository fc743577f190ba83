"""Handing letters over."""

from onmaru.office.letters.commands import sending

__all__ = ["sending"]
