"""Text that leaves for a spreadsheet, guarded so that none runs it."""

# A spreadsheet would run text that begins so as a formula: OWASP, CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard(text: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguard(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
