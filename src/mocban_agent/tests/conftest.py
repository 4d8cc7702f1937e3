"""The program with a token in memory, listening on a free port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mocban_agent.__main__ import build, serve
from mocban_agent.server import Agent

from .fakes import PIN, FakeTokens
from .people import PAGE, Page, Person


@dataclass
class Running:
    agent: Agent
    person: Person
    tokens: FakeTokens
    folder: Path

    def page(self, **changes: Any) -> Page:
        return Page(self.agent.server_port, **changes)

    def paired(self, origin: str = PAGE) -> Page:
        """A page that the person has let in."""
        page = self.page(origin=origin)
        assert page.ask("/pair/begin", {})[0] == 200
        page.pair(self.person.codes[-1][1])
        return page


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a program; `pins` are what the person types, `only` the origins that may pair."""
    started: list[tuple[Agent, threading.Thread]] = []

    def start(*, pins: tuple[str | None, ...] = (PIN,), only: tuple[str, ...] = (), **tokens: Any) -> Running:
        person, token = Person(pins), FakeTokens(**tokens)
        agent = build(tmp_path, 0, token, person, only=only)
        thread = threading.Thread(target=serve, args=(agent,))
        thread.start()
        started.append((agent, thread))
        return Running(agent, person, token, tmp_path)

    yield start
    for agent, thread in started:
        agent.shutdown()
        thread.join()
