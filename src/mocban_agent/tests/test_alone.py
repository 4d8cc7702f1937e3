"""The program runs on whatever computer a clerk has: an old Python, two packages, and nothing of the server."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1]
FILES = sorted(FOLDER.glob("*.py"))
PACKAGES = {"asn1crypto", "pkcs11"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_written_for_an_old_python_and_needs_two_packages(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else [])
    }
    assert imported - set(sys.stdlib_module_names) <= PACKAGES


def test_it_can_be_read_in_one_sitting() -> None:
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FILES) < 1100
