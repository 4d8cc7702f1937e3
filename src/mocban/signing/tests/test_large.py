"""A large file is signed from disk to disk; what is held in memory does not grow with it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.grades import ARCHIVE, TIME, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import graded
from mocban.signing.tests.graded import Store, evidence, filled, level_of, times
from mocban.signing.tests.pki import pki
from mocban.signing.tests.servers import serving
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge

SOURCE = Path(__file__).resolve().parents[3]
MIB = 1 << 20
SIGN = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from mocban.signing.pdf.grades import TIME, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests.graded import Store, times
from mocban.signing.tests.servers import serving

def peak():  # of this program alone: ru_maxrss begins with what the parent had when it forked
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

with serving() as served:
    hand = Hand(keystore=Store(served.pki), holder="person", grade=Grade(TIME, times(served, "tsa")))
    small, large, signed = (Path(name) for name in sys.argv[1:])
    hand.sign_file_as_person(small, signed, at=datetime.now(UTC))
    before = peak()
    hand.sign_file_as_person(large, signed, at=datetime.now(UTC))
    print(json.dumps([before, peak()]))
"""


def enlarged(pdf: bytes, size: int, path: Path) -> None:
    """Write the document with so many bytes of an attachment that no compression makes smaller."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.MbBallast = document.make_indirect(pikepdf.Stream(document, os.urandom(size)))
        document.save(path, compress_streams=False)


def signs_without_holding(size: int, folder: Path) -> None:
    laid = graded.laid()
    small, large, signed = folder / "small.pdf", folder / "large.pdf", folder / "signed.pdf"
    small.write_bytes(laid)
    enlarged(laid, size, large)
    line = [sys.executable, "-c", SIGN, str(small), str(large), str(signed)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "mocban.config.settings"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    print(f"{size / MIB:.0f} MiB signed, peak memory from {before / MIB:.0f} to {after / MIB:.0f} MiB")
    assert after - before < 0.25 * size
    assert signed.stat().st_size > large.stat().st_size
    assert list(folder.glob("*.unfinished")) == []


def test_a_file_of_40_mib_is_signed_without_being_held(tmp_path: Path) -> None:
    signs_without_holding(40 * MIB, tmp_path)


@pytest.mark.long
def test_a_file_of_300_mib_is_signed_without_being_held(tmp_path: Path) -> None:
    """Expected: 1 minute. Its twin is the file of 40 MiB."""
    signs_without_holding(300 * MIB, tmp_path)


def test_from_disk_to_disk_gives_the_same_signatures_at_every_level(tmp_path: Path) -> None:
    source, by_person, numbered, by_body = (tmp_path / f"{number}.pdf" for number in range(4))
    laid = graded.laid()
    source.write_bytes(laid)
    with serving() as served:
        grade = Grade(ARCHIVE, times(served, "tsa-sources"), evidence(served))
        now, keys = datetime.now(UTC), Store(served.pki)
        person = Hand(keystore=keys, holder=graded.PERSON, grade=grade.at_most("B-LT"))
        person.sign_file_as_person(source, by_person, at=now)
        numbered.write_bytes(filled(by_person.read_bytes()))
        body = Hand(keystore=keys, holder=graded.ORGANISATION, grade=grade)
        body.seal_file_as_organisation(numbered, by_body, at=now)
        sealed = by_body.read_bytes()
        found = judge(sealed, trust=served.pki.trust())
    assert level_of(sealed) == ARCHIVE
    assert [one.conclusion for one in found.signatures[:2]] == [Conclusion.VALID] * 2
    assert source.read_bytes() == laid


def test_a_signature_that_fails_leaves_no_file(tmp_path: Path) -> None:
    source, target = tmp_path / "laid.pdf", tmp_path / "signed.pdf"
    source.write_bytes(graded.laid())
    with serving() as served:
        hand = Hand(keystore=Store(pki()), holder="person", grade=Grade(TIME, times(served, "rubbish")))
        with pytest.raises(RuleBroken):
            hand.sign_file_as_person(source, target, at=datetime.now(UTC))
    assert [path.name for path in tmp_path.iterdir()] == ["laid.pdf"]
