"""Further issuers of the Party office's registry, the series of copies, and numbers of every state for the ledger."""

from __future__ import annotations

from datetime import date, timedelta

from mocban.people.choices import Role
from mocban.records.services import DocumentFields
from mocban.registry.choices import IssuerKind
from mocban.registry.services import numbering
from mocban.registry.services.late import LateDocument, enter_late_outgoing
from mocban.registry.services.layout import lay_out_series
from mocban.registry.services.series import add_issuer, own_issuer

from .bodies import Body
from .desk import letter_kind

LATE_DAYS = 6


def lay_out_numbers(body: Body, issuers: list[dict[str, str]], *, on: date) -> int:
    """Lay out the series of the body and of the issuers that its registry serves. Returns how many series are new."""
    clerk = body.actor(Role.CLERK)
    served = [
        add_issuer(
            organisation=body.organisation,
            kind=IssuerKind(one["kind"]),
            name=one["name"],
            symbol=one["symbol"],
            actor=clerk,
            on=on,
        )
        for one in issuers
    ]
    every = [own_issuer(body.organisation), *served]
    return sum(len(lay_out_series(issuer=issuer, actor=clerk, on=on)) for issuer in every)


def use_numbers(body: Body, *, on: date) -> None:
    """A number of the letters' book is void, one used in the secret register, one taken by a document entered late."""
    clerk, book = body.actor(Role.CLERK), body.outgoing_books["Công văn"]
    series, kind = numbering.series_of(book), letter_kind(body, on)
    numbering.take_void(series=series, reason="In hỏng phôi, đã ghi biên bản.", actor=clerk, on=on)
    numbering.record_elsewhere(series=series, actor=clerk, on=on)
    late = LateDocument(
        document=DocumentFields(
            kind_code=kind.code,
            kind_name=kind.name_vi,
            subject="Về việc trực cơ quan trong đợt mưa lũ",
            signer_name=body.position(Role.LEADER).person.full_name,
            signer_title=body.position(Role.LEADER).title,
        ),
        true_date=on - timedelta(days=LATE_DAYS),
        reason="Mất điện, văn bản phát hành bằng giấy.",
        unit=body.units["th"],
        recipients=["Các đơn vị thuộc Văn phòng"],
    )
    enter_late_outgoing(late=late, book=book, actor=clerk, on=on)
