"""The page of a file's signatures: verdict, whose time, what was added, the signed revision beside the present file."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import etree
from PIL import Image
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from mocban.content.models import DigitalObject
from mocban.people.choices import Role
from mocban.people.models import Person
from mocban.signing import report_selectors, services
from mocban.signing.models import Verification
from mocban.signing.pdf import comparison
from mocban.signing.tests import drafts, office, signed
from mocban.signing.tests.pki import pki
from tests.steps import refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
BOX = (60, 100, 160, 50)  # points from the lower left corner: where the change is painted


@cache
def painted_over() -> bytes:
    """A signed file on whose first page a red box was painted afterwards."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.pdf(pki())))
    left, bottom, width, height = BOX
    paint = f"q 1 0 0 rg {left} {bottom} {width} {height} re f Q".encode()
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=paint)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Office:
    def __init__(self) -> None:
        self.body = office.organisation()
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        self.admins = [office.actor(self.body, Role.ADMINISTRATOR, login=f"quan-tri-{number}") for number in (1, 2)]
        other = office.organisation("H99.02")
        self.stranger = office.actor(other, Role.CLERK, login="nguoi-la")

    def trusts_root(self) -> None:
        anchor = services.propose_anchor(
            certificate=pki().der("root"), purposes=["signing", "timestamping"], actor=self.admins[0], on=DAY
        )
        services.agree_anchor(anchor=anchor, fingerprint=anchor.sha256[-8:], actor=self.admins[1], on=DAY)

    def checked(self, data: bytes, name: str = "Công văn.pdf") -> DigitalObject:
        stored = office.stored(self.body, data, self.clerk, name)
        services.verify(stored=stored, actor=self.clerk)
        return stored

    def browser(self, login: str = "van-thu") -> Client:
        client = Client()
        client.force_login(Person.objects.get(login=login))
        return client


def everybody_of_the_body_reads(object_id: object, actor) -> bool:  # type: ignore[no-untyped-def]
    return DigitalObject.objects.filter(pk=object_id, organisation_id=actor.organisation_id).exists()


@pytest.fixture
def here(settings, tmp_path) -> Office:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    settings.CONTENT_READERS = [f"{__name__}.everybody_of_the_body_reads"]
    return Office()


def at(name: str, stored: DigitalObject, *more: object) -> str:
    return reverse(f"signing:{name}", args=[stored.pk, *more])


def text(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.content.decode())


class TestPage:
    def test_a_trusted_signature_is_valid_in_words_with_its_certificate(self, here: Office) -> None:
        here.trusts_root()
        page = text(here.browser().get(at("object", here.checked(signed.pdf(pki())))))
        for words in (
            "Hợp lệ", "Trần Thị Bích Ngọc", "Ủy ban nhân dân xã An Hòa", "theo đồng hồ người ký",
            "không có gì được thêm sau chữ ký này", "01/01/2020 – 01/01/2100", "In lúc",
        ):  # fmt: skip
            assert words in page
        assert at("compare", DigitalObject.objects.get(), 1) not in page

    def test_a_page_painted_over_is_invalid_and_leads_to_the_comparison(self, here: Office) -> None:
        here.trusts_root()
        stored = here.checked(painted_over())
        page = text(here.browser().get(at("object", stored)))
        assert "Không hợp lệ" in page
        assert at("compare", stored, 1) in page

    def test_it_says_what_a_certifying_signature_permits_and_a_sealing_one_locks(self, here: Office, chain) -> None:  # type: ignore[no-untyped-def]
        page = text(here.browser().get(at("object", here.checked(chain.sealed))))
        assert "Chữ ký chứng nhận" in page
        assert "chỉ cho phép điền các ô đã dành sẵn và ký thêm" in page
        assert "khóa mọi ô của biểu mẫu" in page
        assert "theo đồng hồ người ký" in page

    def test_many_reports_cost_no_more_queries(self, here: Office, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        stored = here.checked(signed.pdf(pki()))
        for _time in range(4):
            services.verify(stored=stored, actor=here.clerk)
        client = here.browser()
        client.get(at("object", stored))
        with django_assert_max_num_queries(22):
            client.get(at("object", stored))

    def test_the_history_says_what_changed_from_one_report_to_the_next(self, here: Office) -> None:
        stored = here.checked(signed.pdf(pki()))
        here.trusts_root()
        services.verify(stored=stored, actor=here.clerk)
        newest, first = report_selectors.history(stored.pk)
        assert "Kết luận đổi từ “Chưa đủ căn cứ tin cậy” sang “Hợp lệ”." in newest.changes
        assert first.changes == ()
        assert "Khác với lần trước" in text(here.browser().get(at("object", stored)))

    def test_a_report_is_taken_away_as_xml_and_as_json(self, here: Office) -> None:
        stored = here.checked(signed.pdf(pki()))
        row = Verification.objects.get()
        client = here.browser()
        xml = client.get(reverse("signing:report_xml", args=[row.pk]))
        root = etree.fromstring(xml.content)
        assert "ValidationReport" in root.tag
        given = json.loads(client.get(reverse("signing:report_json", args=[row.pk])).content)
        assert stored.name in json.dumps(given, ensure_ascii=False)
        assert "attachment" in xml["Content-Disposition"]
        for name in ("report_xml", "report_json"):
            assert here.browser("nguoi-la").get(reverse(f"signing:{name}", args=[row.pk])).status_code == 404

    @pytest.mark.parametrize("name", ["object", "revision", "compare"])
    def test_nobody_of_another_body_sees_anything(self, here: Office, name: str) -> None:
        stored = here.checked(painted_over())
        more = [] if name == "object" else [1]
        assert here.browser("nguoi-la").get(at(name, stored, *more)).status_code == 404
        assert here.browser().get(at(name, stored, *more)).status_code == 200


class TestSignedRevision:
    def test_the_bytes_are_those_that_were_signed(self, here: Office) -> None:
        stored = here.checked(painted_over())
        answer = here.browser().get(at("revision", stored, 1))
        assert answer.getvalue() == signed.pdf(pki())
        assert answer["Content-Type"] == "application/pdf"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
        assert "attachment" in here.browser().get(at("revision", stored, 1) + "?download=1")["Content-Disposition"]

    @pytest.mark.parametrize("place", [0, 2, 99])
    def test_a_signature_that_is_not_there_has_no_revision(self, here: Office, place: int) -> None:
        stored = here.checked(painted_over())
        assert here.browser().get(at("revision", stored, place)).status_code == 404

    def test_a_signed_message_has_no_pages_to_compare(self, here: Office) -> None:
        stored = here.checked(signed.cms(pki(), b"x" * 40), "a.p7m")
        assert here.browser().get(at("compare", stored, 1)).status_code == 404


class TestComparison:
    def test_the_place_that_was_painted_over_is_found(self) -> None:
        found = comparison.compare(painted_over(), len(signed.pdf(pki())))
        [page] = [one for one in found.pages if one.differs]
        [(left, top, right, bottom)] = page.boxes
        points = (left * 0.595, 842 - bottom * 0.842, (right - left) * 0.595, (bottom - top) * 0.842)
        for seen, painted in zip(points, BOX, strict=True):
            assert abs(seen - painted) <= 20

    def test_what_shows_on_no_page_differs_on_none(self) -> None:
        whole = signed.pdf(pki())
        assert not any(page.differs for page in comparison.compare(whole, len(whole)).pages)

    def test_pages_with_differences_come_first_and_added_ones_are_said(self) -> None:
        short, long = drafts.draft(), drafts.draft()
        found = comparison.compare(short, len(long))
        assert found.old == found.new
        pages = [comparison.PageFound(1, "same", ()), comparison.PageFound(2, "added", ())]
        assert [page.page for page in comparison.Compared(tuple(pages), 1, 2).ordered] == [2, 1]

    def test_what_is_no_pdf_is_refused_with_a_sentence(self) -> None:
        with refused("signing.unreadable"):
            comparison.compare(b"%PDF-1.7 rubbish", 8)

    def test_the_pages_stand_side_by_side(self, here: Office) -> None:
        stored = here.checked(painted_over())
        client = here.browser()
        page = text(client.get(at("compare", stored, 1)))
        assert "1 trang nhìn khác với lúc ký" in page
        assert "<rect" in page
        pictures = {
            side: Image.open(io.BytesIO(client.get(at("compare_picture", stored, 1, 1, side)).content)).convert("RGB")
            for side in ("signed", "now")
        }
        width, height = pictures["now"].size
        spot = (int((BOX[0] + 20) / 595 * width), int((842 - BOX[1] - 20) / 842 * height))
        assert pictures["now"].getpixel(spot) == (255, 0, 0)
        assert pictures["signed"].getpixel(spot) != (255, 0, 0)

    @pytest.mark.parametrize("tail", ["1/99/now.png", "1/1/other.png", "9/1/now.png"])
    def test_pictures_that_are_not_there_are_not_found(self, here: Office, tail: str) -> None:
        stored = here.checked(painted_over())
        assert here.browser().get(f"/signing/object/{stored.pk}/compare/{tail}").status_code == 404


class TestAnyFile:
    def post(self, here: Office, **files: tuple[str, bytes]):  # type: ignore[no-untyped-def]
        sent = {name: SimpleUploadedFile(*file) for name, file in files.items()}
        return here.browser().post(reverse("signing:check_file"), sent)

    def test_a_file_is_judged_and_forgotten(self, here: Office) -> None:
        here.trusts_root()
        page = text(self.post(here, file=("bat-ky.pdf", signed.pdf(pki()))))
        assert "Hợp lệ" in page
        assert "Trần Thị Bích Ngọc" in page
        assert not Verification.objects.exists()
        assert not DigitalObject.objects.exists()

    def test_a_detached_signature_comes_with_its_file(self, here: Office) -> None:
        here.trusts_root()
        signature = signed.cms(pki(), b"Noi dung", detached=True)
        good = text(self.post(here, file=("a.p7s", signature), signed=("a.txt", b"Noi dung")))
        other = text(self.post(here, file=("a.p7s", signature), signed=("a.txt", b"Noi dung khac")))
        assert ("verdict-success" in good, "verdict-danger" in other) == (True, True)

    @pytest.mark.parametrize("data", [b"%PDF-", b"rubbish", b"<a/>", b"PK\x03\x04"])
    def test_anything_else_gets_a_sentence(self, here: Office, data: bytes) -> None:
        answer = self.post(here, file=("la.pdf", data))
        assert answer.status_code == 200
        assert "verdict-word" in text(answer)

    def test_no_file_brings_the_form_back(self, here: Office) -> None:
        assert self.post(here).status_code == 422
