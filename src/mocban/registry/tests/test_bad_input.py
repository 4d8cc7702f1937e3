"""What goes wrong at the desk: each gets a sentence, and nothing is half done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mocban.config.demo.compose import letter_pdf
from mocban.config.demo.desk import letter_kind
from mocban.config.demo.wheel import draft as draft_letter
from mocban.content.models import DigitalObject
from mocban.content.tests import factories
from mocban.records.models import Document
from mocban.registry.models import Incoming, Number, Outgoing
from mocban.secrecy.models import Incident
from tests import steps
from tests.world import DAY, World, browser, position

pytestmark = pytest.mark.django_db
NEW = "registry:incoming_new"


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    """Where blobs of this test go."""
    settings.CONTENT_ROOT = tmp_path / "content"
    return tmp_path


def kept(shelf: Path) -> tuple[int, ...]:
    """Everything that a refused step could leave behind."""
    rows = [model.objects.count() for model in (Document, Incoming, Outgoing, Number, DigitalObject)]
    return (*rows, sum(1 for path in shelf.rglob("*") if path.is_file()))


def typed(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "book": str(world.office.incoming_book.pk),
        "arrived_on": "04/11/2026",
        "kind_code": letter_kind(world.office, DAY).code,
        "subject": steps.SUBJECT,
        "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
        "printed_code": "12/UBND-VP",
        "issued_on": "02/11/2026",
    }
    return {**values, **changes}


def sent(world: World, **changes: Any) -> Any:
    return browser(world.clerk).post(reverse(NEW), typed(world, **changes))


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


MACROS = {"word/vbaProject.bin": b"x"}

WRONG_FILES = [
    ("cong-van.pdf", factories.docx("Chào"), 409, "không phải loại .pdf như tên tệp"),
    ("cong-van.pdf", b"", 422, "Tệp này rỗng"),
    ("cong-van.pdf", factories.encrypted_pdf(), 409, "đặt mật khẩu hoặc mã hóa"),
    ("cong-van.docx", factories.docx("Chào", **MACROS), 409, "chứa macro"),
    ("cong-van.docm", factories.docx("Chào"), 409, "chứa macro"),
    ("cong-van.exe", b"MZ" + b"\0" * 100, 409, "chỉ nhận các loại"),
    ("cong-van.docx", b"PK\x03\x04broken", 409, "bị hỏng"),
]


@pytest.mark.parametrize(("name", "data", "status", "words"), WRONG_FILES)
def test_a_wrong_file_is_refused_with_its_reason(
    world: World, shelf: Path, name: str, data: bytes, status: int, words: str
) -> None:
    before = kept(shelf)
    answer = sent(world, file=file(name, data))
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert steps.SUBJECT in page
    assert kept(shelf) == before
    assert sent(world, file=file("cong-van.pdf", factories.pdf())).status_code == 302


@pytest.mark.parametrize(("name", "data", "status", "words"), WRONG_FILES)
def test_a_wrong_draft_is_refused_with_its_reason(
    world: World, shelf: Path, name: str, data: bytes, status: int, words: str
) -> None:
    outgoing = steps.drafted(world, with_file=False)
    before = kept(shelf)
    address = reverse("registry:outgoing_upload", args=[outgoing.pk])
    answer = browser(world.officer).post(address, {"version": 1, "file": file(name, data)})
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert kept(shelf) == before


def test_one_wrong_annex_refuses_the_whole_entry(world: World, shelf: Path) -> None:
    before = kept(shelf)
    annexes = [file("phu-luc.pdf", steps.blank_pdf("1")), file("phu-luc-2.pdf", b"not a pdf")]
    answer = sent(world, file=file("cong-van.pdf", factories.pdf()), annexes=annexes)
    assert answer.status_code == 409
    assert kept(shelf) == before


def test_an_upload_beyond_the_limit_is_refused(world: World, shelf: Path, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2_000
    before = kept(shelf)
    answer = sent(world, file=file("cong-van.pdf", factories.pdf() + b"\0" * 4_000))
    assert answer.status_code == 409
    assert "vượt quá giới hạn" in answer.content.decode()
    assert kept(shelf) == before


def test_a_pdf_that_the_reader_gives_up_on_is_registered_with_a_warning(world: World, shelf: Path) -> None:
    client = browser(world.clerk)
    broken = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 9 0 R >>\nendobj\ntrailer << /Root 1 0 R >>"
    answer = client.post(reverse(NEW), typed(world, file=file("cong-van.pdf", broken)), follow=True)
    assert answer.status_code == 200
    assert "Không đọc được chữ trong tệp" in answer.content.decode()
    assert Incoming.objects.get().document.parts.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "x" * 10_000}, "Dài quá 500 ký tự (đang có 10000)"),
        ({"issued_on": "31/02/2026"}, "Ngày này không có trong lịch"),
        ({"arrived_on": "05/11/2026"}, "Ngày đến không thể sau ngày đăng ký"),
        ({"issued_on": "05/11/2026"}, "Ngày văn bản không thể sau ngày đăng ký"),
        ({"arrived_on": "04/11/0026"}, "Ngày này không có trong lịch"),
        ({"kind_code": "other"}, "Lựa chọn này không có trong danh sách"),
        ({"book": "0190b6f0-0000-7000-8000-000000000000"}, "Lựa chọn này không có trong danh sách"),
        ({"page_amount": "rất nhiều"}, "số nguyên"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_the_rest_stays(
    world: World, shelf: Path, changes: dict, words: str
) -> None:
    before = kept(shelf)
    answer = sent(world, **changes)
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert words in page
    assert "Ủy ban nhân dân xã Hòa Bình" in page
    assert kept(shelf) == before


def test_what_was_registered_before_is_shown_and_the_clerk_decides(world: World, shelf: Path) -> None:
    earlier = steps.registered(world)
    before = kept(shelf)
    answer = sent(world, issuer_name="UỶ BAN NHÂN DÂN XÃ HÒA BÌNH")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Có thể đã đăng ký" in page
    assert reverse("records:document", args=[earlier.document_id]) in page
    assert kept(shelf) == before
    assert sent(world, confirmed="1").status_code == 302
    assert sent(world, printed_code="13/UBND-VP").status_code == 302
    assert sorted(Incoming.objects.values_list("number_value", flat=True)) == [1, 2, 3]


def test_the_same_file_under_another_number_is_shown_too(world: World, shelf: Path) -> None:
    steps.registered(world)
    answer = sent(world, printed_code="99/KH", file=file("khac.pdf", steps.blank_pdf()))
    assert (answer.status_code, "Có thể đã đăng ký" in answer.content.decode()) == (409, True)


def test_a_stale_form_keeps_its_words_and_changes_nothing(world: World, shelf: Path) -> None:
    entry = steps.registered(world)
    address = reverse("registry:incoming_edit", args=[entry.pk])
    first, second = browser(world.clerk), browser(world.clerk)
    assert first.post(address, typed(world, version=1, subject="Người thứ nhất")).status_code == 302
    before = kept(shelf)
    answer = second.post(address, typed(world, version=1, subject="Người thứ hai"))
    assert answer.status_code == 412
    assert "vừa được người khác thay đổi" in answer.content.decode()
    assert "Người thứ hai" in answer.content.decode()
    entry.document.refresh_from_db()
    assert entry.document.subject == "Người thứ nhất"
    assert kept(shelf) == before


def test_of_two_on_one_draft_the_second_upload_is_told_and_not_stored(world: World, shelf: Path) -> None:
    outgoing = steps.drafted(world, with_file=False)
    address = reverse("registry:outgoing_upload", args=[outgoing.pk])
    client = browser(world.officer)
    assert client.post(address, {"version": 1, "file": file("a.pdf", factories.pdf())}).status_code == 302
    before = kept(shelf)
    answer = client.post(address, {"version": 1, "file": file("b.pdf", steps.blank_pdf("khác"))})
    assert (answer.status_code, "vừa được người khác thay đổi" in answer.content.decode()) == (412, True)
    assert kept(shelf) == before


@pytest.mark.parametrize("level", ["secret", "top-secret", "absolute-secret"])
def test_a_declared_secret_leaves_an_incident_and_nothing_else(world: World, shelf: Path, level: str) -> None:
    before = kept(shelf)
    answer = sent(world, secrecy=level, file=file("cong-van.pdf", factories.pdf()))
    assert (answer.status_code, "không được đưa lên hệ thống này" in answer.content.decode()) == (409, True)
    assert kept(shelf) == before
    assert Incident.objects.get().level == level


def draft(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "kind_code": letter_kind(world.office, DAY).code,
        "subject": steps.SUBJECT,
        "signer": str(position(world.leader).pk),
    }
    return {**values, **changes}


@pytest.mark.parametrize("change", [{"secrecy": "secret"}, {"subject": "TỐI MẬT\nvề việc bố trí"}])
def test_a_secret_draft_is_refused_with_and_without_a_file(world: World, shelf: Path, change: dict) -> None:
    before = kept(shelf)
    client = browser(world.officer)
    for more in ({}, {"file": file("du-thao.pdf", factories.pdf())}):
        answer = client.post(reverse("registry:outgoing_new"), draft(world, **change, **more))
        assert (answer.status_code, "không được đưa lên hệ thống này" in answer.content.decode()) == (409, True)
    assert kept(shelf) == before
    assert client.post(reverse("registry:outgoing_new"), draft(world)).status_code == 302


def test_what_would_stop_a_draft_later_is_said_when_it_is_uploaded(world: World, shelf: Path) -> None:
    """The symbol that it prints is of another unit: refused on submission, told already now."""
    client = browser(world.officer)
    letter = draft_letter(world.office, [world.other], steps.SUBJECT, "tccb", on=DAY)
    wrong = file("du-thao.pdf", letter_pdf(letter))
    answer = client.post(reverse("registry:outgoing_new"), draft(world, file=wrong), follow=True)
    assert "chưa trình được" in answer.content.decode()
    assert "hãy sửa dự thảo cho khớp" in answer.content.decode()
    right = file("du-thao.pdf", letter_pdf(draft_letter(world.office, [world.other], steps.SUBJECT, "vtlt", on=DAY)))
    outgoing = Outgoing.objects.get()
    typed = {"version": outgoing.version, "file": right}
    answer = client.post(reverse("registry:outgoing_upload", args=[outgoing.pk]), typed, follow=True)
    assert "Đã thêm bản dự thảo mới" in answer.content.decode()
    assert "chưa trình được" not in answer.content.decode()


def test_a_reading_of_a_dropped_file_stores_nothing(world: World, shelf: Path) -> None:
    before = kept(shelf)
    client = browser(world.clerk)
    address = reverse("registry:incoming_read")
    read = client.post(address, {"file": file("cong-van.pdf", steps.draft_pdf(world)), "issuer_name": "Nơi khác"})
    assert read.status_code == 200
    assert "Nơi khác" in read.content.decode()
    for data, status in ((b"not a pdf", 409), (factories.encrypted_pdf(), 409)):
        assert client.post(address, {"file": file("cong-van.pdf", data)}).status_code == status
    assert client.post(address, {}).status_code == 200
    assert kept(shelf) == before


@pytest.mark.parametrize(
    "query", [{"cursor": "x" * 5_000}, {"book": "không phải mã"}, {"status": "lạ"}, {"q": "x" * 10_000}, {"q": "\x00"}]
)
def test_a_broken_address_of_a_list_is_only_another_list(world: World, query: dict) -> None:
    client = browser(world.clerk)
    for name in ("registry:incoming_list", "registry:outgoing_list", "records:file_list"):
        assert client.get(reverse(name), query).status_code == 200
