"""Timelines, days and calendars."""
