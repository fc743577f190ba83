"""A customer list, somebody who may change customers, and somebody who may only look."""

from __future__ import annotations

from onmaru.office.discussion.tests.conftest import by, clerk, hire, mate, party, stranger

__all__ = ["by", "clerk", "hire", "mate", "party", "stranger"]
