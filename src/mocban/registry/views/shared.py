"""What several pages of the registry need."""

from __future__ import annotations

from mocban.signing.services import stamped_copy

from ..models import Incoming


def stamped(entry: Incoming, pdf: bytes) -> bytes:
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
