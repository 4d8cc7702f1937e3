"""Claim: a clerk's pick-list over a directory of 110,000 agencies answers in under 50 ms, whatever the clerk types.

Makes that many invented agencies in a throwaway database and asks what clerks type: codes old and new, broad words,
abbreviations, words without accents, nonsense. The bare lookup of one row by its key, asked in the same run, says what
the machine itself takes. Run: `python bench/directory.py [number of agencies]`.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src"), str(Path(__file__).resolve().parents[1])]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from mocban.people.directory import find_agencies  # noqa: E402
from mocban.people.models import Agency  # noqa: E402
from mocban.people.tests.agencies import fill, invented  # noqa: E402

ON = date(2026, 11, 4)
ROUNDS = 5
QUESTIONS = """
tinh|ubnd tinh|ubnd xa|tu|ủy ban nhân dân|uy ban nhan dan xa|xa|x|u|th|tr|ng|t|a|nhan|phuong|UBND xã|hdnd|snv|
so noi vu|sở nội vụ|Sở|so|svhttdl|vp|vptu|mttq|truong mam non|mam non an|htx|X00|X001.01|x0|000.0|000.00.05.X002|
X010.C050|dang uy an binh|an|cong an xa|cong an phuong tan|kinh te hoa|dong linh|snv an chau|khong co co quan nao|
zzz|hoi nong dan xa yen so|truong tieu hoc hong giang|van phong dang uy xa|ubnd xa dong ha ubnd tinh|qtdnd
"""


def milliseconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def p95(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1]


def main(count: int) -> None:
    started = time.perf_counter()
    fill(invented(count))
    print(f"agencies {Agency.objects.count()}; written in {time.perf_counter() - started:.1f} s")
    keys = list(Agency.objects.order_by("rank").values_list("pk", flat=True)[:200])
    find_agencies("so noi vu", on=ON)
    bare, every = [], []
    print(f"{'question':32} {'found':>5} {'p50 ms':>8} {'worst':>8}")
    for question in QUESTIONS.replace("\n", "").split("|"):
        spent = [milliseconds(lambda asked=question: find_agencies(asked, on=ON)) for _ in range(ROUNDS)]
        bare += [milliseconds(lambda key=key: Agency.objects.defer("words").get(pk=key)) for key in keys[:ROUNDS]]
        every += spent
        found = len(find_agencies(question, on=ON))
        print(f"{question:32} {found:5} {statistics.median(spent):8.1f} {max(spent):8.1f}")
    print(
        f"pick-list      p50 {statistics.median(every):6.1f} ms   p95 {p95(every):6.1f} ms   worst {max(every):6.1f} ms"
    )
    print(f"bare key       p50 {statistics.median(bare):6.1f} ms   p95 {p95(bare):6.1f} ms")
    print(f"ratio of p95 {p95(every) / p95(bare):.0f}")


if __name__ == "__main__":
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 110_000)
    finally:
        teardown_databases(kept, verbosity=0)
