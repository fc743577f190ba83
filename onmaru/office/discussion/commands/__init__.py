"""Saying, following and pinning."""

from onmaru.office.discussion.commands import comments, marks

__all__ = ["comments", "marks"]
