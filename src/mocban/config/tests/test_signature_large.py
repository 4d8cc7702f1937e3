"""The commands on a large file: neither the program nor its helper processes hold it in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mocban.config import cli
from mocban.config.tests.test_signature_sign import PIN, key_file
from mocban.signing.tests import drafts
from mocban.signing.tests.pki import pki
from mocban.signing.tests.test_large import MIB, enlarged

SOURCES = Path(cli.__file__).parents[2]
RUN = """
import json, os, sys
from pathlib import Path
from mocban.config import cli

def peak(pid):  # of that program alone: ru_maxrss begins with what the parent had when it forked
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

def parent(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # gone since it was listed
        return 0

code = cli.main(["signature", *sys.argv[1:]])
helpers = [pid for pid in os.listdir("/proc") if pid.isdigit() and parent(pid) == os.getpid()]
print(json.dumps([code, sum(peak(pid) for pid in [os.getpid(), *helpers])]), file=sys.stderr)
"""


def peak_of(*arguments: object) -> int:
    """Run the command; return the bytes that it and its helpers held at most, together."""
    line = [sys.executable, "-c", RUN, *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    code, held = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stdout + done.stderr
    return int(held)


def signs_and_verifies_without_holding(size: int, folder: Path) -> None:
    key, trust, pin = key_file(pki(), folder), folder / "trust", folder / "pin"
    trust.mkdir()
    pki().write_trust_folder(trust)
    pin.write_text(PIN)
    (folder / "small.pdf").write_bytes(drafts.draft())
    enlarged(drafts.draft(), size, folder / "large.pdf")
    held: dict[str, list[int]] = {"sign": [], "verify": []}
    for name in ("small", "large"):
        source, target = folder / f"{name}.pdf", folder / f"{name}-signed.pdf"
        held["sign"].append(peak_of("sign", source, target, "--p12", key, "--pin-file", pin))
        held["verify"].append(peak_of("verify", target, "--trust", trust))
        assert target.stat().st_size > source.stat().st_size
    for verb, (small, large) in held.items():
        print(f"{verb} {size / MIB:.0f} MiB: peak memory from {small / MIB:.0f} to {large / MIB:.0f} MiB")
        assert large - small < 0.5 * size
    kept = {"person.p12", "trust", "pin", "small.pdf", "large.pdf", "small-signed.pdf", "large-signed.pdf"}
    assert {path.name for path in folder.iterdir()} == kept


def test_30_mib_are_signed_and_verified_without_being_held(tmp_path: Path) -> None:
    signs_and_verifies_without_holding(30 * MIB, tmp_path)


@pytest.mark.long
def test_300_mib_are_signed_and_verified_without_being_held(tmp_path: Path) -> None:
    """Expected: 2 minutes. Its twin is the file of 30 MiB."""
    signs_and_verifies_without_holding(300 * MIB, tmp_path)
