"""The verbs of capture: look at a file before it is stored, read the text of a stored one, convert, forget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.examine import Examined
from mocban.content.formats import ALLOWED
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.lib.text import nfc
from mocban.people.actor import Actor, system_actor
from mocban.secrecy import services as secrecy
from mocban.secrecy.choices import Channel
from mocban.secrecy.marks import Mark, detect_marks

from . import access, adapters, events
from .choices import ExtractionState, Method
from .models import Extraction
from .ports import CaptureFailed

INTAKE_PAGES = 30  # read while the clerk waits; the background reads and checks the rest
OCR_PAGES = 300  # of one file; more would hold the queue for hours
OCR_DPI = 300
OFFICE = frozenset({"doc", "docx", "odt", "xls", "xlsx", "ods", "pptx"})
PICTURES = frozenset({"pdf", "png", "jpg", "jpeg", "tif", "tiff"})
_AGAIN = RetryStrategy(max_attempts=3, exponential_wait=10)


@dataclass(frozen=True)
class IntakeText:
    """What could be read before storing. `readable` is False for scans and files that the reader gives up on."""

    text: str
    readable: bool


def intake_text(data: bytes, examined: Examined) -> IntakeText:
    """Read the first pages of a file in memory, for the secrecy check and for filling the form. Never raises.

    A file that cannot be read now may still be stored: its text is read in the background, where it is checked again.
    """
    try:
        read = adapters.extractor().text(data, examined.extension, first_pages=INTAKE_PAGES)
    except CaptureFailed:
        return IntakeText("", readable=False)
    return IntakeText(_joined(read.pages), readable=read.has_words)


def to_pdf(data: bytes, examined: Examined) -> bytes:
    """Convert an office file that has passed the secrecy check.

    Raises RuleBroken `capture.no_pdf` for a format that is not converted, `capture.not_converted` when it fails.
    """
    if examined.extension not in OFFICE:
        message = _("Tệp “%(name)s” không thuộc loại chuyển được sang PDF.")
        raise RuleBroken("capture.no_pdf", message % {"name": examined.safe_name})
    try:
        return adapters.converter().to_pdf(data, examined.extension)
    except CaptureFailed as failed:
        message = _("Không chuyển được tệp “%(name)s” sang PDF: %(reason)s")
        raise RuleBroken(
            "capture.not_converted", message % {"name": examined.safe_name, "reason": _reason(failed)}
        ) from failed


def extract(*, stored: DigitalObject, actor: Actor) -> Extraction:
    """Read the text layer of a stored object and keep it; a scan is handed on to recognition.

    Idempotent: what is read is not read again. The file is read outside any transaction, for reading takes time.
    A secrecy mark found here freezes the object and opens an incident; then no text is kept. Raises PermissionDenied.
    """
    access.require(actor, "text.extract", stored)
    extraction, _made = Extraction.objects.get_or_create(object=stored)
    if extraction.state != ExtractionState.WAITING or not _is_stored(stored):
        return extraction
    extension = _extension(stored)
    try:
        read = adapters.extractor().text(content.read_bytes(stored), extension)
    except CaptureFailed as failed:
        if extension in OFFICE and failed.reason == "crash":
            recognise_text.defer(object_id=str(stored.pk))
            return extraction
        return _fail(stored, _reason(failed), actor)
    if read.has_words:
        return _keep(stored, read.pages, read.total, Method.EMBEDDED, actor)
    if extension in PICTURES:
        recognise_text.defer(object_id=str(stored.pk))
        return extraction
    return _fail(stored, _("Tệp không có chữ."), actor)


@app.task(queue="bulk", name="capture.extract_text", pass_context=False, retry=_AGAIN)
def extract_text(object_id: str) -> None:
    """Read the text of an object in the background."""
    stored = DigitalObject.objects.select_related("organisation").get(pk=object_id)
    extract(stored=stored, actor=system_actor(stored.organisation))


def recognise(*, stored: DigitalObject, actor: Actor) -> Extraction:
    """Read a scan by character recognition, or an office file that its reader gave up on by converting it.

    Idempotent, and checked for secrecy marks, as `extract`. Raises PermissionDenied.
    """
    access.require(actor, "text.extract", stored)
    extraction, _made = Extraction.objects.get_or_create(object=stored)
    if extraction.state != ExtractionState.WAITING or not _is_stored(stored):
        return extraction
    data, extension = content.read_bytes(stored), _extension(stored)
    try:
        if extension in OFFICE:
            pdf = adapters.converter().to_pdf(data, extension)
            pages, method = adapters.extractor().text(pdf, "pdf").pages, Method.OFFICE
        else:
            pages, method = _recognised_pages(data, extension), Method.OCR
    except CaptureFailed as failed:
        return _fail(stored, _reason(failed), actor)
    if not any(character.isalnum() for page in pages for character in page):
        return _fail(stored, _("Không nhận ra chữ nào trên ảnh."), actor)
    return _keep(stored, pages, len(pages), method, actor)


@app.task(queue="heavy", name="capture.recognise_text", pass_context=False, retry=_AGAIN)
def recognise_text(object_id: str) -> None:
    """Recognise a scan in the background."""
    stored = DigitalObject.objects.select_related("organisation").get(pk=object_id)
    recognise(stored=stored, actor=system_actor(stored.organisation))


@transaction.atomic
def forget_ids(object_ids: Iterable[UUID], *, actor: Actor, reason: str = "") -> None:
    """Remove the text read from the objects of an incident (settings.SECRECY_FREEZERS and SECRECY_ERASERS).

    `reason` says why where it is not a secret.
    """
    rows = Extraction.objects.select_for_update(of=["self"]).select_related("object")
    for extraction in rows.filter(object_id__in=list(object_ids)):
        access.require(actor, "text.forget", extraction.object)
        if not extraction.text and extraction.state == ExtractionState.FAILED:
            continue
        extraction.text, extraction.state = "", ExtractionState.FAILED
        extraction.reason = reason or _("Đã xóa vì phát hiện dấu hiệu bí mật nhà nước.")
        extraction.save(update_fields=["text", "state", "reason"])
        audit.record(actor, events.TEXT_FORGOTTEN, extraction.object)


def _recognised_pages(data: bytes, extension: str) -> list[str]:
    pages: list[str] = []
    total = 1
    while len(pages) < min(total, OCR_PAGES):
        png, total = adapters.extractor().picture(data, extension, page=len(pages), dpi=OCR_DPI)
        pages.append(adapters.recogniser().recognise(png))
    return pages


def _keep(stored: DigitalObject, pages: list[str], total: int | None, method: Method, actor: Actor) -> Extraction:
    text = _joined(pages)
    mark = detect_marks(text)
    if mark is not None:
        return _seize(stored, mark, actor)
    with transaction.atomic():
        extraction = Extraction.objects.select_for_update().get(object=stored)
        if extraction.state != ExtractionState.WAITING or not _is_stored(stored):
            return extraction
        extraction.text, extraction.pages, extraction.method = text, total, method
        extraction.state, extraction.done_at = ExtractionState.DONE, timezone.now()
        extraction.save()
        with override("vi"):
            audit.record(actor, events.TEXT_READ, stored, details={"method": str(method.label)})
    return extraction


def _seize(stored: DigitalObject, mark: Mark, actor: Actor) -> Extraction:
    """A secret got in unseen, as a scan does: the same incident as at the door, and nothing of its text is kept."""
    with transaction.atomic():
        secrecy.report_after_storing(
            objects={stored.pk: stored.sha256},
            level=mark.level,
            channel=Channel.CAPTURE,
            actor=actor,
            organisation=stored.organisation,
        )
    return Extraction.objects.get(object=stored)


def _fail(stored: DigitalObject, reason: str, actor: Actor) -> Extraction:
    with transaction.atomic():
        extraction = Extraction.objects.select_for_update().get(object=stored)
        if extraction.state == ExtractionState.WAITING:
            extraction.state, extraction.reason, extraction.done_at = ExtractionState.FAILED, reason, timezone.now()
            extraction.save()
            audit.record(actor, events.TEXT_FAILED, stored, details={"reason": reason})
    return extraction


def _joined(pages: list[str]) -> str:
    """Pages in NFC, parted by form feeds; a NUL cannot be stored and means nothing."""
    return "\f".join(nfc(page).replace("\x00", "") for page in pages)


def _is_stored(stored: DigitalObject) -> bool:
    return DigitalObject.objects.filter(pk=stored.pk, state=ObjectState.STORED).exists()


def _extension(stored: DigitalObject) -> str:
    """By media type, which was examined, rather than by name."""
    return next((name for name, known in ALLOWED.items() if known.media_type == stored.media_type), "")


def _reason(failed: CaptureFailed) -> str:
    reasons = {
        "timeout": _("đọc quá lâu nên đã dừng."),
        "memory": _("tệp đòi quá nhiều bộ nhớ khi mở."),
        "missing": _("máy chủ chưa cài chương trình cần thiết; hãy báo quản trị."),
    }
    return reasons.get(failed.reason, _("tệp hỏng hoặc có cấu trúc lạ."))
