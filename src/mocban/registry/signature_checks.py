"""What the clerk must have seen before a document is accepted: that a signature in it is not valid.

A warning, not a block: the law has the registry send such a document back (NĐ 30/2020, Điều 21 khoản 2), and there are
documents that are kept all the same. It never happens unseen: who accepts it says so, and the trail keeps that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.records.intake import Accepted
from mocban.signing import arrivals
from mocban.signing.arrivals import Arrivals


class InvalidSignature(RuleBroken):
    """A signature is not valid and nobody has said that they saw it; `signatures_seen` goes on all the same."""

    def __init__(self, found: Arrivals, citation: str = "") -> None:
        message = _("Chữ ký số của “%(name)s” không hợp lệ. Hãy xem kết quả kiểm tra rồi mới quyết định tiếp nhận.")
        super().__init__("incoming.invalid_signature", message % {"name": found.invalid[0].name}, citation)
        self.found = found


def of_files(files: Sequence[Accepted]) -> Arrivals:
    """Judge uploads in memory."""
    return arrivals.judged([(file.examined.safe_name, file.data, file.examined.sha256) for file in files])


def check_files(files: Sequence[Accepted], *, seen: bool, organisation: Organisation, on: date) -> bool:
    """Whether somebody accepts an upload whose signatures are not valid. Raises InvalidSignature when unseen."""
    return _check(of_files(files), seen=seen, organisation=organisation, on=on)


def check_stored(objects: Sequence[DigitalObject], *, seen: bool, organisation: Organisation, on: date) -> bool:
    """As `check_files`, of stored files; what is not checked yet is checked now. Call it outside a transaction."""
    return _check(arrivals.checked_now(objects), seen=seen, organisation=organisation, on=on)


def _check(found: Arrivals, *, seen: bool, organisation: Organisation, on: date) -> bool:
    if found.invalid and not seen:
        raise InvalidSignature(found, basis("receive_incoming", on=on, regime=organisation.regime).citation)
    return bool(found.invalid)
