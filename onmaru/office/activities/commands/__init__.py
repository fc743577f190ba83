"""Planning, and taking calendars in and out."""

from onmaru.office.activities.commands import activities, calendars

__all__ = ["activities", "calendars"]
