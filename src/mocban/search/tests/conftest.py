from __future__ import annotations

import pytest

from . import world


@pytest.fixture
def index(search_index, settings):
    """An empty index fed from the small world; call it to take in what was written."""
    settings.SEARCH_SOURCES = world.SOURCES
    return search_index


@pytest.fixture
def office(db):
    return world.body()


@pytest.fixture
def reader(office):
    return world.actor(office, "clerk")
