"""Copies over the API: asked for, approved, numbered, made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from ninja import Field, File, Form, Query, Router, Schema, UploadedFile
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.selectors import today
from mocban.records.models import Document
from mocban.records.shapes import HistoryOut, Reason, Versioned, history_of
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import access, copy_selectors, selectors
from ..choices import Direction
from ..copy_forms import CopyForm, CopyNumberForm
from ..copy_rules import copy_kinds
from ..copying import copy_choices, enter_copy
from ..forms import ReasonForm
from ..models import Copy
from ..services import copies
from ..services.key_steps import copy_step
from .schemas import BookOut, KeyIn, NumberIn
from .shared import books_of, signed_by

router = Router()
RELATED = ("document", "organisation", "signer__person", "book", "object")


class CopyKindOut(Schema):
    code: str = Field(examples=["full-copy"])
    name: str = Field(examples=["Sao y"])
    symbol: str = Field(examples=["SY"])
    of: list[str] = Field(description="forms of the source that it may be made from", examples=[["original", "main"]])
    by: list[str] = Field(description="what the copying body may be to the document", examples=[["issuer", "receiver"]])
    partial: bool
    citation: str = Field(examples=["Nghị định 30/2020/NĐ-CP, Điều 3 khoản 10, Điều 25 khoản 1 và Điều 27 khoản 1"])


class CopyIn(Schema):
    kind: str = Field(examples=["full-copy"], description="a code of /registry/copies/kinds")
    source_form: Literal["original", "main", "full_copy", "other_copy"] = Field(examples=["original"])
    from_medium: Literal["paper", "electronic"] = Field(examples=["electronic"])
    to_medium: Literal["paper", "electronic"] = Field(examples=["paper"])
    first_page: int | None = Field(None, ge=1, examples=[1], description="of an extract, from 1")
    last_page: int | None = Field(None, ge=1, examples=[2])
    excerpt: str | None = Field(None, examples=["Điều 3 khoản 1"], description="or the words of the extract")
    signer: UUID = Field(description="the position that approves and signs the copy")
    recipients: str | None = Field(None, examples=["Phòng Tổ chức cán bộ"], description="one a line")
    amount: int = Field(1, ge=1, le=10_000)
    purpose: str | None = Field(None, examples=["Lưu hồ sơ công việc"])


class CopyOut(Schema):
    id: UUID
    document_id: UUID
    kind: str = Field(examples=["full-copy"])
    state: str = Field(examples=["made"])
    source_form: str
    maker: str
    from_medium: str
    to_medium: str
    first_page: int
    last_page: int
    number: int | None = Field(examples=[5])
    printed_code: str = Field(examples=["Số: 05/SY-SNV"])
    copied_on: date | None = Field(examples=["2026-11-04"])
    signer_id: UUID
    recipients: list[str]
    amount: int
    refusal: str
    object_id: UUID | None = Field(description="the file of the copy: /content/objects/{id}")
    version: int
    created_at: datetime

    @staticmethod
    def resolve_number(copy: Any) -> int | None:
        return copy.number_value  # type: ignore[no-any-return]


class CopyDetail(Schema):
    made: CopyOut
    history: list[HistoryOut]


@router.get("/kinds", response=list[CopyKindOut], summary="Kinds of copy in force for the body today")
def kinds(request: Any) -> list[dict[str, Any]]:
    found = copy_kinds(regime=request.actor.regime, on=today())
    return [
        {
            "code": kind.code,
            "name": kind.name,
            "symbol": kind.symbol,
            "of": list(kind.of),
            "by": list(kind.by),
            "partial": kind.partial,
            "citation": kind.citation,
        }
        for kind in found
    ]


@router.get("/books", response=list[BookOut], summary="Open books of copies, with the number each gives next")
def copy_books(request: Any) -> list[dict[str, Any]]:
    return books_of(request.actor, Direction.COPIES)


@router.get("", response=Listing[CopyOut], summary="The register of copies, newest first")
def copy_list(
    request: Any,
    q: Query[PageQuery],
    state: Literal["", "requested", "approved", "numbered", "made", "refused"] = "",
    kind: str = "",
    words: str = "",
) -> dict[str, Any]:
    found = copy_selectors.copies_for(request.actor, state=state, kind=kind, text=words[:200])
    return listing(keyset(found, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.post(
    "/of/{uuid:pk}", response={201: CopyDetail}, summary="Ask for a copy of a document (multipart; scan of its paper)"
)
def copy_create(
    request: Any,
    pk: UUID,
    given: Form[CopyIn],
    scan: File[UploadedFile] = None,  # type: ignore[assignment]
) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    document = get(Document, actor, pk=pk, related=("organisation",))
    access.require(actor, "copy.request", document)
    form = cleaned(CopyForm(values(given), request.FILES, **copy_choices(document.organisation, on=on)))
    made = enter_copy(form, document, channel=Channel.API, actor=actor, on=on)
    return Status(201, shape(actor, made.pk))


@router.get("/{uuid:pk}", response=CopyDetail, summary="One copy with its history")
def copy_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/approve", response=CopyDetail, summary="Approve the copy, as the one who signs it")
def copy_approve(request: Any, pk: UUID, given: Versioned) -> dict[str, Any]:
    return step(request, pk, copies.approve_copy, version=given.version)


@router.post("/{uuid:pk}/refuse", response=CopyDetail, summary="Refuse the copy with a reason")
def copy_refuse(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    form = cleaned(ReasonForm(values(given)))
    return step(request, pk, copies.refuse_copy, reason=form.cleaned_data["reason"], version=given.version)


@router.post("/{uuid:pk}/number", response=CopyDetail, summary="Take the number from the book of copies")
def copy_number(request: Any, pk: UUID, given: NumberIn) -> dict[str, Any]:
    books = selectors.open_books(request.actor, Direction.COPIES, year=today().year)
    form = cleaned(CopyNumberForm(values(given), books=books))
    return step(request, pk, copies.number_copy, book=form.cleaned_data["book"], version=given.version)


@router.post("/{uuid:pk}/make", response=CopyDetail, summary="Make the copy: sealed, or ready for the printer")
def copy_make(request: Any, pk: UUID, given: KeyIn) -> dict[str, Any]:
    return step(request, pk, partial(signed_by, copy_step, given))


def step(request: Any, pk: UUID, verb: Callable[..., Any], **given: Any) -> dict[str, Any]:
    """One verb on one copy, and the copy as it stands afterwards."""
    verb(copy=get(Copy, request.actor, pk=pk, related=RELATED), actor=request.actor, on=today(), **given)
    return shape(request.actor, pk)


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    copy = get(Copy, actor, pk=pk, related=RELATED)
    return {"made": copy, "history": history_of(copy)}
