"""What the repository holds: small files, hashed packages, no addresses, a row of proof for each promise."""

from __future__ import annotations

import csv
import json
import re

import pytest

from tests.architecture.source import PROJECT, tracked

LONGEST = 500
CODE = (".py", ".html", ".css", ".js", ".mjs")
REQUIREMENTS = ("base.txt", "test.txt", "node.txt")
# Words that only the machine of one developer, or one registry's mirror, could have put into a file.
PLACES = re.compile(r"(?<![\w.])/(?:root|work|home)/\w|/tmp/\w+/|(?:pypi|npmjs|registry)\.(?:org|com)\b")  # noqa: S108


def test_no_file_of_code_is_longer_than_a_reader_can_hold():
    files = [path for path in tracked() if path.suffix in CODE]
    long = [str(path.relative_to(PROJECT)) for path in files if len(path.read_text("utf-8").splitlines()) > LONGEST]
    assert len(files) > 100
    assert long == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_python_package_is_pinned_with_its_hashes(name):
    text = (PROJECT / "requirements" / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_browser_packages_are_pinned_with_hashes_and_without_addresses():
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name and not entry.get("link")}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine():
    text = (".py", ".txt", ".in", ".toml", ".json", ".yaml", ".md", ".csv", ".html", ".ini", ".cfg", "")
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in tracked()
        if path.suffix in text and path.name != "test_repository.py"
        for match in PLACES.finditer(path.read_text("utf-8", errors="ignore"))
    ]
    assert found == []


def test_each_promise_names_code_and_tests_that_exist():
    with (PROJECT / "docs" / "requirements.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert rows
    missing = [
        f"{row['id']}: {place}"
        for row in rows
        for column in ("code", "test")
        for place in row[column].split()
        if not (PROJECT / place.partition("::")[0]).exists()
    ]
    assert missing == []
