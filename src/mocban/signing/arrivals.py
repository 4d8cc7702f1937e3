"""Signatures of what has just come in: queued for checking, and shown before anybody accepts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mocban.content.choices import ObjectState
from mocban.content.models import DigitalObject

from . import report_selectors, services, sniff
from .choices import Verdict
from .models import Verification
from .report_selectors import Report
from .verification.detect import CMS, detect


@dataclass(frozen=True)
class Arrived:
    """One file that came in. Without a report it is being checked, or it is of a kind that carries no signature."""

    name: str
    report: Report | None
    waiting: bool
    stored: DigitalObject | None = None


@dataclass(frozen=True)
class Arrivals:
    """The files of one packet, mail or upload, as the page shows them before they are accepted."""

    files: tuple[Arrived, ...]

    @property
    def waiting(self) -> bool:
        return any(one.waiting for one in self.files)

    @property
    def told(self) -> bool:
        """Whether there is anything to say of any file."""
        return any(one.waiting or one.report is not None for one in self.files)

    @property
    def invalid(self) -> list[Arrived]:
        """The files whose signatures are not valid: they are accepted only by somebody who has seen that."""
        return [one for one in self.files if one.report is not None and one.report.verdict == Verdict.INVALID]

    @property
    def ids(self) -> list[str]:
        return [str(one.stored.pk) for one in self.files if one.stored is not None]


def queue(objects: Sequence[DigitalObject]) -> None:
    """Queue the check of stored files that came in together."""
    services.verify_arrived(objects)


def shown(objects: Sequence[DigitalObject]) -> Arrivals:
    """Return what is known of stored files that came in together; one query however many they are."""
    rows = Verification.objects.filter(object__in=objects, latest=True).select_related("companion")
    known = {row.object_id: row for row in rows}
    return Arrivals(tuple(_arrived(stored, known.get(stored.pk)) for stored in objects))


def _arrived(stored: DigitalObject, row: Verification | None) -> Arrived:
    report = report_selectors.shown(row) if row else None
    checkable = stored.media_type in sniff.SIGNABLE and stored.state == ObjectState.STORED
    return Arrived(stored.name, report, waiting=report is None and checkable, stored=stored)


def checked_now(objects: Sequence[DigitalObject]) -> Arrivals:
    """Check at once what has not been checked yet, and return all of it. Call it outside a transaction."""
    services.verify_now(objects)
    return shown(objects)


def judged(files: Sequence[tuple[str, bytes, str]]) -> Arrivals:
    """Judge uploads (name, bytes, SHA-256) in memory before anything of them is stored."""
    return Arrivals(tuple(_judged(place, files) for place in range(len(files))))


def _judged(place: int, files: Sequence[tuple[str, bytes, str]]) -> Arrived:
    name, data, _digest = files[place]
    if not sniff.may_be_signed(data):
        return Arrived(name, None, waiting=False)
    signed = None
    if detect(data) == CMS:
        others = [sniff.Beside(other, sha256, _reader(held)) for other, held, sha256 in files if held is not data]
        beside = sniff.signed_beside(data, name, others)
        signed = beside.read() if beside else None
    report = report_selectors.shown(services.judge_only(data, signed=signed))
    return Arrived(name, report, waiting=False)


def _reader(data: bytes) -> Callable[[], Any]:
    return lambda: data
