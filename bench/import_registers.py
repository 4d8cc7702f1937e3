"""Claim: an old register of 100,000 rows is in within 5 minutes, numbers, grants, trail and all.

Both sides write the same rows in one run: the import (reading the sheet, dry run, entering in chunks of 500) and a bare
`bulk_create` of the three tables that hold an entry (number, document, incoming), without reading, checks, grants or
trail. The ratio is entering over bare. Run: `python bench/import_registers.py [rows]`; an embedded server of its own
is started unless DATABASE_URL is set.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("MOCBAN_TEST_DB", "bench_import")

import django  # noqa: E402

django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from mocban.people.actor import system_actor  # noqa: E402
from mocban.records.models import Document  # noqa: E402
from mocban.registry.choices import BookKind, IncomingStatus, ReceivedVia  # noqa: E402
from mocban.registry.importing import columns  # noqa: E402
from mocban.registry.models import Book, Incoming, Number, SeriesPeriod  # noqa: E402
from mocban.registry.services import importing  # noqa: E402
from mocban.secrecy.choices import Channel  # noqa: E402
from tests.world import DAY, World, make_world  # noqa: E402

YEARS = 10
HEADER = "Số đến;Ngày đến;Tác giả;Số, ký hiệu;Ngày tháng;Tên loại và trích yếu nội dung;Đơn vị hoặc người nhận;Ghi chú"
CHUNK = 500


def register(rows: int) -> bytes:
    """A .csv of so many rows over ten years, with a letter and a gap here and there."""
    lines = [HEADER]
    each = -(-rows // YEARS)
    for place in range(rows):
        year, number = 2006 + place // each, place % each + 1
        day = f"{number % 28 + 1:02d}/{number * 12 // (each + 1) + 1:02d}/{year}"
        mark = "a" if number % 997 == 0 else ""
        subject = f"Báo cáo kết quả thực hiện nhiệm vụ công tác văn thư, lưu trữ quý {number % 4 + 1}"
        code = f"{number % 400 + 1}/UBND-VP"
        issuer = f"Ủy ban nhân dân xã Hòa Bình {number % 300}"
        lines.append(f"{number}{mark};{day};{issuer};{code};{day};{subject};Phòng Tổng hợp;Bản giấy")
    return "\n".join(lines).encode()


def timed(name: str, rows: int, act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    seconds = time.perf_counter() - started
    print(f"{name:32} {seconds:8.1f} s {rows / seconds:10.0f} rows/s", flush=True)
    return seconds


def bare(world: World, rows: int) -> None:
    """The same entries without anything around them."""
    book: Book = world.other.incoming_book
    assert book.series is not None
    period = SeriesPeriod.objects.create(
        series=book.series, name="bare", starts_on=DAY.replace(year=2001), ends_on=DAY.replace(year=2001)
    )
    now, organisation = timezone.now(), world.other.organisation
    for first in range(0, rows, CHUNK):
        values = range(first + 1, min(first + CHUNK, rows) + 1)
        numbers = Number.objects.bulk_create(
            Number(period=period, value=value, taken_on=DAY, taken_at=now, taken_by="bare") for value in values
        )
        documents = Document.objects.bulk_create(
            Document(
                organisation=organisation,
                kind_code="official-letter",
                kind_name="Công văn",
                subject="Báo cáo kết quả thực hiện nhiệm vụ công tác văn thư, lưu trữ",
                created_at=now,
            )
            for _value in values
        )
        Incoming.objects.bulk_create(
            Incoming(
                organisation=organisation,
                document=document,
                book=book,
                number=number,
                number_value=number.value,
                arrived_on=DAY,
                present_by=DAY,
                received_via=ReceivedVia.FORMER,
                status=IncomingStatus.FORMER,
                created_at=now,
            )
            for document, number in zip(documents, numbers, strict=True)
        )


def main(rows: int) -> None:
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        world = make_world()
        organisation = world.office.organisation
        actor = system_actor(organisation)
        data = register(rows)
        print(f"{rows} rows, {len(data) / 1e6:.1f} MB")
        held: list[object] = []
        common = {"actor": actor, "on": DAY}
        total = timed(
            "read and stage",
            rows,
            lambda: held.append(
                importing.stage_import(
                    data=data,
                    name="so.csv",
                    direction=BookKind.INCOMING,
                    organisation=organisation,
                    channel=Channel.FORM,
                    **common,
                )
            ),
        )
        made = held[0]
        mapping = columns.mapping_of(made.mapping)  # type: ignore[attr-defined]
        checking = importing.check_import(
            register_import=made,
            mapping=mapping,
            series=None,
            period=None,
            actor=actor,  # type: ignore[arg-type]
        )
        total += timed("dry run", rows, lambda: importing.run_check(register_import=checking, **common))
        entering = timed("enter", rows, lambda: importing.run_import(register_import=checking, **common))
        total += entering
        checking.refresh_from_db()
        beside = timed("bare bulk_create of 3 tables", rows, lambda: bare(world, rows))
        print(f"entered {checking.counts['entered']}, bad {checking.counts['bad']}")
        print(f"whole import {total:.1f} s; entering / bare = {entering / beside:.1f}")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
