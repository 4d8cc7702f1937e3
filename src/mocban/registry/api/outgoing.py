"""Outgoing documents over the API, from the draft to the issue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal
from uuid import UUID

from ninja import File, Form, Query, Router, UploadedFile
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.models import Organisation, Unit
from mocban.people.selectors import today
from mocban.records.shapes import Reason, Versioned, history_of, parts_of
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import selectors
from ..border import draft_choices, enter_draft, next_draft
from ..choices import Direction, OutgoingStatus
from ..forms import DraftFileForm, DraftForm, NumberForm, ReasonForm
from ..models import Outgoing, Task
from ..services import drafting, issuing
from ..services.cancelling import cancel_outgoing
from ..services.key_steps import issuing_step, signing_step
from ..services.signing_again import sign_again
from .schemas import BookOut, DraftIn, KeyIn, NumberIn, OutgoingDetail, OutgoingOut, SignIn
from .shared import books_of, signed_by

router = Router()
RELATED = ("document", "organisation", "unit", "signer__person", "drafter__person", "reply_to__document")


@router.get("", response=Listing[OutgoingOut], summary="Drafts and issued documents, newest first")
def outgoing_list(
    request: Any,
    q: Query[PageQuery],
    status: Literal["", *OutgoingStatus.values] = "",  # type: ignore[valid-type]
    words: str = "",
) -> dict[str, Any]:
    documents = selectors.outgoing_for(request.actor, status=status, text=words[:200])
    return listing(keyset(documents, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/books", response=list[BookOut], summary="Open books of the year, with the number each gives next")
def outgoing_books(request: Any) -> list[dict[str, Any]]:
    return books_of(request.actor, Direction.OUTGOING)


@router.post("", response={201: OutgoingDetail}, summary="Begin a draft, alone or as the answer to a task (multipart)")
def outgoing_create(
    request: Any,
    given: Form[DraftIn],
    task: UUID | None = None,
    file: File[UploadedFile] = None,  # type: ignore[assignment]
) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    answered = get(Task, actor, pk=task, related=("incoming__document",)) if task else None
    form = cleaned(DraftForm(values(given), request.FILES, **draft_choices(organisation, on=on)))
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    made = enter_draft(form, unit=unit, task=answered, channel=Channel.API, actor=actor, on=on)
    return Status(201, shape(actor, made.pk))


@router.get("/{uuid:pk}", response=OutgoingDetail, summary="One document with files, recipients and history")
def outgoing_detail(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post("/{uuid:pk}/upload", response=OutgoingDetail, summary="Add the next version of the draft (multipart)")
def outgoing_upload(request: Any, pk: UUID, given: Form[Versioned], file: File[UploadedFile]) -> dict[str, Any]:
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    form = cleaned(DraftFileForm(values(given), request.FILES))
    draft = next_draft(form.cleaned_data["file"], outgoing, channel=Channel.API, actor=actor)
    drafting.upload_draft(outgoing=outgoing, file=draft, actor=actor, on=today(), version=given.version)
    return shape(actor, pk)


@router.post("/{uuid:pk}/submit", response=OutgoingDetail, summary="Send the draft to the head of unit")
def outgoing_submit(request: Any, pk: UUID, given: Versioned) -> dict[str, Any]:
    return step(request, pk, drafting.submit_draft, version=given.version)


@router.post("/{uuid:pk}/withdraw", response=OutgoingDetail, summary="Take a submitted draft back")
def outgoing_withdraw(request: Any, pk: UUID) -> dict[str, Any]:
    return step(request, pk, drafting.withdraw_draft)


@router.post("/{uuid:pk}/approve", response=OutgoingDetail, summary="Approve the content and send it for signature")
def outgoing_approve(request: Any, pk: UUID, given: Versioned) -> dict[str, Any]:
    return step(request, pk, drafting.approve_draft, version=given.version)


@router.post("/{uuid:pk}/return", response=OutgoingDetail, summary="Return the draft with a reason")
def outgoing_return(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    form = cleaned(ReasonForm(values(given)))
    return step(request, pk, drafting.return_draft, reason=form.cleaned_data["reason"], version=given.version)


@router.post("/{uuid:pk}/sign", response=OutgoingDetail, summary="Sign the prepared file with the caller's own key")
def outgoing_sign(request: Any, pk: UUID, given: SignIn) -> dict[str, Any]:
    confirmed = {"unread_confirmed": given.unread_confirmed}
    return step(request, pk, partial(signed_by, signing_step, given, confirmed))


@router.post("/{uuid:pk}/sign-again", response=OutgoingDetail, summary="Put the signed file aside; the number stays")
def outgoing_sign_again(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    form = cleaned(ReasonForm(values(given)))
    return step(request, pk, sign_again, reason=form.cleaned_data["reason"], version=given.version)


@router.post("/{uuid:pk}/number", response=OutgoingDetail, summary="Take the number from a book")
def outgoing_number(request: Any, pk: UUID, given: NumberIn) -> dict[str, Any]:
    actor, on = request.actor, today()
    books = selectors.books_for(get(Outgoing, actor, pk=pk, related=RELATED), actor, on=on)
    form = cleaned(NumberForm(values(given), books=books, reserved=selectors.reserved_for(books, on=on)))
    chosen = {"book": form.cleaned_data["book"], "reserved": form.cleaned_data["reserved"]}
    return step(request, pk, issuing.take_outgoing_number, **chosen, version=given.version)


@router.post("/{uuid:pk}/cancel", response=OutgoingDetail, summary="Cancel before issue; its number becomes void")
def outgoing_cancel(request: Any, pk: UUID, given: Reason) -> dict[str, Any]:
    form = cleaned(ReasonForm(values(given)))
    return step(request, pk, cancel_outgoing, reason=form.cleaned_data["reason"], version=given.version)


@router.post("/{uuid:pk}/issue", response=OutgoingDetail, summary="Seal with the organisation's key, issue and send")
def outgoing_issue(request: Any, pk: UUID, given: KeyIn) -> dict[str, Any]:
    return step(request, pk, partial(signed_by, issuing_step, given))


def step(request: Any, pk: UUID, verb: Callable[..., Any], **given: Any) -> dict[str, Any]:
    """One verb on one document, and the document as it stands afterwards."""
    verb(outgoing=get(Outgoing, request.actor, pk=pk, related=RELATED), actor=request.actor, on=today(), **given)
    return shape(request.actor, pk)


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    """The document as it stands now, with all that belongs to it."""
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    return {
        "outgoing": outgoing,
        "files": parts_of(outgoing.document),
        "recipients": [
            {
                "name": line.name,
                "code": line.code,
                "packet_id": line.packet_id,
                "statuses": [status.code for status in line.packet.statuses.all()] if line.packet else [],
            }
            for line in selectors.recipients(outgoing)
        ],
        "history": history_of(outgoing),
    }
