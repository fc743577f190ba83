"""A dashboard as a page, as paper and as a workbook; the home."""
