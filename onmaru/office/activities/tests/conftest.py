"""The people and the customer that the discussion is tried with."""

from onmaru.office.discussion.tests.conftest import by, clerk, mate, party, stranger

__all__ = ["by", "clerk", "mate", "party", "stranger"]
