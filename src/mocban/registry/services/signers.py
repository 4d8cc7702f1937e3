"""Who signs a document after its first signer, in order."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.people.models import Position

from ..models import Outgoing, Signer

LATER_AT_MOST = 10


def write_signers(outgoing: Outgoing, positions: Sequence[Position], *, citation: str) -> None:
    """Replace the later signers of a draft.

    Raises RuleBroken("signers.too_many" | "signers.twice" | "outgoing.other_body").
    """
    if len(positions) > LATER_AT_MOST:
        raise RuleBroken("signers.too_many", _("Một văn bản có nhiều nhất %d người ký tiếp.") % LATER_AT_MOST, citation)
    people = [position.person_id for position in positions]
    first = outgoing.signer.person_id if outgoing.signer else None
    if len(set(people)) < len(people) or first in people:
        raise RuleBroken("signers.twice", _("Mỗi người chỉ ký một lần trên một văn bản."), citation)
    if any(position.organisation_id != outgoing.organisation_id for position in positions):
        raise RuleBroken("outgoing.other_body", _("Người ký phải thuộc cơ quan ban hành."), citation)
    outgoing.later_signers.all().delete()
    Signer.objects.bulk_create(
        Signer(outgoing=outgoing, ordinal=place, position=position) for place, position in enumerate(positions, start=1)
    )
