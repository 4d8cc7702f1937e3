"""Who writes stored bytes, and who rewrites a PDF: each place is known, with the reason why it harms no signature."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, tree

# Modules that write a PDF anew. None of them stores anything; what they return is another file than the one they read.
REWRITERS = {
    "signing/pdf/drafts.py": "a draft before its first signature; refuses a signed one",
    "signing/pdf/surveying.py": "an unsound file before its first signature; a signed one never",
    "signing/pdf/overlay.py": "the ĐẾN stamp, on a copy whose signatures become pictures",
    "signing/pdf/copying.py": "pages of a copy, which proves nothing by the old signatures",
    "signing/verification/drawing.py": "pages without their fields, in memory, to be looked at and thrown away",
    "registry/views/shared.py": "many stamped copies in one print",
    "reports/volume.py": "the parts of a printed book, made here",
}
# Modules that hold a writer which only appends to a PDF: the bytes before stay the beginning of the file.
APPENDERS_BELOW = "signing/"
STORE, DOOR = "content/services.py", "content/blobs.py"


def sources() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "/tests/" not in str(path) and "/migrations/" not in str(path)]


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def calls_of(path: Path) -> list[str]:
    return [ast.unparse(call.func) for call in ast.walk(tree(path)) if isinstance(call, ast.Call)]


def test_every_module_that_writes_a_pdf_anew_is_known_with_its_reason() -> None:
    able = [path for path in sources() if any(name.split(".")[0] == "pikepdf" for name in imported(path))]
    found = {named(path) for path in able if any(call.split(".")[-1] == "save" for call in calls_of(path))}
    assert found == set(REWRITERS)
    read_only = {named(path) for path in able} - found
    assert all(name.startswith("signing/verification/") for name in read_only)


@pytest.mark.parametrize("name", sorted(REWRITERS))
def test_what_writes_a_pdf_anew_stores_nothing(name: str) -> None:
    assert not [
        call for call in calls_of(PACKAGE / name) if call.split(".")[-1] in ("store", "store_rendition", "attach")
    ]


def test_only_signing_appends_to_a_pdf() -> None:
    found = {
        named(path) for path in sources() if any(name.endswith("IncrementalPdfFileWriter") for name in imported(path))
    }
    assert found
    assert {name for name in found if not name.startswith(APPENDERS_BELOW)} == set()


def test_stored_bytes_have_one_door() -> None:
    writes = {
        named(path)
        for path in sources()
        for call in calls_of(path)
        if call in ("blobs.put", "blobs.wipe", "blobs.drop_unfinished")
    }
    assert writes == {STORE}
    named_in = {named(path) for path in sources() if "CONTENT_ROOT" in path.read_text(encoding="utf-8")}
    assert named_in == {DOOR, "config/settings.py"}


def test_the_row_of_a_stored_object_is_made_in_one_place_and_changed_nowhere() -> None:
    makes = {
        named(path)
        for path in sources()
        for call in calls_of(path)
        if call.startswith("DigitalObject.objects")
        and call.split(".")[-1] in ("create", "bulk_create", "update", "bulk_update")
    }
    assert makes == {STORE}
    [creation] = [
        call for call in calls_of(PACKAGE / STORE) if call.startswith("DigitalObject.objects.") and "create" in call
    ]
    assert creation == "DigitalObject.objects.create"
