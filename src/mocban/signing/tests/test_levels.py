"""How long signatures can be proved: time stamps of several authorities, revocation data, archive time stamps."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.template.loader import render_to_string
from pyhanko.pdf_utils.reader import PdfFileReader

from mocban.lib.errors import RuleBroken
from mocban.signing import selectors
from mocban.signing.adapters.times import Authority, RankedTimes
from mocban.signing.adapters.web import Web
from mocban.signing.models import Verification
from mocban.signing.pdf.grades import ARCHIVE, BASIC, LEVELS, LONG_TERM, TIME, Grade
from mocban.signing.tests import graded, made
from mocban.signing.tests.graded import evidence, filled, grade, level_of, sealed, signed, times
from mocban.signing.tests.pki import Pki
from mocban.signing.tests.servers import Served
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge

SOON, LATE = datetime(2021, 9, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def laid() -> bytes:
    return graded.laid()


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_reached_and_judged_valid(level: str, laid: bytes, served: Served) -> None:
    wanted = grade(served, level)
    made = sealed(filled(signed(laid, served, wanted.at_most(LONG_TERM))), served, wanted)
    assert made.startswith(laid)
    assert level_of(made) == level
    found = judge(made, trust=served.pki.trust())
    assert [one.conclusion for one in found.signatures] == [Conclusion.VALID] * len(found.signatures)
    assert len(found.signatures) >= 2


def test_a_signature_of_another_level_than_it_can_have_is_a_mistake_of_the_caller() -> None:
    for level in ("B-X", TIME, ARCHIVE):
        with pytest.raises(ValueError, match=level):
            Grade(level)


BAD = {
    "down": "Không kết nối được.",
    "error": "HTTP 500",
    "rubbish": "không phải dấu thời gian",
    "empty": "không phải dấu thời gian",
    "refused": "Từ chối",
    "wrong-imprint": "không phải của nội dung",
    "wrong-nonce": "số ngẫu nhiên",
    "tsa-wrong-purpose": "không dùng để cấp",
    "tsa-expired": "hiệu lực",
    "day-late": "lệch 24 giờ",
    "day-early": "lệch 24 giờ",
}


@pytest.mark.parametrize("bad", BAD)
def test_the_next_authority_stamps_when_the_first_is_of_no_use(bad: str, laid: bytes, served: Served) -> None:
    stamper = times(served, bad, "tsa")
    assert level_of(signed(laid, served, Grade(TIME, stamper))) == TIME
    assert [outcome.authority.name for outcome in stamper.outcomes] == [bad, "tsa"]
    assert BAD[bad] in stamper.outcomes[0].failure
    assert stamper.outcomes[1].failure == ""


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        (["down", "rubbish"], "signing.no_time"),
        (["wrong-imprint", "wrong-nonce", "refused"], "signing.no_time"),
        (["day-late"], "signing.clock_differs"),
        (["down", "day-early"], "signing.clock_differs"),
    ],
)
def test_without_a_good_time_stamp_nothing_is_signed(labels: list[str], code: str, laid: bytes, served: Served) -> None:
    with pytest.raises(RuleBroken) as refusal:
        signed(laid, served, Grade(TIME, times(served, *labels)))
    assert refusal.value.code == code
    assert any(label in str(refusal.value.message) for label in labels)


def test_an_authority_that_failed_is_asked_last_for_the_rest_of_the_batch(served: Served) -> None:
    stamper = times(served, "down", "tsa")
    for _ in range(3):
        stamper.stamp(bytes(32), "sha256")
    assert [outcome.authority.name for outcome in stamper.outcomes] == ["down", "tsa", "tsa", "tsa"]


def test_an_address_that_does_not_answer_is_asked_once_a_batch(laid: bytes, served: Served) -> None:
    wanted = grade(served, LONG_TERM)
    served.broken.add("ocsp")
    served.broken.add("crls")
    try:
        asked = len(served.asked)
        assert level_of(signed(laid, served, wanted)) == TIME
        once = len(served.asked) - asked
        assert level_of(signed(laid, served, wanted)) == TIME
    finally:
        served.broken.clear()
    assert len(served.asked) - asked - once == 1  # the time stamp alone


def test_the_tolerance_for_clocks_is_the_callers(laid: bytes, served: Served) -> None:
    patient = times(served, "day-late", tolerance=timedelta(days=2))
    assert level_of(signed(laid, served, Grade(TIME, patient))) == TIME


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a@127.0.0.1/", "tsa"])
def test_only_addresses_of_the_web_are_asked(url: str, laid: bytes, served: Served) -> None:
    stamper = RankedTimes([Authority("1", "lạ", url)])
    with pytest.raises(RuleBroken):
        signed(laid, served, Grade(TIME, stamper))
    assert "http hoặc https" in stamper.outcomes[0].failure


def test_an_endless_or_large_answer_is_cut_off(served: Served) -> None:
    with Web(at_most=100) as web:
        stamper = times(served, "tsa", web=web)
        with pytest.raises(Exception, match=r"signing\.no_time"):
            stamper.stamp(bytes(32), "sha256")
    assert "quá lớn" in stamper.outcomes[0].failure


def test_one_connection_serves_many_time_stamps(served: Served) -> None:
    stamper = times(served, "tsa")
    asked = len(served.asked)
    for _ in range(3):
        stamper.stamp(bytes(32), "sha256")
    assert len(served.asked) == asked + 3


def test_revocation_data_is_in_the_file_for_signer_stamper_and_their_issuers(laid: bytes, served: Served) -> None:
    made = signed(laid, served, grade(served, LONG_TERM))
    store = PdfFileReader(io.BytesIO(made)).root["/DSS"]
    assert len(store["/OCSPs"]) == 2  # signer and time stamper
    assert len(store["/CRLs"]) == 1  # of the root, about the intermediate
    assert len(store["/Certs"]) >= 4


def test_on_a_closed_network_data_brought_in_as_files_serves(laid: bytes, served: Served) -> None:
    brought = evidence(served, web=False, crls=[served.pki.crl("interm"), served.pki.crl("root")])
    asked = len([path for path in served.asked if "tsa" not in path])
    made = signed(laid, served, Grade(LONG_TERM, times(served, "tsa-sources"), brought))
    assert level_of(made) == LONG_TERM
    assert len([path for path in served.asked if "tsa" not in path]) == asked


def test_without_all_revocation_data_the_signature_stays_at_the_time_stamp(laid: bytes, served: Served) -> None:
    half = evidence(served, web=False, crls=[served.pki.crl("interm")])
    made = signed(laid, served, Grade(ARCHIVE, times(served, "tsa-sources"), half))
    assert level_of(made) == TIME


def test_a_certificate_known_to_be_revoked_signs_nothing(laid: bytes, served: Served) -> None:
    with pytest.raises(RuleBroken) as refusal:
        signed(laid, served, grade(served, LONG_TERM), holder="revoked")
    assert refusal.value.code == "signing.revoked"


def test_a_batch_asks_for_revocation_data_once(laid: bytes, served: Served) -> None:
    wanted = grade(served, LONG_TERM)
    signed(laid, served, wanted)
    asked = len([path for path in served.asked if "ocsp" in path])
    signed(laid, served, wanted)
    assert len([path for path in served.asked if "ocsp" in path]) == asked


def test_without_a_grade_a_signature_is_basic(laid: bytes, served: Served) -> None:
    assert level_of(signed(laid, served, Grade())) == BASIC


def test_a_file_without_signatures_is_basic(laid: bytes) -> None:
    assert level_of(laid) == BASIC


def test_a_page_says_whose_time_it_is_and_where_there_is_no_time_stamp(laid: bytes, served: Served) -> None:
    shown = {}
    for level in (BASIC, TIME):
        finding = judge(signed(laid, served, grade(served, level)), trust=served.pki.trust())
        found = Verification(object_id=uuid4(), finding=finding.as_values())
        shown[level] = render_to_string("signing/_signatures.html", {"found": found, "rows": selectors.rows(found)})
    assert "chưa có dấu thời gian" in shown[BASIC]
    assert "dấu thời gian của Dấu thời gian An Hòa" in shown[TIME]


def test_a_stamp_over_the_document_after_the_certificate_ended_accuses_nobody(pki: Pki) -> None:
    with time_machine.travel(datetime(2021, 6, 1, tzinfo=UTC)):
        data = made.sign(made.plain(), pki, "expired")
    for at, conclusion in [(SOON, Conclusion.VALID), (LATE, Conclusion.INDETERMINATE)]:
        first = made.judged(made.stamp_document(data, pki, at=at), pki.trust()).signatures[0]
        assert first.conclusion == conclusion
