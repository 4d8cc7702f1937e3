"""A large file is signed, filled, sealed and judged from disk to disk; what is held in memory does not grow with it."""

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

from mocban.lib.disk import DiskFile
from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.grades import ARCHIVE, TIME, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import drafts, graded
from mocban.signing.tests.graded import Store, evidence, filled, level_of, times
from mocban.signing.tests.pki import pki
from mocban.signing.tests.servers import serving
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge

SOURCE = Path(__file__).resolve().parents[3]
MIB = 1 << 20
# The whole way of a document, from the draft to the judgement, in one program; the helper processes are its children.
WAY = """
import json, os, sys
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from mocban.lib.disk import DiskFile
from mocban.signing.pdf import layout
from mocban.signing.pdf.grades import TIME, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import drafts, graded
from mocban.signing.tests.graded import Store, times
from mocban.signing.tests.servers import serving
from mocban.signing.verification.judging import judge

def peak(pid):  # of that program alone: ru_maxrss begins with what the parent had when it forked
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

def peaks():
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [peak(os.getpid()), max(peak(pid) for pid in children)]

def go(name):
    draft = DiskFile(Path(name), scratch=Path(sys.argv[3]))
    laid, _places = layout.lay_fields(draft, form=drafts.STATE)
    signed = person.sign_as_person(laid, at=datetime.now(UTC))
    numbered = graded.filled(signed)
    sealed = body.seal_as_organisation(numbered, at=datetime.now(UTC))
    found = judge(sealed, trust=served.pki.trust())
    assert [one.conclusion.value for one in found.signatures] == ["valid"] * 2, found
    assert sealed.size > draft.size
    return peaks()

with serving() as served:
    grade = Grade(TIME, times(served, "tsa"))
    person = Hand(keystore=Store(served.pki), holder="person", grade=grade)
    body = Hand(keystore=Store(served.pki), holder="organisation", grade=grade)
    small, large = go(sys.argv[1]), go(sys.argv[2])
    print(json.dumps([small, large, [str(path) for path in Path(sys.argv[3]).iterdir()]]))
"""


def enlarged(pdf: bytes, size: int, path: Path) -> None:
    """Write the document with so many bytes of pictures, a mebibyte each, that no compression makes smaller."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = [document.make_indirect(pikepdf.Stream(document, os.urandom(MIB))) for _ in range(size // MIB)]
        document.Root.MbBallast = pikepdf.Array(held)
        document.save(path, compress_streams=False)


def goes_its_way_without_being_held(size: int, folder: Path) -> None:
    small, large, scratch = folder / "small.pdf", folder / "large.pdf", folder / "scratch"
    small.write_bytes(drafts.draft())
    enlarged(drafts.draft(), size, large)
    line = [sys.executable, "-c", WAY, str(small), str(large), str(scratch)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "mocban.config.settings"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    before, after, left = json.loads(done.stdout)
    for who, first, then in zip(("program", "helper"), before, after, strict=True):
        print(f"{size / MIB:.0f} MiB, {who}: peak memory from {first / MIB:.0f} to {then / MIB:.0f} MiB")
        assert then - first < 0.25 * size
    assert left == []


def test_a_file_of_40_mib_goes_its_whole_way_without_being_held(tmp_path: Path) -> None:
    goes_its_way_without_being_held(40 * MIB, tmp_path)


@pytest.mark.long
def test_a_file_of_300_mib_goes_its_whole_way_without_being_held(tmp_path: Path) -> None:
    """Expected: 2 minutes. Its twin is the file of 40 MiB."""
    goes_its_way_without_being_held(300 * MIB, tmp_path)


def test_from_disk_to_disk_gives_the_same_signatures_at_every_level(tmp_path: Path) -> None:
    laid = graded.laid()
    source = DiskFile(tmp_path / "laid.pdf", scratch=tmp_path)
    source.path.write_bytes(laid)
    with serving() as served:
        grade = Grade(ARCHIVE, times(served, "tsa-sources"), evidence(served))
        now, keys = datetime.now(UTC), Store(served.pki)
        person = Hand(keystore=keys, holder=graded.PERSON, grade=grade.at_most("B-LT"))
        numbered = filled(person.sign_as_person(source, at=now))
        body = Hand(keystore=keys, holder=graded.ORGANISATION, grade=grade)
        sealed = body.seal_as_organisation(numbered, at=now)
        found = judge(sealed, trust=served.pki.trust())
    assert level_of(sealed.path.read_bytes()) == ARCHIVE
    assert [one.conclusion for one in found.signatures[:2]] == [Conclusion.VALID] * 2
    assert source.path.read_bytes() == laid


def test_a_signature_that_fails_leaves_no_file(tmp_path: Path) -> None:
    source = DiskFile(tmp_path / "laid.pdf", scratch=tmp_path / "scratch")
    source.path.write_bytes(graded.laid())
    with serving() as served:
        hand = Hand(keystore=Store(pki()), holder="person", grade=Grade(TIME, times(served, "rubbish")))
        with pytest.raises(RuleBroken):
            hand.sign_as_person(source, at=datetime.now(UTC))
    assert list((tmp_path / "scratch").iterdir()) == []
