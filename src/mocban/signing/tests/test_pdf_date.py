"""The signer's own clock, as a PDF signature states it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.signing.tests import signed
from mocban.signing.tests.pki import pki
from mocban.signing.verification import pdf_date
from mocban.signing.verification.judging import judge


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20261105091500+07'00'", datetime(2026, 11, 5, 2, 15, tzinfo=UTC)),
        ("D:20261105091500-0500", datetime(2026, 11, 5, 14, 15, tzinfo=UTC)),
        ("D:20261105091500Z", datetime(2026, 11, 5, 9, 15, tzinfo=UTC)),
        ("20261105", datetime(2026, 11, 5, tzinfo=UTC)),
        ("D:20261305", None),
        ("yesterday", None),
        ("D:20261105091500+99'00'", None),
    ],
)
def test_a_date_is_a_moment_with_its_zone_or_nothing(text: str, moment: datetime | None) -> None:
    assert pdf_date.read(text) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_nothing(text: str) -> None:
    assert pdf_date.read("D:" + text) is None or pdf_date.read("D:" + text).tzinfo is not None  # type: ignore[union-attr]


def test_the_clock_of_the_signer_is_told_of_a_pades_signature() -> None:
    [found] = judge(signed.pdf(pki()), trust=pki().trust()).signatures
    assert abs((datetime.fromisoformat(found.claimed_at) - datetime.now(UTC)).total_seconds()) < 3600
