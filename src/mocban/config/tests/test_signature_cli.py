"""`./mocban signature verify`: a verdict for every file, an exit status, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mocban.config import cli, signature_files, signature_report
from mocban.config.signature_files import Unreadable, read_file
from mocban.config.signature_trust import read_trust
from mocban.signing.tests import hostile, signed
from mocban.signing.tests.pki import Pki, pki
from mocban.signing.verification.findings import Conclusion, FileFinding, Reason, SignatureFinding

VERDICTS = {"valid", "invalid", "indeterminate"}
NOW = datetime.now(UTC)
SOURCES = Path(cli.__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> Pki:
    return pki()


@pytest.fixture
def trust(made: Pki, tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    return made.write_trust_folder(folder)


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    code = cli.main(["signature", "verify", "--json", *map(str, arguments)])
    said = capsys.readouterr()
    return code, json.loads(said.out), said.err


def command(*arguments: str | bytes, cwd: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the real command as another process that has nothing of the tests' settings."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(SOURCES), "LANG": "C"}
    line = [sys.executable, "-P", "-m", "mocban.config.cli", "signature", "verify", *arguments]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, timeout=120, **more)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def test_a_good_file_is_valid_with_the_root_and_indeterminate_without(made, trust, tmp_path, capsys):
    path = tmp_path / "Công văn số 1\n.pdf"
    path.write_bytes(signed.pdf(made))
    code, [found], _err = verify(capsys, path, "--trust", trust)
    assert (code, found["verdict"], found["file"]) == (0, "valid", str(path))
    assert found["signatures"][0]["signer"] == "Trần Thị Bích Ngọc"
    assert found["signatures"][0]["result"] == "passed"
    code, [found], _err = verify(capsys, path)
    assert (code, found["verdict"]) == (1, "indeterminate")
    assert found["reasons"]


def test_the_order_is_kept_and_one_unreadable_file_decides_the_exit_status(made, trust, tmp_path, capsys):
    good, broken = tmp_path / "a.pdf", tmp_path / "b.pdf"
    good.write_bytes(signed.pdf(made))
    broken.write_bytes(signed.pdf(made).replace(b"Vn 1", b"Vn 2").replace(b"ByteRange", b"ByteRang "))
    files = [broken, tmp_path / "missing", good]
    code, found, _err = verify(capsys, *files, "--trust", trust)
    assert code == 2
    assert [one["file"] for one in found] == [str(path) for path in files]
    assert found[0]["verdict"] != "valid"
    assert (found[1]["verdict"], found[1]["signatures"]) == ("indeterminate", [])
    assert found[2]["verdict"] == "valid"


def test_what_is_no_ordinary_file_is_refused_with_a_sentence_of_its_own(tmp_path, capsys):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    names = ["empty", "loop", "pipe", "", "a\0b", "x" * 5000]
    files = [*(f"{tmp_path}/{name}" for name in names), "/dev/zero", "", "\udcff"]
    code, found, _err = verify(capsys, *files)
    assert code == 2
    assert [one["file"] for one in found] == files
    assert all(one["verdict"] == "indeterminate" and one["reasons"] for one in found)
    assert len({one["reasons"][0] for one in found}) == 4  # empty, missing, special, folder


def test_bad_files_are_answered_one_by_one_and_never_valid(trust, tmp_path, capsys):
    made = {**hostile.UNREADABLE, **hostile.BAD}
    paths = [tmp_path / f"{name}.pdf" for name in made]
    for path, make in zip(paths, made.values(), strict=True):
        path.write_bytes(make())
    code, found, err = verify(capsys, *paths, "--trust", trust)
    assert code == 2
    assert "Traceback" not in err
    assert [one["file"] for one in found] == [str(path) for path in paths]
    assert all(one["reasons"] for one in found)
    verdicts = {path.stem: one["verdict"] for path, one in zip(paths, found, strict=True)}
    assert verdicts.pop("a gigabyte signed") == "invalid"
    assert set(verdicts.values()) == {"indeterminate"}


def test_a_file_one_may_not_read_is_unreadable(tmp_path, capsys, monkeypatch):
    def refused(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(signature_files.os, "open", refused)
    code, [found], _err = verify(capsys, tmp_path / "closed.pdf")
    assert (code, found["reasons"]) == (2, ["Không có quyền đọc tệp này."])


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(3 << 30)  # a hole: nothing is written
    with pytest.raises(Unreadable, match="too_large"):
        read_file(str(path))


def test_no_other_value_reads_as_a_verdict_whatever_names_say():
    bad = SignatureFinding(
        "valid", "Invalid", Conclusion.VALID, (Reason("content.unchanged"),), "valid", "invalid", " VALID ",
        "indeterminate", "valid", chain=("valid", "Gốc"), time_by="invalid",
    )  # fmt: skip
    for name in VERDICTS:
        printed = signature_report.as_json(name, FileFinding("pdf", Conclusion.VALID, (), (bad,)))
        assert printed.pop("verdict") == "valid"
        assert [text for text in strings(printed) if text.strip().casefold() in VERDICTS] == []
        assert (printed["file"], printed["signatures"][0]["signer"]) == (f"./{name}", "«valid»")


def test_the_report_for_readers_names_signer_time_and_what_came_after():
    one = SignatureFinding(
        "s1", "pades", Conclusion.VALID, (Reason("content.filled"),), signer="Trần Thị Bích Ngọc",
        organisation="UBND xã An Hòa", proved_at="2026-11-05T08:00:00+07:00", time_by="Dấu thời gian An Hòa",
        covered=1000,
    )  # fmt: skip
    text = signature_report.as_text("a\x1b[2J.pdf", FileFinding("pdf", Conclusion.VALID, (), (one,)))
    for words in ("HỢP LỆ", "Trần Thị Bích Ngọc", "UBND xã An Hòa", "(Dấu thời gian An Hòa)", "1000 byte", r"a\x1b[2J"):
        assert words in text
    assert "\x1b" not in text


def test_the_trust_folder_is_sorted_by_what_its_files_hold(made, tmp_path, capsys):
    made.write_trust_folder(tmp_path, "root", "interm", "other-root")
    (tmp_path / "unknown.der").write_bytes(made.der("tsa-unknown"))
    (tmp_path / "person.txt").write_bytes(b"words before\n" + (tmp_path / "interm.pem").read_bytes() * 2)
    (tmp_path / "list.crl").write_bytes(made.crl())
    (tmp_path / "answer").write_bytes(made.ocsp("person-sources"))
    (tmp_path / "notes.txt").write_text("not a certificate")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    warned: list[str] = []
    trust = read_trust(str(tmp_path), at=NOW, strict=False, warn=warned.append)
    assert {one.certificate for one in trust.anchors} == {made.der("root"), made.der("other-root")}
    assert set(trust.others) == {made.der("interm"), made.der("tsa-unknown")}
    assert (len(trust.crls), len(trust.ocsps)) == (1, 1)
    assert [line.split(":")[0] for line in warned] == ["empty", "notes.txt"]
    (tmp_path / "root.pem").unlink()
    alone = read_trust(str(tmp_path), at=NOW, strict=False, warn=warned.append)
    assert made.der("interm") in {one.certificate for one in alone.anchors}


def test_trust_json_narrows_the_anchors_and_a_broken_one_trusts_nothing(made, tmp_path):
    made.write_trust_folder(tmp_path, "root", "other-root")
    narrowing = tmp_path / "trust.json"
    line = {"file": "root.pem", "purposes": ["signing"], "since": "2020-01-01"}
    warned: list[str] = []
    narrowing.write_text(json.dumps({"anchors": [line, {"file": "gone.pem"}]}))
    trust = read_trust(str(tmp_path), at=NOW, strict=False, warn=warned.append)
    by_name = {one.certificate: (one.purposes, one.since) for one in trust.anchors}
    assert by_name[made.der("root")] == (("signing",), "2020-01-01")
    assert by_name[made.der("other-root")] == (("signing", "timestamping"), "")
    assert "gone.pem" in warned[0]
    for broken in (
        "",
        "[]",
        "{",
        '{"anchors": [{"file": "root.pem", "since": "soon"}]}',
        '{"anchors": [{"file": 1e999, "purposes": 3}]}',
    ):
        narrowing.write_text(broken)
        assert read_trust(str(tmp_path), at=NOW, strict=False, warn=warned.append).anchors == ()


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_a_trust_folder_that_is_none_is_said_and_proves_nothing(made, tmp_path, capsys, folder):
    (tmp_path / "file").touch()
    path = tmp_path / "a.pdf"
    path.write_bytes(signed.pdf(made))
    code, [found], err = verify(capsys, path, "--trust", tmp_path / folder)
    assert (code, found["verdict"]) == (1, "indeterminate")
    assert folder in err


def test_a_detached_signature_is_judged_with_the_file_beside_it_or_the_one_named(made, trust, tmp_path, capsys):
    letter, signature = tmp_path / "thư.txt", tmp_path / "thư.txt.p7s"
    signature.write_bytes(signed.cms(made, b"letter", detached=True))
    code, [found], _err = verify(capsys, signature, "--trust", trust)
    assert (code, found["verdict"]) == (1, "indeterminate")
    letter.write_bytes(b"letter")
    assert verify(capsys, signature, "--trust", trust)[0] == 0
    letter.write_bytes(b"another letter")
    code, [found], _err = verify(capsys, signature, "--trust", trust)
    assert (code, found["verdict"]) == (1, "invalid")
    other = tmp_path / "other"
    other.write_bytes(b"letter")
    assert verify(capsys, signature, "--trust", trust, "--content", other)[0] == 0
    assert verify(capsys, signature, "--trust", trust, "--content", tmp_path / "missing")[0] == 2


def test_a_signature_may_be_called_as_its_file_but_for_the_ending(made, trust, tmp_path, capsys):
    signature = tmp_path / "thư.p7s"
    signature.write_bytes(signed.cms(made, b"letter", detached=True))
    (tmp_path / "thư.txt").write_bytes(b"letter")
    assert verify(capsys, signature, "--trust", trust)[0] == 0
    (tmp_path / "thư.pdf").write_bytes(b"letter")  # now nobody knows which one is meant
    assert verify(capsys, signature, "--trust", trust)[0] == 1


def test_signed_messages_xml_and_containers_are_judged_whatever_they_are_called(made, trust, tmp_path, capsys):
    files = []
    for number, data in enumerate(
        (
            signed.cms(made, b"letter"),
            signed.xml(made, "<letter>words</letter>"),
            signed.asic(made, {"a.txt": b"words"}),
        )
    ):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(data)
    code, found, _err = verify(capsys, *files, "--trust", trust)
    assert (code, [one["verdict"] for one in found]) == (0, ["valid"] * 3)
    assert [one["signatures"][0]["form"] for one in found] == ["cades", "xades", "xades"]


def test_reports_are_written_beside_and_nothing_is_overwritten(made, trust, tmp_path, capsys):
    (tmp_path / "a.p7m").write_bytes(signed.cms(made, b"letter"))
    out = tmp_path / "reports"
    out.mkdir()
    for _turn in range(2):
        verify(capsys, tmp_path / "a.p7m", tmp_path / "missing", "--trust", trust, "--report", out)
    assert sorted(os.listdir(out)) == ["a.p7m-2.xml", "a.p7m.xml", "missing-2.xml", "missing.xml"]
    assert b"mainindication:total-passed" in (out / "a.p7m.xml").read_bytes()
    assert b"mainindication:indeterminate" in (out / "missing.xml").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--content", "a", "b", "c"],
        ["--report", "nowhere", "a"],
        ["--at", "tomorrow", "x"],
        ["--at", "9999-12-31T23:59:59-20:00", "x"],
        ["--at", "9999-01-01", "x"],
    ],
)
def test_wrong_arguments_are_refused_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["signature", "verify", *arguments])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_real_command_needs_no_data_folder_and_stands_any_folder_name_and_locale(made, trust, tmp_path):
    folder = tmp_path / "chỉ đọc"
    folder.mkdir()
    (folder / "json.py").write_text("raise SystemExit('taken from the folder')")
    name = "tệp \udcff.pdf".encode("utf-8", "surrogateescape")
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_bytes(signed.pdf(made))
    folder.chmod(0o500)
    done = command(name, "--json", "--trust", "../trust", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    [found] = json.loads(done.stdout)
    assert (found["verdict"], os.fsencode(found["file"])) == ("valid", name)
    assert sorted(os.listdir(os.fsencode(folder))) == sorted([b"json.py", name])
    text = command(name, "--trust", "../trust", cwd=folder)
    assert (text.returncode, text.stderr) == (0, b"")
    assert "HỢP LỆ" in text.stdout.decode("utf-8", "surrogateescape")


def test_closed_and_full_outputs_end_without_a_traceback(made, tmp_path):
    (tmp_path / "-a.p7m").write_bytes(signed.cms(made, b"letter"))
    environment = {"PATH": os.defpath, "PYTHONPATH": str(SOURCES)}
    base = f"{sys.executable} -P -m mocban.config.cli signature verify --json --trust nowhere -- -a.p7m"
    endings = {"": 1, ">&-": 1, "2>&-": 1, ">&- 2>&-": 1, ">/dev/full": 2}
    for ending, code in endings.items():
        done = subprocess.run(
            ["sh", "-c", f"{base} {ending}"], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert (ending, done.returncode) == (ending, code)
        assert "Traceback" not in done.stderr
        if done.stdout:
            assert json.loads(done.stdout)[0]["file"] == "-a.p7m"


def test_a_reader_that_goes_away_and_ctrl_c_end_the_command_quietly(made, tmp_path):
    (tmp_path / "a.pdf").write_bytes(signed.pdf(made))
    environment = {"PATH": os.defpath, "PYTHONPATH": str(SOURCES)}
    line = [sys.executable, "-P", "-m", "mocban.config.cli", "signature", "verify", "--json", *["a.pdf"] * 400]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    def at_a_terminal() -> None:  # what a shell starts in the background, such as this very test, ignores Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    for end in ("close", "interrupt"):
        with subprocess.Popen(line, cwd=tmp_path, env=environment, preexec_fn=at_a_terminal, **pipes) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(20)
            if end == "close":
                process.stdout.close()
                assert process.wait(60) == 141
            else:
                process.send_signal(signal.SIGINT)
                rest = process.stdout.read()
                assert process.wait(60) == 130
                assert rest.endswith(b"]\n")  # what was found so far is still JSON
            assert process.stderr.read() == b""
