"""The command that brings an old register in: its report, its exit codes, and what a dry run leaves alone."""

# ruff: noqa: F811 - the fixture `world` is imported and used by name
from __future__ import annotations

from pathlib import Path

import pytest

from mocban.config import registry_cli
from mocban.config.registry_import import SOME_BAD
from mocban.registry.models import Incoming
from mocban.registry.tests import old_registers as old
from tests import steps
from tests.world import World, world  # noqa: F401

pytestmark = pytest.mark.django_db


def command(world: World, file: Path, *extra: str) -> int:
    code = world.office.organisation.code
    return registry_cli.main(["import", str(file), "--register", "incoming", "--organisation", code, *extra])


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "so-2016.xlsx"
    path.write_bytes(old.workbook([old.incoming_row(1), old.incoming_row(2, arrived="?")]))
    return path


def test_a_dry_run_reports_and_enters_nothing(
    world: World,
    register: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(world, register, "--dry-run", "--report", str(tmp_path / "bad.xlsx")) == SOME_BAD
    said = capsys.readouterr().out
    assert "good: 1" in said
    assert "không đọc được “?” thành ngày" in said
    assert (tmp_path / "bad.xlsx").read_bytes()[:2] == b"PK"
    assert not Incoming.objects.filter(organisation=world.office.organisation).exists()


def test_good_rows_go_in_with_their_files(
    world: World,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    register = tmp_path / "so.xlsx"
    register.write_bytes(old.workbook([old.incoming_row(1)]))
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "1-UBND-VP.pdf").write_bytes(steps.blank_pdf("1"))
    mapping = tmp_path / "columns.yaml"
    mapping.write_text("files: code\nseries: Văn bản đến\n", encoding="utf-8")
    assert command(world, register, "--files", str(tmp_path / "scans"), "--mapping", str(mapping)) == 0
    entry = Incoming.objects.get(organisation=world.office.organisation)
    assert entry.document.parts.count() == 1
    assert "entered: 1" in capsys.readouterr().out


def test_what_cannot_be_done_is_said(
    world: World,
    register: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["import", str(register), "--register", "incoming", "--organisation", "không có"]
    assert registry_cli.main(arguments) == 1
    assert "no organisation has the code" in capsys.readouterr().err
    assert command(world, register.parent / "không có.xlsx") == 1
