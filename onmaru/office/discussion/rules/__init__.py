"""Decisions about what is said and planned."""

from onmaru.office.discussion.rules import planning, saying, scanning

__all__ = ["planning", "saying", "scanning"]
