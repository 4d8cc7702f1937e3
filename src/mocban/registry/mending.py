"""What can be done about a document whose signature is not sufficient, for one row of the list of the unsigned.

The law decides: paper is scanned and sealed, a number waits for its seal, a check is made or made again. Whatever else
was issued without a signature is replaced, and what came so is asked for anew: nobody signs it afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mocban.law.basis import basis
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.signing import access as signing_access

from . import access
from .choices import OutgoingOrigin, OutgoingStatus, Sufficiency

PDF = "application/pdf"
TO_CHECK = (Sufficiency.UNCHECKED, Sufficiency.INDETERMINATE)
OF_FILE = {"outgoing": ObjectRole.ISSUED, "incoming": ObjectRole.MAIN}


@dataclass(frozen=True)
class Remedy:
    """One step: a link, or a button that posts; without an address only the sentence, with the article it rests on."""

    label: str = ""
    url: str = ""
    posts: bool = False
    sentence: str = ""
    citation: str = ""


def files_of(rows: list[Any], way: str) -> dict[UUID, DocumentObject]:
    """The file that was judged for each row, by document: one query."""
    if way not in OF_FILE:
        return {}
    ids = [row.document_id for row in rows]
    parts = DocumentObject.objects.filter(document__in=ids, role=OF_FILE[way]).select_related("object")
    return {part.document_id: part for part in parts.order_by("ordinal")}  # the last version wins


def remedy(row: Any, way: str, part: DocumentObject | None, *, actor: Actor, on: date) -> Remedy:
    """What this actor can do about a row of `sufficiency.lacking`; `part` is its judged file."""
    if row.sufficiency in TO_CHECK and part is not None:
        return _check(row, part, actor)
    return {"outgoing": _issued, "incoming": _received, "copies": _copied}[way](row, part, actor, on)


def _check(row: Any, part: DocumentObject, actor: Actor) -> Remedy:
    if not signing_access.may(actor, "signature.verify", part.object):
        return Remedy()
    again = row.sufficiency == Sufficiency.INDETERMINATE
    label = _("Kiểm tra lại") if again else _("Kiểm tra ngay")
    return Remedy(label, reverse("signing:object", args=[part.object_id]), posts=True)


def _issued(row: Any, part: DocumentObject | None, actor: Actor, on: date) -> Remedy:
    if row.sufficiency == Sufficiency.UNSEALED:
        return _seal(row, actor, on)
    if row.origin != OutgoingOrigin.DRAFTED and row.sufficiency == Sufficiency.NO_SIGNATURE:
        return _seal_scan(row, part, actor, on)
    sentence = _("Văn bản đã phát hành thì không ký thêm được; phải ban hành văn bản thay thế.")
    if row.sufficiency == Sufficiency.ANNEX:
        sentence = _("Phụ lục đã phát hành thì không ký thêm được; phải ban hành văn bản thay thế, phụ lục ở dạng PDF.")
    citation = _cited("amend_outgoing", actor, on)
    drafts = actor.unit_id and row.status == OutgoingStatus.ISSUED and access.may(actor, "outgoing.amend", row)
    url = reverse("registry:outgoing_amend", args=[row.pk, "replace"]) if drafts else ""
    return Remedy(_("Soạn văn bản thay thế"), url, sentence=sentence, citation=citation)


def _seal(row: Any, actor: Actor, on: date) -> Remedy:
    citation = _cited("issue_outgoing", actor, on)
    if access.may(actor, "outgoing.issue", row):
        url = reverse("registry:outgoing_issue", args=[row.pk])
        return Remedy(_("Ký số của cơ quan, phát hành"), url, citation=citation)
    return Remedy(sentence=_("Chờ văn thư ký số của cơ quan và phát hành."), citation=citation)


def _seal_scan(row: Any, part: DocumentObject | None, actor: Actor, on: date) -> Remedy:
    citation = _cited("issue_from_paper", actor, on)
    if part is None or part.object.media_type != PDF:
        return Remedy(sentence=_("Chỉ ký số được bản quét PDF của văn bản giấy."), citation=citation)
    if access.may(actor, "outgoing.issue_from_paper", row):
        url = reverse("registry:outgoing_from_paper", args=[row.pk])
        return Remedy(_("Ký số của cơ quan lên bản quét"), url, citation=citation)
    return Remedy(sentence=_("Chờ văn thư ký số của cơ quan lên bản quét."), citation=citation)


def _received(row: Any, _part: DocumentObject | None, actor: Actor, on: date) -> Remedy:
    sentence, citation = _("Chỉ nơi gửi ký được văn bản của mình."), _cited("receive_incoming", actor, on)
    if row.sufficiency == Sufficiency.ORGANISATION_ONLY:
        sentence = _("Nếu là bản quét từ bản giấy thì chữ ký số của cơ quan là đủ; nếu không, chỉ nơi gửi ký được.")
        citation = _cited("issue_from_paper", actor, on)
    organisation = Organisation(pk=actor.organisation_id)
    drafts = actor.unit_id and access.may(actor, "outgoing.draft", organisation)
    url = f"{reverse('registry:outgoing_new')}?ask={row.pk}" if drafts else ""
    return Remedy(_("Đề nghị nơi gửi ký, gửi lại"), url, sentence=sentence, citation=citation)


def _copied(row: Any, _part: DocumentObject | None, actor: Actor, on: date) -> Remedy:
    may = access.may(actor, "copy.request", row.document)
    url = reverse("registry:copy_new", args=[row.document_id]) if may else ""
    sentence = _("Bản sao không ký thêm được; phải sao lại.")
    return Remedy(_("Sao lại"), url, sentence=sentence, citation=_cited("copy_document", actor, on))


def _cited(step: str, actor: Actor, on: date) -> str:
    return basis(step, on=on, regime=actor.regime).citation
