"""Throughput of judging signed PDFs, printed next to a bare pyHanko validation loop over the same files.

    .venv/bin/python bench/verifying.py [--files 1000] [--processes 1]

The files are two-page documents, in turn signed by one person, and by a person and an organisation with visible looks.
Both ways trust the same root and run in as many processes. The bare loop is `validate_pdf_signature` with its default
difference policy for each signature, in files read anew; ours goes through the door, helper process and all.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]

from mocban.signing.tests import made  # noqa: E402
from mocban.signing.tests.pki import pki  # noqa: E402
from mocban.signing.verification.findings import FileFinding  # noqa: E402
from mocban.signing.verification.judging import judge_many  # noqa: E402
from mocban.signing.verification.trust import Trust  # noqa: E402

DIFFERENT = 24  # files made; the rest of the run are copies, which both ways read anew
AIM = 0.8
TURN = 50  # files that each way judges before the other one does: a busy machine slows both alike


def files(count: int) -> list[bytes]:
    """Return `count` signed documents, half of them signed twice."""
    authority = pki()
    made_files = []
    for number in range(min(count, DIFFERENT)):
        words = made.WORDS + f" BT /F1 12 Tf 72 640 Td (Van ban so {number}) Tj ET"
        data = made.sign(made.plain(2, words), authority, box=(330, 200, 480, 270))
        if number % 2:
            data = made.sign(data, authority, "organisation", field="seal", box=(72, 200, 222, 270))
        made_files.append(data)
    return [made_files[number % len(made_files)] for number in range(count)]


def bare(data: bytes) -> bool:
    """Validate every signature as pyHanko's documentation shows."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(data))
    good = True
    for signature in reader.embedded_signatures:
        context = ValidationContext(trust_roots=[pki().certificate("root")], allow_fetching=False)
        good &= validate_pdf_signature(signature, context).bottom_line
    return good


def timed(spent: dict[str, float], name: str, work: Callable[[], list[bool]]) -> int:
    """Add the seconds of `work` to those of `name`; returns how many files were valid."""
    start = time.perf_counter()
    good = sum(work())
    spent[name] = spent.get(name, 0.0) + time.perf_counter() - start
    return good


def _valid(judged: Iterable[FileFinding]) -> list[bool]:
    return [one.conclusion == "valid" for one in judged]


def _bare(pool: ProcessPoolExecutor, turn: list[bytes]) -> list[bool]:
    return list(pool.map(bare, turn, chunksize=8))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=1000)
    options.add_argument("--processes", type=int, default=1)
    given = options.parse_args()
    data = files(given.files)
    root = made.Anchor(pki().der("root"))
    trust = Trust(at=datetime.now(UTC), anchors=(root,))
    print(f"{len(data)} files, {sum(map(len, data)) >> 20} MB, processes: {given.processes}")
    list(judge_many(data[:4], trust=trust, processes=given.processes))  # started and warm
    spent: dict[str, float] = {}
    good = {"ours": 0, "bare pyHanko": 0}
    with ProcessPoolExecutor(given.processes) as pool:
        list(pool.map(bare, data[:4]))
        for start in range(0, len(data), TURN):
            turn = data[start : start + TURN]
            judged = judge_many(turn, trust=trust, processes=given.processes)
            good["ours"] += timed(spent, "ours", partial(_valid, judged))
            good["bare pyHanko"] += timed(spent, "bare pyHanko", partial(_bare, pool, turn))
    for name, seconds in spent.items():
        print(f"{name}: {len(data) / seconds:.1f} files a second, {good[name]} of {len(data)} valid, {seconds:.1f} s")
    ours, plain = (len(data) / spent[name] for name in ("ours", "bare pyHanko"))
    print(f"ratio {ours / plain:.2f}, at least {AIM}: {'reached' if ours >= AIM * plain else 'missed'}")
    return 0 if ours >= AIM * plain else 1


if __name__ == "__main__":
    sys.exit(main())
