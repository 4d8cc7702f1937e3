"""The documentation keeps up: links lead somewhere, commands and settings are described, decisions are numbered."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

import pytest

import mocban
from mocban.config import cli
from tests.architecture.source import PACKAGE, PROJECT, tracked

PAGES = [path for path in tracked() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"\bMOCBAN_[A-Z_]+\b")
# Set by the program for its own parts; an office has nothing to choose there.
INTERNAL = {"MOCBAN_MODE", "MOCBAN_POOL", "MOCBAN_TEST_DB"}


def words(*names: str) -> str:
    return "\n".join((PROJECT / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_command_is_described() -> None:
    commands = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    described = words("README.md", "docs/howto/configure.md")
    assert [name for name in commands.choices if f"./mocban {name}" not in described] == []


def test_every_setting_of_an_installation_is_described() -> None:
    read = {name for path in (PACKAGE / "config").glob("*.py") for name in VARIABLE.findall(path.read_text("utf-8"))}
    assert len(read) > 10
    assert sorted(read - INTERNAL - set(VARIABLE.findall(words("docs/howto/configure.md")))) == []


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    records = sorted(path.name for path in (PROJECT / "docs" / "adr").glob("0*.md"))
    numbers = [name[:4] for name in records]
    index = words("docs/adr/README.md")
    assert len(numbers) == len(set(numbers))
    assert [name for name in records if f"]({name})" not in index] == []
    assert [name for name in records if not words(f"docs/adr/{name}").startswith(f"# ADR {name[:4]}: ")] == []


def test_the_version_is_the_same_everywhere() -> None:
    assert tomllib.loads(words("pyproject.toml"))["project"]["version"] == mocban.__version__
    assert f"## {mocban.__version__} " in words("CHANGELOG.md")
