"""Claim: finding a reader's documents through the index is many times faster than asking the database for them.

Both sides answer the same question for the same reader on the same documents in one run: documents that the reader may
see and whose text holds all words, newest or best first, with the exact number. The ratio is p95 of the database over
p95 of the index. Run with DATABASE_URL set: `python bench/search.py [number of documents]`.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mocban.config.settings")
os.environ.setdefault("MOCBAN_TEST_DB", "bench_search")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from mocban.people.actor import Actor  # noqa: E402
from mocban.people.models import Grant, Organisation  # noqa: E402
from mocban.records.models import Document  # noqa: E402
from mocban.search import selectors, services  # noqa: E402
from mocban.search.types import Row  # noqa: E402

QUESTIONS = 40
UNITS = 20
TYPE = "records.document"
_TEXT = """
ủy ban nhân dân tỉnh quyết định ban hành kế hoạch triển khai công tác phòng cháy chữa cháy rừng năm học ngân sách
đầu tư xây dựng nông thôn mới báo cáo kết quả thực hiện nghị quyết đại hội đảng bộ huyện hội nghị tổng kết thi đua
khen thưởng cán bộ công chức viên chức văn thư lưu trữ hồ sơ tài liệu giải quyết khiếu nại tố cáo đất đai môi trường
"""
SYLLABLES = _TEXT.split()


def rows(ids: object) -> list[Row]:
    """Rows of the made-up documents; tokens are read as the applications read them."""
    from mocban.people import grants

    wanted = list(ids)  # type: ignore[call-overload]
    tokens = grants.tokens_of(TYPE, wanted)
    return [
        Row(
            object_type=TYPE,
            object_id=one.pk,
            organisation_id=one.organisation_id,
            title=one.subject,
            number=one.printed_code,
            body=one.description,
            kind=one.kind_name,
            day=one.issued_on,
            url="/",
            tokens=tokens.get(one.pk, []),
        )
        for one in Document.objects.filter(pk__in=wanted)
    ]


def make(count: int) -> Organisation:
    chance = random.Random(1)
    office = Organisation.objects.create(name="Cơ quan", regime="state", symbol="CQ", code="BENCH", place="Hà Nội")
    for start in range(0, count, 5_000):
        made = Document.objects.bulk_create(
            Document(
                organisation=office,
                kind_code="CV",
                kind_name=chance.choice(["Công văn", "Quyết định", "Kế hoạch"]),
                printed_code=f"{number}/CQ-VP",
                subject=" ".join(chance.choices(SYLLABLES, k=18)),
                description=" ".join(chance.choices(SYLLABLES, k=90)),
                issued_on=date(2020, 1, 1) + timedelta(days=chance.randrange(2400)),
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            for number in range(start, min(count, start + 5_000))
        )
        Grant.objects.bulk_create(
            Grant(
                object_type=TYPE,
                object_id=one.pk,
                token=f"unit:{chance.randrange(UNITS)}",
                reason="bench",
            )
            for one in made
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return office


def p95(ask: Callable[[str], int], questions: list[str]) -> tuple[float, list[int]]:
    """Return the 95th percentile in milliseconds and the numbers of documents found."""
    ask(questions[0])
    spent, found = [], []
    for question in questions:
        started = time.perf_counter()
        found.append(ask(question))
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(spent, n=20)[-1], found


def main(count: int) -> None:
    office = make(count)
    reader = Actor(None, "Người đọc", None, "", office.pk, office.name, "state", unit_id=1)  # type: ignore[arg-type]
    settings.SEARCH_SOURCES = {TYPE: f"{__name__}.rows"}
    started = time.perf_counter()
    services.rebuild()
    built = time.perf_counter() - started
    chance = random.Random(2)
    questions = [" ".join(chance.sample(SYLLABLES, 3)) for _ in range(QUESTIONS)]

    def by_index(question: str) -> int:
        return selectors.search(reader, question).total

    def by_database(question: str) -> int:
        matching = Document.objects.visible_to(reader)
        for word in question.split():
            matching = matching.filter(Q(subject__icontains=word) | Q(description__icontains=word))
        list(matching.order_by("-issued_on")[:20])
        return matching.count()

    index, hits = p95(by_index, questions)
    database, _found = p95(by_database, questions)
    answered = sum(1 for number in hits if number)
    print(f"documents {count}; built in {built:.1f} s; questions with hits {answered}/{QUESTIONS}")
    print(f"p95 index {index:.1f} ms; p95 database {database:.1f} ms; ratio {database / index:.1f}")


if __name__ == "__main__":
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.INDEX_ROOT = Path(folder)
            main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    finally:
        teardown_databases(kept, verbosity=0)
