"""Where the tests keep their data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from xuncha.archive.places import incoming


def test_a_test_touches_nobodys_own_data() -> None:
    """The product under test writes into a folder of this process alone, thrown away after it."""
    home = Path(os.environ["XUNCHA_HOME"])
    assert home.parent == Path(tempfile.gettempdir()) and home.name.startswith("xuncha-test-")
    assert home in incoming().parents
