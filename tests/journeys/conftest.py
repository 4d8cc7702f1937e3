"""One browser for the stories of a module; it ends with the module, before other tests use the database."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from .story import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
