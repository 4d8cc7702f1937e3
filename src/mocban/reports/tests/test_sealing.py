"""Sealed volumes: what was printed stays, what is corrected afterwards is shown as such."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from mocban.content.services import read_bytes
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.portal.tests.world import Body
from mocban.records.services.documents import DocumentFields, update_document
from mocban.registry.services.volumes import seal_volume
from mocban.reports.corrections import corrections_of
from mocban.reports.paper import print_sheet
from mocban.reports.registers import book_sheet
from mocban.reports.sealing import print_and_seal, sealed_pdf

from .reading import text_of

TODAY = date(2026, 9, 10)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(body):
    return body.position(Role.CLERK)


@pytest.fixture
def clerk(desk):
    return actor_of(desk)


@pytest.fixture
def book(body):
    """A locked incoming book with two entries."""
    for subject in ("Mời họp", "Báo cáo quý"):
        body.incoming(subject, document=body.document(subject, code_number="5", code_notation="SNV"))
    book = body.books["incoming"]
    book.state = "locked"
    book.save()
    return book


def correct(document, clerk, **changed):
    """Correct fields of a document as the desk does."""
    document.refresh_from_db()
    names = DocumentFields.__dataclass_fields__
    fields = {name: getattr(document, name) for name in names}
    return update_document(document=document, values=DocumentFields(**{**fields, **changed}), actor=clerk, on=TODAY)


def test_a_sealed_volume_keeps_its_pdf_its_hash_its_range_and_who_printed_it(book, clerk):
    volume = print_and_seal(book, actor=clerk, on=TODAY)
    numbers = sorted(book.incoming.values_list("number_value", flat=True))
    assert (volume.first_number, volume.last_number, volume.entries) == (numbers[0], numbers[-1], 2)
    assert volume.printed_on == TODAY
    assert clerk.person_name in volume.printed_by
    pdf = sealed_pdf(volume)
    assert sha256_hex(pdf) == volume.sha256
    assert "Công văn: Mời họp" in text_of(pdf)


def test_what_is_corrected_after_sealing_is_shown_as_such_and_the_sealed_print_stays(book, clerk):
    volume = print_and_seal(book, actor=clerk, on=TODAY)
    entry = book.incoming.order_by("number_value").first()
    correct(entry.document, clerk, subject="Mời họp giao ban", issued_on=date(2026, 8, 30))
    correct(entry.document, clerk, subject="Mời họp giao ban tháng 9")
    found = [one for marks in corrections_of(book, clerk).values() for one in marks]
    assert {(one.label, one.before, one.after) for one in found} == {
        ("Trích yếu", "Mời họp", "Mời họp giao ban"),
        ("Trích yếu", "Mời họp giao ban", "Mời họp giao ban tháng 9"),
        ("Ngày văn bản", "01/09/2026", "30/08/2026"),
    }
    assert [one.ordinal for one in found] == [1, 2, 3]
    words = text_of(print_sheet(book_sheet(book, actor=clerk, on=TODAY)).data)
    assert "Công văn: Mời họp giao ban tháng 9" in words
    assert "Đính chính (1, 2, 3)" in words
    assert "Đính chính sau khi in quyển" in words
    assert "giao ban" not in text_of(sealed_pdf(volume))


def test_what_was_corrected_before_sealing_is_no_correction_of_the_print(book, clerk):
    entry = book.incoming.first()
    correct(entry.document, clerk, subject="Đã sửa trước khi in")
    print_and_seal(book, actor=clerk, on=TODAY)
    assert corrections_of(book, clerk) == {}


def test_words_of_a_frozen_document_appear_in_no_list_of_corrections(book, clerk):
    print_and_seal(book, actor=clerk, on=TODAY)
    document = book.incoming.order_by("number_value").first().document
    correct(document, clerk, subject="Chữ mới")
    document.refresh_from_db()
    document.state = "frozen"
    document.save()
    [[one]] = corrections_of(book, clerk).values()
    assert (one.before, one.after) == ("(không hiển thị)", "(không hiển thị)")


@pytest.mark.parametrize("state", ["frozen", "erased"])
def test_a_sealed_print_is_withheld_once_a_document_in_it_is(book, clerk, state):
    volume = print_and_seal(book, actor=clerk, on=TODAY)
    document = book.incoming.first().document
    document.state = state
    document.save()
    with pytest.raises(RuleBroken) as refused:
        sealed_pdf(volume)
    assert refused.value.code == "volume.withheld"


def seal(book, clerk, **changed):
    numbers = sorted(book.incoming.values_list("number_value", flat=True)) or [1]
    given = {"first": numbers[0], "last": numbers[-1], "rows": len(numbers), "read_at": timezone.now(), "data": b"%PDF"}
    return seal_volume(**{"book": book, "actor": clerk, "on": TODAY, **given, **changed})


def test_sealing_is_refused_for_what_is_open_empty_incomplete_or_sealed_before(book, body, clerk):
    def refused(**changed) -> str:
        with pytest.raises(RuleBroken) as problem:
            seal(book, clerk, **changed)
        return problem.value.code

    assert refused(rows=1) == "volume.incomplete"
    assert refused(rows=0) == "volume.empty"
    book.state = "open"
    book.save()
    assert refused() == "volume.book_open"
    book.state = "closed"
    book.save()
    seal(book, clerk)
    assert refused() == "volume.sealed"


def test_only_the_desk_seals(book, body):
    with pytest.raises(PermissionDenied):
        seal(book, body.actor(Role.LEADER))


def test_after_reopening_the_next_volume_holds_only_what_no_volume_shows(book, body, clerk):
    first = print_and_seal(book, actor=clerk, on=TODAY)
    late = body.incoming("Đến sau")
    second = print_and_seal(book, actor=clerk, on=TODAY)
    assert second.first_number == second.last_number == late.number_value > first.last_number
    words = text_of(read_bytes(second.object))
    assert "Đến sau" in words
    assert "Mời họp" not in words


def test_the_page_seals_lists_and_opens_volumes(book, desk, clerk, client):
    address = reverse("reports:volumes", args=[book.pk])
    client.force_login(desk.person)
    assert "Chưa có quyển nào" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    volume = book.printed_volumes.get()
    words = client.get(address).content.decode()
    assert volume.sha256 in words
    assert "In và đóng quyển" not in words  # nothing is left to seal
    answer = client.get(reverse("reports:volume_pdf", args=[book.pk, volume.pk]))
    assert (answer.status_code, sha256_hex(answer.content)) == (200, volume.sha256)
    again = client.post(address)
    assert again.status_code == 409
    assert "đã có trong một quyển" in again.content.decode()


def test_volumes_are_for_those_who_see_the_book(book, clerk, client):
    volume = print_and_seal(book, actor=clerk, on=TODAY)
    stranger = Body(code="Z9", name="Cơ quan khác")
    client.force_login(stranger.position(Role.CLERK).person)
    for address in (
        reverse("reports:volumes", args=[book.pk]),
        reverse("reports:volume_pdf", args=[book.pk, volume.pk]),
        reverse("reports:volume_pdf", args=[stranger.books["incoming"].pk, volume.pk]),
    ):
        assert client.get(address).status_code == 404
