"""Decisions about what is said and attached."""

from onmaru.office.discussion.rules import saying, scanning

__all__ = ["saying", "scanning"]
