"""Every entity of the house, and the scratch room's, asked the same questions."""

import pytest

pytest.register_assert_rewrite("tests.entities.structural")
