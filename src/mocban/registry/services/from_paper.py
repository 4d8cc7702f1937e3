"""Issue an electronic document from paper: the scan with the organisation's signature (NĐ 30/2020, Điều 18 khoản 6)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.signing import services as signing
from mocban.signing.pdf.copy_values import ALL_PAGES
from mocban.signing.sniff import may_be_signed

from .. import access, copy_rules, events
from ..choices import OutgoingOrigin
from ..models import Outgoing
from .drafting import locked

PDF = "application/pdf"
FULL_COPY = "full-copy"  # a whole copy from paper is what such a document is by law


@transaction.atomic
def issue_from_paper(
    *,
    outgoing: Outgoing,
    actor: Actor,
    on: date,
    version: int | None = None,
    pin: str = "",
    last_try: bool = False,
    key: signing.OpenKey | None = None,
) -> DocumentObject:
    """Make the electronic document of one that was signed and issued on paper: its scan, sealed by the organisation.

    The scan stays as it is; what is sealed is a new version beside it. `pin` opens the organisation's key where it asks
    for one; `last_try` as in `signing.keys.store_for`. Returns the new part. Raises PermissionDenied,
    Stale, RuleBroken("copy.not_issued" | "paper.not_on_paper" | "paper.no_scan" | "paper.scan_signed" | signing rules
    about scans and keys).
    """
    access.require(actor, "outgoing.issue_from_paper", outgoing)
    outgoing = locked(outgoing, version)
    organisation, document = outgoing.organisation, outgoing.document
    held = basis("issue_from_paper", on=on, regime=organisation.regime)
    copy_rules.check_issued(outgoing.status)
    if outgoing.origin == OutgoingOrigin.DRAFTED:
        message = _("Văn bản này ban hành dưới dạng điện tử, không phải từ bản giấy.")
        raise RuleBroken("paper.not_on_paper", message, held.citation)
    scan = document.parts.filter(role=ObjectRole.ISSUED).select_related("object").order_by("ordinal").last()
    if scan is None or scan.object.media_type != PDF:
        raise RuleBroken("paper.no_scan", _("Chưa có bản quét PDF của văn bản giấy để ký số."), held.citation)
    pdf = content.read_file(scan.object)
    if may_be_signed(pdf):
        message = _("Tệp này đã mang chữ ký số; không tạo lại thành bản quét, vì chữ ký trong tệp sẽ mất.")
        raise RuleBroken("paper.scan_signed", message, held.citation)
    sealed = signing.seal_copy(
        pdf=pdf,
        copy_kind=copy_rules.copy_kind(FULL_COPY, regime=organisation.regime, on=on).name,
        pages=ALL_PAGES,
        from_paper=True,
        name=f"{document.printed_code.replace('/', '-')}.pdf",
        organisation=organisation,
        actor=actor,
        on=on,
        pin=pin,
        last_try=last_try,
        key=key,
    )
    part = records.attach(document=document, stored=sealed, role=ObjectRole.ISSUED, actor=actor)
    audit.record(actor, events.OUTGOING_ISSUED_FROM_PAPER, outgoing, basis=held.citations, about=[document])
    return part
