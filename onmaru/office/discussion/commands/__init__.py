"""Saying, planning, following, pinning, and taking calendars in and out."""

from onmaru.office.discussion.commands import activities, calendars, comments, marks

__all__ = ["activities", "calendars", "comments", "marks"]
