"""Pure decisions: bytes to rows, headers to fields, rows to records."""

from onmaru.office.imports.rules import files, grouping, headers, zips

__all__ = ["files", "grouping", "headers", "zips"]
