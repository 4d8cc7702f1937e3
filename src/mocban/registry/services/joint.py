"""In whose name a draft is to be issued: an issuer of this registry, alone or jointly with other bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line

from ..models import Issuer, JointBody, Outgoing

BODIES_AT_MOST = 10


@dataclass(frozen=True)
class Joint:
    """A body that issues a document with ours; `symbol` joins ours in the printed code."""

    name: str
    symbol: str
    signer: str = ""


def check_issuer(issuer: Issuer | None, organisation_id: UUID) -> None:
    """The issuer is an open one of the own registry. Raises RuleBroken("issuer.closed" | "outgoing.other_body")."""
    if issuer is None:
        return
    if issuer.organisation_id != organisation_id:
        raise RuleBroken("outgoing.other_body", _("Cơ quan ban hành này không thuộc văn thư của cơ quan mình."))
    if issuer.closed_on:
        raise RuleBroken("issuer.closed", _("Cơ quan ban hành này đã đóng."))


def write_joint(outgoing: Outgoing, bodies: Sequence[Joint]) -> None:
    """Replace the bodies of a draft. Raises RuleBroken("joint.incomplete" | "joint.twice" | "joint.too_many")."""
    named = [
        Joint(clean_line(one.name)[:200], clean_line(one.symbol)[:20], clean_line(one.signer)[:100]) for one in bodies
    ]
    if len(named) > BODIES_AT_MOST:
        raise RuleBroken("joint.too_many", _("Văn bản liên tịch có nhiều nhất %d cơ quan khác.") % BODIES_AT_MOST)
    if not all(one.name and one.symbol for one in named):
        raise RuleBroken("joint.incomplete", _("Mỗi cơ quan cùng ban hành cần tên và chữ viết tắt."))
    if len({one.symbol for one in named}) < len(named):
        raise RuleBroken("joint.twice", _("Một cơ quan cùng ban hành chỉ ghi một lần."))
    outgoing.joint_bodies.all().delete()
    JointBody.objects.bulk_create(
        JointBody(outgoing=outgoing, ordinal=place, name=one.name, symbol=one.symbol, signer=one.signer)
        for place, one in enumerate(named, start=1)
    )
