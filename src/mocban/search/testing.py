"""For tests of every app (a pytest plugin): an index of one's own, and taking in what the test wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mocban.audit import testing as audit

from . import services


@pytest.fixture
def search_index(settings: Any, tmp_path: Path) -> Callable[[], int]:
    """Give the test an empty index and return a function that takes in everything it has recorded so far."""
    settings.INDEX_ROOT = tmp_path / "index"

    def catch_up() -> int:
        audit.append_uncommitted()
        return services.catch_up()

    return catch_up
