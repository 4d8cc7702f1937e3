"""The number and symbol that a document of an issuer carries, alone or jointly with other bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from mocban import law
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import in_force

from ..choices import IssuerKind
from ..models import Issuer, Outgoing

NOTATION = 30  # characters of CodeNotation (NĐ 30/2020, PL VI), as records keeps it


def printed_code(
    *,
    organisation: Organisation,
    issuer: Issuer,
    kind: law.Kind,
    number: int,
    unit_symbol: str,
    on: date,
    joint: Sequence[str] = (),
) -> str:
    """Return the number and symbol as printed, for example "12-HD/VPTU-BTC".

    `joint` are the symbols of the bodies that issue it with the lead body, in order. Raises RuleBroken("law.no_symbol"
    | "outgoing.long_symbol").
    """
    separator = str(in_force(organisation, "number.joint_separator", on=on).value) if joint else ""
    code = law.printed_number(
        regime=organisation.regime,
        on=on,
        number=number,
        kind_symbol=kind.symbol,
        body_symbol=separator.join([issuer.symbol, *joint]),
        unit_symbol=unit_symbol if kind.is_letter else "",
    )
    if len(code.lstrip("0123456789")) - 1 > NOTATION:
        raise RuleBroken(
            "outgoing.long_symbol", _("Ký hiệu “%s” dài quá 30 ký tự. Hãy rút gọn chữ viết tắt các cơ quan.") % code
        )
    return code


def joint_symbols(outgoing: Outgoing) -> list[str]:
    """The symbols of the bodies that issue the document jointly with ours, in order."""
    return [body.symbol for body in outgoing.joint_bodies.all()]


def issuing_body(organisation: Organisation, issuer: Issuer) -> tuple[str, str]:
    """Name and code of the issuer as documents carry them; the organisation's own may have changed since."""
    if issuer.kind == IssuerKind.OWN:
        return organisation.name, organisation.code
    return issuer.name, issuer.code or organisation.code
