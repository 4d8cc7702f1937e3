"""What becomes of an annex when its document is issued: signed by the organisation, or why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from mocban.content.choices import RenditionKind
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject

PDF = "application/pdf"


@dataclass(frozen=True)
class Enclosed:
    """An annex on the page of its document; `obstacle` says why the organisation will not sign it, "" when it will."""

    part: DocumentObject
    obstacle: str


def enclosed_of(parts: Iterable[DocumentObject]) -> list[Enclosed]:
    """The standing annexes among the parts of a document, which come with renditions and verifications."""
    standing = [part for part in parts if part.role == ObjectRole.ENCLOSED and part.superseded_at is None]
    return [Enclosed(part, _obstacle(part)) for part in standing]


def _obstacle(part: DocumentObject) -> str:
    converted = any(made.kind == RenditionKind.PDF for made in part.object.renditions.all())
    if part.object.media_type != PDF and not converted:
        return _("Không phải PDF nên không ký được; tệp được gửi kèm nguyên trạng.")
    if any(found.signature_count for found in part.object.verifications.all()):
        return _("Tệp đã có chữ ký số; được gửi nguyên trạng để không làm hỏng chữ ký đó.")
    return ""
