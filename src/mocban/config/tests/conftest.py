import contextlib
import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def free_port_holder() -> Iterator[int]:
    """A port of this machine that somebody already listens on."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
