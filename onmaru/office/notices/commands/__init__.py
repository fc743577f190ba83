"""Telling people, and what they do with what they are told."""

from onmaru.office.notices.commands import devices, digests, live, notices, pushes, wishes

__all__ = ["devices", "digests", "live", "notices", "pushes", "wishes"]
