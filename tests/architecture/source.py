"""Reading the program's own source for the architecture tests."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "mocban"
APPS = sorted(path.parent.name for path in PACKAGE.glob("*/apps.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules(app: str, duty: str) -> Iterator[Path]:
    """The files of one duty: `views.py` or every module of the package `views/`."""
    single = PACKAGE / app / f"{duty}.py"
    if single.exists():
        yield single
    yield from sorted((PACKAGE / app / duty).glob("**/*.py"))


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def calls(node: ast.AST) -> set[str]:
    """Dotted names of everything called below this node: `access.require`, `numbering.take`, `_move`."""
    return {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}


def tracked() -> list[Path]:
    """The repository's files as they lie in the work tree, new ones included: not what is installed or produced."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [PROJECT / name for name in names if name and (PROJECT / name).is_file()]
