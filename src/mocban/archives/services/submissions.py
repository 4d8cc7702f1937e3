"""Hand closed files over to the archives, receive them with minutes, or return them (NĐ 30/2020, Điều 30)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Unit
from mocban.people.selectors import holders
from mocban.records import events as record_events
from mocban.records import rules as record_rules
from mocban.records.choices import FileState
from mocban.records.models import Document, File

from .. import access, events, rules
from ..models import Holding, Submission, SubmittedFile


@transaction.atomic
def submit_files(*, unit: Unit, files: Sequence[File], title: str, actor: Actor, on: date) -> Submission:
    """A unit hands closed files over: the list is fixed, the archivist sees files and documents.

    Raises PermissionDenied, RuleBroken("submission.empty" | "file.wrong_state").
    """
    submission = Submission(organisation=unit.organisation, unit=unit, title=clean_line(title)[:300])
    access.require(actor, "submission.send", submission)
    held = basis("submit_file", on=on, regime=unit.organisation.regime)
    locked = list(File.objects.select_for_update().filter(pk__in=[file.pk for file in files], unit=unit))
    rules.check_lines(len(locked), citation=held.citation)
    submission.sent_by = f"{actor.person_name}, {actor.position_title}"
    submission.sent_at = timezone.now()
    submission.title = submission.title or unit.name
    submission.save()
    archivist = [grants.role_token(unit.organisation_id, Role.ARCHIVIST)]
    grants.allow(
        submission,
        [*archivist, grants.unit_token(unit.pk), grants.role_token(unit.organisation_id, Role.HEAD_OF_OFFICE)],
        reason="submission",
    )
    for place, file in enumerate(sorted(locked, key=lambda file: (not file.permanent, file.notation)), start=1):
        file.state = record_rules.next_file_state(file.state, "submit")
        file.version += 1
        file.save(update_fields=["state", "version"])
        SubmittedFile.objects.create(submission=submission, file=file, ordinal=place)
        grants.allow(file, archivist, reason="submission")
        documents = documents_of(file)
        for document in documents:
            grants.allow(document, archivist, reason="submission")
        audit.record(actor, record_events.FILE_SUBMITTED, file, basis=held.citations, about=documents)
    audit.record(actor, events.SUBMISSION_SENT, submission, basis=held.citations, details={"files": len(locked)})
    notices.send(
        events.TELL_SUBMISSION,
        to=holders(unit.organisation_id, Role.ARCHIVIST, on=on),
        about=submission,
        url=f"/archives/submissions/{submission.pk}/",
    )
    return submission


def documents_of(file: File) -> list[Document]:
    """The documents of a file; the trail names them so that the index learns of their new readers."""
    return list(Document.objects.filter(file_entries__file=file))


def take_back(file: File) -> None:
    """The archivist sees a returned file no more, nor those of its documents that no other file brings along."""
    archivist = [grants.role_token(file.organisation_id, Role.ARCHIVIST)]
    grants.withdraw(file, archivist, reason="submission")
    for document in documents_of(file):
        if not document.file_entries.filter(file__state__in=[FileState.SUBMITTED, FileState.ARCHIVED]).exists():
            grants.withdraw(document, archivist, reason="submission")


def relock(submission: Submission, version: int | None) -> Submission:
    held: Submission = (
        Submission.objects.select_for_update().select_related("organisation", "unit").get(pk=submission.pk)
    )
    record_rules.check_version(version, held.version)
    return held


@transaction.atomic
def receive_submission(
    *, submission: Submission, condition: str, actor: Actor, on: date, version: int | None = None
) -> Submission:
    """The archivist takes every file of the list into custody; the minutes (biên bản giao nhận) follow from the row.

    Raises PermissionDenied, Stale, RuleBroken("submission.wrong_state" | "submission.no_condition").
    """
    access.require(actor, "submission.receive", submission)
    submission = relock(submission, version)
    held = basis("receive_file", on=on, regime=submission.organisation.regime)
    condition = clean_line(condition)
    if not condition:
        raise RuleBroken("submission.no_condition", _("Hãy ghi tình trạng tài liệu khi giao nhận."), held.citation)
    submission.state = rules.next_submission(submission.state, "receive")
    submission.condition = condition
    submission.received_by = f"{actor.person_name}, {actor.position_title}"
    submission.received_at = timezone.now()
    submission.version += 1
    submission.save()
    lines = list(submission.lines.select_related("file"))
    for line in lines:
        file = File.objects.select_for_update().get(pk=line.file_id)
        file.state = record_rules.next_file_state(file.state, "receive")
        file.version += 1
        file.save(update_fields=["state", "version"])
        holding = Holding.objects.create(
            organisation=submission.organisation, file=file, submission=submission, received_at=submission.received_at
        )
        desks = (Role.ARCHIVIST, Role.HEAD_OF_OFFICE, Role.LEADER)
        grants.allow(holding, [grants.role_token(file.organisation_id, role) for role in desks], reason="archives")
        audit.record(actor, record_events.FILE_ARCHIVED, file, basis=held.citations, about=[holding])
    audit.record(actor, events.SUBMISSION_RECEIVED, submission, basis=held.citations, details={"files": len(lines)})
    tell_unit(submission, events.TELL_RECEIVED, on=on)
    return submission


@transaction.atomic
def return_submission(
    *, submission: Submission, reason: str, actor: Actor, on: date, version: int | None = None
) -> Submission:
    """Send the files back to the unit with a reason; the archivist sees them no more.

    Raises PermissionDenied, Stale, RuleBroken("submission.wrong_state" | "submission.no_reason").
    """
    access.require(actor, "submission.return", submission)
    submission = relock(submission, version)
    held = basis("receive_file", on=on, regime=submission.organisation.regime)
    reason = clean_line(reason)
    if not reason:
        raise RuleBroken("submission.no_reason", _("Hãy ghi lý do trả lại."), held.citation)
    submission.state = rules.next_submission(submission.state, "return")
    submission.return_reason = reason[:500]
    submission.version += 1
    submission.save(update_fields=["state", "return_reason", "version"])
    for line in submission.lines.select_related("file"):
        file = File.objects.select_for_update().get(pk=line.file_id)
        file.state = record_rules.next_file_state(file.state, "return")
        file.version += 1
        file.save(update_fields=["state", "version"])
        take_back(file)
        audit.record(
            actor,
            record_events.FILE_RETURNED,
            file,
            basis=held.citations,
            about=documents_of(file),
            details={"reason": reason},
        )
    audit.record(actor, events.SUBMISSION_RETURNED, submission, basis=held.citations, details={"reason": reason})
    tell_unit(submission, events.TELL_RETURNED, on=on)
    return submission


def tell_unit(submission: Submission, kind: str, *, on: date) -> None:
    """Tell the head of the unit that handed the files over."""
    notices.send(
        kind,
        to=holders(submission.organisation_id, Role.HEAD_OF_UNIT, on=on, unit_id=submission.unit_id),
        about=submission,
        url=f"/archives/submissions/{submission.pk}/",
    )
