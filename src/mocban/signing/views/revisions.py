"""What a signature covers: its bytes to see or take away, and its pages beside those of the present file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mocban.audit import services as audit
from mocban.audit.models import ReadKind
from mocban.content import services as content
from mocban.content.download import harmless, streamed
from mocban.content.models import DigitalObject
from mocban.content.selectors import holder
from mocban.lib.disk import DiskFile
from mocban.lib.errors import RuleBroken
from mocban.ui.pages import page

from .. import report_selectors, selectors
from ..pdf import comparison
from .objects import readable_object

PDF = "application/pdf"
KEPT_SECONDS = 600  # how long the places of differences (no content) are remembered
SIDES = ("signed", "now")


def _signed(request: Any, pk: UUID, place: int) -> tuple[DigitalObject, report_selectors.Card, DiskFile]:
    """The object, the signature of that place in its last report, and the file; else 404."""
    stored = readable_object(request, pk)
    found = selectors.last_verification(pk)
    report = report_selectors.shown(found) if found else None
    if report is None or report.file.format != "pdf" or not 1 <= place <= len(report.cards):
        raise Http404
    card = report.cards[place - 1]
    file = content.read_file(stored)
    if not 0 < card.finding.covered <= file.size:
        raise Http404
    return stored, card, file


@require_safe
def signed_revision(request: Any, pk: UUID, place: int) -> HttpResponseBase:
    """Send what a signature covers, as it was when it was signed. `?download=1` saves instead of showing."""
    stored, card, file = _signed(request, pk, place)
    saves = "download" in request.GET
    audit.read(request.actor, stored, ReadKind.DOWNLOADED if saves else ReadKind.VIEWED)
    stem, _dot, extension = stored.name.rpartition(".")
    name = f"{stem or stored.name} - ban da ky {place}.{extension or 'pdf'}"
    response = streamed(file, card.finding.covered)
    harmless(response, name=name, media_type=PDF, saves=saves)
    return response


@require_safe
def compare(request: Any, pk: UUID, place: int) -> HttpResponse:
    """The signed revision beside the present file, one page at a time, those with differences first."""
    stored, card, file = _signed(request, pk, place)
    audit.read(request.actor, stored)
    context: dict[str, Any] = {
        "title": _("Bản đã ký và tệp hiện tại"),
        "stored": stored,
        "holder": holder(pk, request.actor),
        "card": card,
        "refused": "",
    }
    try:
        found = _compared(stored, file, card.finding.covered)
    except RuleBroken as refused:
        return page(request, "signing/compare.html", {**context, "refused": str(refused.message)})
    pages = found.ordered
    asked = request.GET.get("page", "")
    at = next((number for number, one in enumerate(pages) if str(one.page) == asked), 0)
    context |= {
        "found": found,
        "pages": pages,
        "differing": sum(one.differs for one in pages),
        "at": pages[at] if pages else None,
        "previous": pages[at - 1] if at > 0 else None,
        "next": pages[at + 1] if at + 1 < len(pages) else None,
        "added": [one for one in card.added if pages and one.page in (0, pages[at].page)],
    }
    return page(request, "signing/compare.html", context)


def _compared(stored: DigitalObject, file: DiskFile, covered: int) -> comparison.Compared:
    key = f"signing.compare:{stored.sha256}:{covered}"
    known: comparison.Compared | None = cache.get(key)
    if known is None:
        known = comparison.compare(file, covered)
        cache.set(key, known, KEPT_SECONDS)
    return known


@require_safe
def compare_picture(request: Any, pk: UUID, place: int, number: int, side: str) -> HttpResponse:
    """One page of one side as a picture."""
    stored, card, file = _signed(request, pk, place)
    if side not in SIDES:
        raise Http404
    covered = card.finding.covered if side == "signed" else file.size
    try:
        drawn = comparison.draw(file, covered, number)
    except RuleBroken as refused:
        raise Http404 from refused
    response = HttpResponse(drawn)
    harmless(response, name=f"trang-{number}.png", media_type="image/png", saves=False)
    return response
