"""Text is read once, failures are answers, and a secret found late is seized."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from mocban.audit.models import Event
from mocban.capture import selectors, services, tasks
from mocban.capture.choices import ExtractionState, Method
from mocban.capture.models import Extraction
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.examine import describe, examine
from mocban.content.tests import factories
from mocban.lib.errors import RuleBroken
from mocban.people.choices import Role
from mocban.secrecy.models import Incident
from mocban.secrecy.tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings, tmp_path):
    settings.CONTENT_ROOT = tmp_path
    settings.SECRECY_FREEZERS = ["mocban.content.services.freeze_ids", "mocban.capture.services.forget_ids"]
    settings.SECRECY_ERASERS = ["mocban.capture.services.forget_ids", "mocban.content.services.erase_ids"]


@pytest.fixture
def clerk():
    return people.actor(people.organisation(), Role.CLERK)


def keep(clerk, data, name):
    organisation = people.Organisation.objects.get(pk=clerk.organisation_id)
    return content.store(examined=examine(data, name), data=data, organisation=organisation, actor=clerk)


def jobs() -> list[str]:
    return list(ProcrastinateJob.objects.values_list("task_name", flat=True))


def test_the_text_of_a_document_is_kept_with_how_it_was_read(clerk):
    stored = keep(clerk, factories.docx("Kính gửi", "Văn phòng"), "a.docx")
    done = services.extract(stored=stored, actor=clerk)
    assert (done.state, done.method, done.text) == (ExtractionState.DONE, Method.EMBEDDED, "Kính gửi\nVăn phòng")
    assert selectors.texts([stored.pk]) == {stored.pk: "Kính gửi\nVăn phòng"}
    assert Event.objects.filter(verb="capture.text_read").count() == 1


def test_reading_twice_changes_nothing(clerk):
    stored = keep(clerk, factories.docx("Kính gửi"), "a.docx")
    services.extract_text(object_id=str(stored.pk))
    services.extract_text(object_id=str(stored.pk))
    assert Event.objects.filter(verb="capture.text_read").count() == 1


def test_a_scan_waits_for_recognition(clerk):
    stored = keep(clerk, factories.pdf(), "quet.pdf")
    assert services.extract(stored=stored, actor=clerk).state == ExtractionState.WAITING
    assert jobs() == ["capture.recognise_text"]


def test_an_empty_scan_fails_with_a_sentence(clerk):
    stored = keep(clerk, factories.pdf(), "quet.pdf")
    failed = services.recognise(stored=stored, actor=clerk)
    assert failed.state == ExtractionState.FAILED
    assert "Không nhận ra chữ" in failed.reason


def test_a_pdf_that_breaks_the_reader_fails_with_a_sentence(clerk):
    data = b"%PDF-1.7\nkhong phai pdf"
    organisation = people.Organisation.objects.get(pk=clerk.organisation_id)
    stored = content.store(
        examined=describe(data, "hong.pdf", "application/pdf"), data=data, organisation=organisation, actor=clerk
    )
    failed = services.extract(stored=stored, actor=clerk)
    assert (failed.state, failed.text) == (ExtractionState.FAILED, "")
    assert failed.reason
    assert content.read_bytes(stored) == data


def test_a_mark_found_after_storing_seizes_the_object_and_keeps_no_text(clerk):
    stored = keep(clerk, factories.docx("TỐI MẬT", "Số 5-BC/TU"), "a.docx")
    result = services.extract(stored=stored, actor=clerk)
    stored.refresh_from_db()
    assert stored.state == ObjectState.FROZEN
    assert (result.state, result.text) == (ExtractionState.FAILED, "")
    assert Incident.objects.get().object_ids == [str(stored.pk)]
    assert selectors.texts([stored.pk]) == {}


def test_freezing_forgets_a_text_read_before(clerk):
    stored = keep(clerk, factories.docx("Kính gửi"), "a.docx")
    services.extract(stored=stored, actor=clerk)
    services.forget_ids([stored.pk], actor=clerk)
    services.forget_ids([stored.pk], actor=clerk)
    assert Extraction.objects.get().text == ""
    assert Event.objects.filter(verb="capture.text_forgotten").count() == 1


def test_a_frozen_object_is_not_read(clerk):
    stored = keep(clerk, factories.docx("Kính gửi"), "a.docx")
    content.freeze(stored, actor=clerk)
    assert services.extract(stored=stored, actor=clerk).state == ExtractionState.WAITING
    assert selectors.stuck(before=stored.stored_at.replace(year=2100)) == []


def test_what_waited_too_long_is_asked_for_again(clerk, monkeypatch):
    stored = keep(clerk, factories.pdf(), "quet.pdf")
    services.extract(stored=stored, actor=clerk)
    assert selectors.waiting() == 1
    tasks.resume(timestamp=0)
    assert "capture.extract_text" not in jobs()
    content.DigitalObject.objects.update(stored_at=stored.stored_at.replace(year=2020))
    tasks.resume(timestamp=0)
    assert "capture.extract_text" in jobs()


@pytest.mark.parametrize(
    ("make", "name", "readable"),
    [
        (lambda: factories.docx("Số 5"), "a.docx", True),
        (factories.pdf, "quet.pdf", False),
        (factories.png, "a.png", False),
    ],
)
def test_before_storing_the_first_pages_are_read_in_memory(make, name, readable):
    data = make()
    read = services.intake_text(data, examine(data, name))
    assert read.readable is readable
    assert bool(read.text.strip()) is readable
    assert not Extraction.objects.exists()


def test_a_broken_file_is_unreadable_but_no_error():
    data = b"%PDF-1.7\nhong"
    assert services.intake_text(data, examine(data, "hong.pdf")).readable is False


def test_a_format_that_is_not_converted_is_refused_in_words():
    data = factories.png()
    with pytest.raises(RuleBroken) as caught:
        services.to_pdf(data, examine(data, "anh.png"))
    assert caught.value.code == "capture.no_pdf"
