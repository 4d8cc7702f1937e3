"""Claim: a register of 10,000 entries is printed in under 20 s and 500 MiB, web process and printing helper together.

    .venv/bin/python bench/printed_register.py [--rows 10000] [--out register.pdf]

Entries come from a throwaway database of its own, with recipients' tasks and instructions; memory is the highest sum of
the process and its helpers, seen every 100 ms. The same run sets a bare typst table of as many rows, each of ten short
cells, in one piece: the ratio of the seconds says what reading, measuring, dividing and binding cost, and that of the
memory what dividing saves.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.db import connections  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import translation  # noqa: E402

from mocban.people import grants  # noqa: E402
from mocban.people.actor import system_actor  # noqa: E402
from mocban.people.choices import Role  # noqa: E402
from mocban.portal.tests.world import Body  # noqa: E402
from mocban.records.models import Document  # noqa: E402
from mocban.registry.models import Book, Incoming, Instruction, Number, Task  # noqa: E402
from mocban.reports.paper import print_sheet  # noqa: E402
from mocban.reports.registers import book_sheet  # noqa: E402

MOST_SECONDS, MOST_MIB = 20.0, 500.0
PART = 2_000
DAY = date(2026, 1, 2)
SUBJECTS = (
    "Về việc tăng cường công tác phòng cháy, chữa cháy và cứu nạn, cứu hộ trong mùa hanh khô trên địa bàn tỉnh",
    "Báo cáo kết quả thực hiện nhiệm vụ quý, phương hướng nhiệm vụ trọng tâm thời gian tới",
    "Mời họp",
    "Về việc rà soát, thống kê tài liệu tồn đọng và xây dựng kế hoạch chỉnh lý, số hóa tài liệu lưu trữ giai đoạn "
    "2026 - 2030 của các cơ quan, tổ chức thuộc nguồn nộp lưu",
)
BARE = """
#set page(paper: "a4", flipped: true)
#set text(font: "Liberation Serif", size: 10pt)
#table(columns: 10, ..range({rows}).map(n => range(10).map(_ => str(n))).flatten())
"""


def main() -> int:
    options = parser().parse_args()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        body = Body()
        actor = body.actor(Role.CLERK)
        in_a_child(lambda: make(body, options.rows))
        book = Book.objects.select_related("organisation").get(pk=body.books["incoming"].pk)
        with translation.override("vi"), Memory() as memory:
            began = time.perf_counter()
            printed = print_sheet(book_sheet(book, actor=actor, on=DAY + timedelta(days=364)))
            seconds = time.perf_counter() - began
        if options.out:
            options.out.write_bytes(printed.data)
    finally:
        teardown_databases(old, verbosity=0)
    assert printed.entries == options.rows
    print(
        f"register: {printed.entries} entries, {printed.pages} pages, {len(printed.data) / 2**20:.1f} MiB; "
        f"{seconds:.1f} s, {memory.peak:.0f} MiB"
    )
    with Memory() as bare:
        began = time.perf_counter()
        set_bare(options.rows)
        bare_seconds = time.perf_counter() - began
    print(f"bare typst, one piece: {bare_seconds:.1f} s, {bare.peak:.0f} MiB")
    print(f"ratio: seconds {seconds / bare_seconds:.1f}, memory {memory.peak / bare.peak:.2f}")
    kept = seconds < MOST_SECONDS and memory.peak < MOST_MIB
    return 0 if kept or options.rows > 10_000 else 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    top.add_argument("--rows", type=int, default=10_000)
    top.add_argument("--out", type=Path, default=None, metavar="FILE", help="keep the printed register")
    return top


def in_a_child(work) -> None:
    """Do it in a process that ends, so that its memory is not counted."""
    connections.close_all()
    if (child := os.fork()) == 0:
        try:
            work()
            connections.close_all()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def make(body: Body, rows: int) -> None:
    actor = system_actor(body.organisation)
    assert actor
    book, period = body.books["incoming"], body.periods["incoming"]
    at = datetime(2026, 1, 2, 3, tzinfo=UTC)
    for start in range(0, rows, PART):
        places = range(start, min(start + PART, rows))
        documents = Document.objects.bulk_create(
            Document(
                organisation=body.organisation,
                kind_code="official-letter",
                kind_name="Công văn",
                printed_code=f"{n % 900 + 1}/UBND-VX",
                issued_on=DAY + timedelta(days=n * 360 // rows),
                issuer_name=("Ủy ban nhân dân tỉnh Lam Sơn", "Sở Nội vụ", "Ủy ban nhân dân phường Đông Linh")[n % 3],
                subject=SUBJECTS[n % len(SUBJECTS)],
                created_at=at,
            )
            for n in places
        )
        numbers = Number.objects.bulk_create(
            Number(period=period, value=n + 1, taken_on=DAY, taken_at=at, taken_by="thử") for n in places
        )
        entries = Incoming.objects.bulk_create(
            Incoming(
                organisation=body.organisation,
                book=book,
                document=document,
                number=number,
                number_value=number.value,
                arrived_on=document.issued_on + timedelta(days=1),
                received_via="paper",
                present_by=document.issued_on + timedelta(days=2),
                created_at=at,
            )
            for document, number in zip(documents, numbers, strict=True)
        )
        told = Instruction.objects.bulk_create(
            Instruction(incoming=entry, opinion="Giao", lead_unit=body.unit, written_by="thử", written_at=at)
            for entry in entries
        )
        Task.objects.bulk_create(
            Task(
                organisation=body.organisation,
                incoming=one.incoming,
                instruction=one,
                unit=body.unit,
                role="lead",
                created_at=at,
            )
            for one in told
        )
        for entry in entries:
            grants.allow(entry, body.desks, reason="bench")


def set_bare(rows: int) -> None:
    code = (
        "import sys, typst; typst.compile(sys.argv[1], ignore_system_fonts=True, pdf_standards=['a-2b'], "
        "font_paths=['/usr/share/fonts/truetype/liberation2'])"
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "bare.typ"
        source.write_text(BARE.replace("{rows}", str(rows)))
        subprocess.run([sys.executable, "-c", code, str(source)], check=True)


class Memory:
    """The highest resident memory, in MiB, of this process and all below it while the block runs."""

    def __enter__(self) -> Memory:
        self.peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(os.getpid())))


def _family(root: int) -> list[int]:
    """This process and its helpers; the database server below it is no part of the print."""
    found = [root]
    for pid in found:
        for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in tasks.read_text().split() if not _is_postgres(int(child))]
    return found


def _is_postgres(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    return True


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
