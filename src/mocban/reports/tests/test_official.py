"""Printed forms: columns of the law data, the text as it stands, for those who may see the object."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from mocban.archives.models import Submission, SubmittedFile
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people import grants
from mocban.people.choices import Role
from mocban.portal.tests.world import NOON, Body
from mocban.reports import official, printing

from .reading import text_of

TODAY = date(2026, 9, 10)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(body):
    return body.position(Role.OFFICER)


@pytest.fixture
def file(body, officer):
    made = body.file(officer, permanent=True, title="Hồ sơ về phòng cháy", state="submitted", ended_on=TODAY)
    for pages, subject in ((3, "Trích yếu thứ nhất"), (1, "Trích yếu thứ hai"), (None, "Không rõ số trang")):
        document = body.document(subject, page_amount=pages)
        body.attach(document, "main")
        body.put(made, document)
    return made


@pytest.fixture
def submission(body, officer, file):
    sent = Submission.objects.create(
        organisation=body.organisation,
        unit=body.unit,
        title="Tài liệu năm 2026 của phòng",
        sent_by="Người giao, Chuyên viên",
        sent_at=NOON,
    )
    limited = body.file(officer, title="Hồ sơ mười năm", state="submitted", ended_on=TODAY)
    for place, one in enumerate((file, limited), start=1):
        SubmittedFile.objects.create(submission=sent, file=one, ordinal=place)
    grants.allow(sent, [grants.unit_token(body.unit.pk)], reason="test")
    return sent


def receive(submission):
    submission.state = "received"
    submission.received_by = "Người nhận, Lưu trữ viên"
    submission.received_at = NOON
    submission.condition = "Đầy đủ, còn tốt"
    submission.save()


def test_the_contents_list_has_the_columns_of_the_decree_and_page_ranges_while_known(file):
    words = text_of(official.contents_list_pdf(file, on=TODAY))
    for column in ("Số TT", "Số, ký hiệu", "Tên loại và trích yếu nội dung", "Tác giả văn bản", "Ghi chú"):
        assert column in words
    assert "Công văn: Trích yếu thứ nhất" in words
    assert "1–3" in words
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert "In từ hệ thống" in words
    assert "chờ xác nhận" not in words


def test_a_party_body_prints_its_own_head_and_says_that_the_columns_await_confirmation(db):
    party = Body(code="A1", regime="party", name="Đảng ủy Thử nghiệm")
    made = party.file(party.position(Role.OFFICER))
    words = text_of(official.contents_list_pdf(made, on=TODAY))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    assert "CỘNG HÒA" not in words
    assert "chờ xác nhận" in words


def test_permanent_and_limited_files_stand_in_two_lists(submission):
    words = text_of(official.submission_list_pdf(submission, on=TODAY))
    first, second = words.split("Hồ sơ bảo quản có thời hạn")
    assert "Hồ sơ về phòng cháy" in first
    assert "Thời hạn bảo quản" not in first
    assert "Hồ sơ mười năm" in second
    assert "10 năm" in second


def test_minutes_name_both_sides_the_amounts_and_the_condition(submission):
    receive(submission)
    words = text_of(official.handover_minutes_pdf(submission, on=TODAY))
    assert "BIÊN BẢN GIAO NHẬN HỒ SƠ, TÀI LIỆU" in words
    for part in (
        "Người giao, Chuyên viên",
        "Người nhận, Lưu trữ viên",
        "Số hồ sơ điện tử: 2",
        "Số tệp tin: 3",
        "Đầy đủ, còn tốt",
        basis("receive_file", on=NOON.date(), regime="state").citation,
    ):
        assert part in words, part


def test_there_are_no_minutes_before_the_archives_took_the_files_over(submission):
    with pytest.raises(RuleBroken) as refused:
        official.handover_minutes_pdf(submission, on=TODAY)
    assert refused.value.code == "minutes.not_received"


def test_markup_of_the_printer_in_a_title_is_only_text(file):
    file.title = '#read("/etc/passwd") *a* _b_ $c$ @d <e> \\ // # ` [ ]'
    words = text_of(official.contents_list_pdf(file, on=TODAY))
    assert '#read("/etc/passwd") *a* _b_ $c$ @d <e>' in words


def test_every_vietnamese_letter_is_printed_with_the_liberation_font(file):
    file.title = "ẮẰẲẴẶ ắằẳẵặ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲÝỶỸỴ Đđ"
    pdf = official.contents_list_pdf(file, on=TODAY)
    assert file.title in text_of(pdf)
    assert b"LiberationSerif" in pdf


def test_a_letter_that_no_font_has_is_shown_by_a_sign_and_does_not_stop_the_print(file):
    file.title = "trước 文 🦊 \u0007 sau"
    assert "trước □ □ □ sau" in text_of(official.contents_list_pdf(file, on=TODAY))


def test_a_list_that_nobody_would_print_is_refused():
    with pytest.raises(RuleBroken) as refused:
        printing.check_size(printing.MOST_ROWS + 1)
    assert refused.value.code == "report.too_long"
    printing.check_size(printing.MOST_ROWS)


@pytest.mark.parametrize("name", ["contents_pdf", "submission_pdf", "minutes_pdf", "register_pdf"])
def test_forms_are_for_those_who_see_the_object(body, file, submission, officer, client, name):
    receive(submission)
    pk = {"contents_pdf": file.pk, "register_pdf": body.books["incoming"].pk}.get(name, submission.pk)
    address = reverse(f"reports:{name}", args=[pk])
    assert client.get(address).status_code == 302
    client.force_login(Body(code="Z9", name="Cơ quan khác").position(Role.HEAD_OF_OFFICE, Role.ARCHIVIST).person)
    assert client.get(address).status_code == 404
    client.force_login((body.position(Role.CLERK) if name == "register_pdf" else officer).person)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"


def test_minutes_asked_for_too_early_get_a_sentence(submission, officer, client):
    client.force_login(officer.person)
    answer = client.get(reverse("reports:minutes_pdf", args=[submission.pk]))
    assert answer.status_code == 409
    assert "đã tiếp nhận" in answer.content.decode()
