"""The scratch room, filled, over HTTP."""

from onmaru.workbench.tests.conftest import by, client_ko, entity, firm, twelve

__all__ = ["by", "client_ko", "entity", "firm", "twelve"]
