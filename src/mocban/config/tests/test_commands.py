"""The command line refuses early and in plain words."""

import re

import pytest

from mocban.config import backup, cli, runtime

SECRET = "x" * 40


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(list(arguments))
    return code, capsys.readouterr().err


def test_real_use_is_refused_without_a_secret(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("MOCBAN_SECRET", raising=False)
    code, words = run(capsys, "up", "--data", str(tmp_path))
    assert code == 1
    assert "MOCBAN_SECRET" in words


@pytest.mark.parametrize(
    ("name", "value"), [("MOCBAN_LISTEN", "8000"), ("MOCBAN_WORKERS", "none"), ("MOCBAN_CONNECTIONS", "0")]
)
def test_a_wrong_setting_is_named(capsys, tmp_path, monkeypatch, name, value):
    monkeypatch.setenv("MOCBAN_SECRET", SECRET)
    monkeypatch.setenv(name, value)
    code, words = run(capsys, "up", "--data", str(tmp_path))
    assert code == 1
    assert name in words


def test_a_taken_port_is_named_before_anything_starts(capsys, tmp_path, free_port_holder):
    code, words = run(capsys, "demo", "--data", str(tmp_path), "--port", str(free_port_holder))
    assert code == 1
    assert str(free_port_holder) in words
    assert not (tmp_path / "postgres").exists()


def test_one_data_folder_serves_one_program_at_a_time(tmp_path):
    with runtime.only_one(tmp_path), pytest.raises(runtime.Refused), runtime.only_one(tmp_path):
        pass


def test_the_configuration_file_is_read_and_a_broken_line_is_named(tmp_path):
    path = tmp_path / "mocban.conf"
    path.write_text('# comment\nMOCBAN_SECRET="abc"\n\nMOCBAN_WORKERS = 3\n')
    assert runtime.read_config(path) == {"MOCBAN_SECRET": "abc", "MOCBAN_WORKERS": "3"}
    path.write_text("MOCBAN_SECRET abc\n")
    with pytest.raises(runtime.Refused, match="Line 1"):
        runtime.read_config(path)


def test_the_secret_is_made_once_and_private(tmp_path):
    first = runtime.secret_of(tmp_path)
    assert len(first) > 40
    assert runtime.secret_of(tmp_path) == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_backup_is_neither_mixed_with_other_files_nor_put_inside_the_data(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").touch()
    with pytest.raises(runtime.Refused, match="not empty"):
        backup.backup(tmp_path / "data", tmp_path / "full")
    with pytest.raises(runtime.Refused, match="inside the data folder"):
        backup.backup(tmp_path, tmp_path / "here")


def test_a_backup_folder_that_was_there_before_is_closed_to_others(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/nowhere?connect_timeout=1")
    target = tmp_path / "saved"
    target.mkdir(mode=0o755)
    (tmp_path / "data").mkdir()
    with pytest.raises(runtime.Refused, match="could not be saved"):
        backup.backup(tmp_path / "data", target)
    assert target.stat().st_mode & 0o077 == 0


def test_every_command_is_explained(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert {"demo", "test", "up", "token", "doctor", "manage", "backup", "restore"} <= set(re.findall(r"\w+", shown))
