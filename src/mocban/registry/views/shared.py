"""What several pages of the registry need."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pikepdf
from django.utils.translation import gettext as _

from mocban.content import services as content
from mocban.lib.disk import DiskFile
from mocban.lib.errors import RuleBroken
from mocban.records import selectors as record_selectors
from mocban.signing.services import stamped_copy

from ..models import Incoming


def stamped(entry: Incoming, pdf: DiskFile) -> DiskFile:
    """A copy of the entry's PDF with the ĐẾN stamp filled in."""
    leading = entry.instructions.select_related("lead_unit").last()
    filed = entry.document.file_entries.select_related("file").first()
    return stamped_copy(
        pdf=pdf,
        organisation=entry.organisation,
        number=str(entry.number_value),
        day=entry.arrived_on,
        forwarded=leading.lead_unit.name if leading else "",
        file_code=filed.file.notation if filed else "",
        on=entry.arrived_on,
    )


DAY_LIMIT = 300  # documents of one print


def stamped_day(entries: Iterable[Incoming]) -> tuple[bytes, list[Any]]:
    """Stamped copies of entries with a PDF as one PDF, in order, and the parts that were read.

    Raises RuleBroken("incoming.no_pdf" | "incoming.too_many_to_print").
    """
    together = pikepdf.new()
    parts: list[Any] = []
    for entry in entries:
        part = record_selectors.main_part(entry.document)
        if part is None or part.object.media_type != "application/pdf":
            continue
        if len(parts) == DAY_LIMIT:
            message = _("Mỗi lần in tối đa %(limit)d văn bản; hãy chọn từng sổ.")
            raise RuleBroken("incoming.too_many_to_print", message % {"limit": DAY_LIMIT})
        made = stamped(entry, content.read_file(part.object))
        with pikepdf.open(made.path) as copy:
            together.pages.extend(copy.pages)
        parts.append(part)
    if not parts:
        raise RuleBroken("incoming.no_pdf", _("Ngày này chưa có văn bản nào có tệp PDF để đặt dấu Đến."))
    output = io.BytesIO()
    together.save(output)
    return output.getvalue(), parts
