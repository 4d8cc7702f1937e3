from __future__ import annotations

import pytest
import time_machine

from .world import Body


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel("2026-09-10T03:00:00Z", tick=True):
        yield


@pytest.fixture
def body(db) -> Body:
    return Body()
