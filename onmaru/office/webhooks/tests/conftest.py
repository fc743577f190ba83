"""The house itself."""

from onmaru.office.discussion.tests.conftest import by

__all__ = ["by"]
