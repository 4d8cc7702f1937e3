"""After the issue, over the API: amend, replace, correct, recall, paper; and the answer to a recall."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Field, File, Form, Router, Schema, UploadedFile
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.exchange.models import Packet
from mocban.people.models import Unit
from mocban.people.selectors import today
from mocban.records.shapes import Versioned
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get

from .. import access, copy_selectors
from ..border import draft_choices
from ..choices import AmendmentKind
from ..copy_forms import AmendForm, PaperForm, PaperReturnForm, RecallAnswerForm, RecallForm
from ..copying import check_words, enter_amendment
from ..models import Outgoing, PaperReturn
from ..services import paper, recalls
from .schemas import DraftIn

router = Router()
RELATED = ("document", "organisation")


class AmendIn(DraftIn):
    reason: str = Field(examples=["Sai số liệu tại khoản 2"], description="what every recipient reads")


class RecallIn(Versioned):
    reason: str = Field(examples=["Ban hành nhầm thẩm quyền"])


class PaperIn(Schema):
    amount: int = Field(examples=[5], ge=1, le=10_000)
    note: str | None = Field(None, examples=["Kho bạc Nhà nước tỉnh"])


class PaperBackIn(Schema):
    amount: int = Field(1, ge=1, le=10_000)


class AnswerIn(Schema):
    answer: Literal["agree", "refuse"] = Field(examples=["agree"])
    reason: str | None = Field(None, examples=["Văn bản đã được thi hành xong"], description="of a refusal")


class AmendmentOut(Schema):
    id: UUID
    kind: str = Field(examples=["replace"])
    outgoing_id: UUID
    by_outgoing_id: UUID | None
    reason: str
    ordered_by: str
    ordered_on: date
    state: str = Field(examples=["effective"])


class PaperReturnOut(Schema):
    id: UUID
    holder: str
    amount: int
    returned_on: date | None


class PaperIssueOut(Schema):
    ordinal: int
    amount: int
    stamped_on: date
    stamped_by: str
    note: str


class AfterIssue(Schema):
    status: str = Field(examples=["recalled"])
    standing: str = Field(examples=["recalled"])
    copies_amount: int | None
    recall: AmendmentOut | None
    put_right: list[AmendmentOut] = Field(description="documents that amend, replace or correct this one")
    puts_right: AmendmentOut | None = Field(description="what this document amends, replaces or corrects")
    paper_back: list[PaperReturnOut]
    paper_issues: list[PaperIssueOut]


class AnswerOut(Schema):
    entry_id: UUID | None = Field(description="the entry of the incoming register that the recall was about")


@router.get("/outgoing/{uuid:pk}/after", response=AfterIssue, summary="What became of a document after its issue")
def after(request: Any, pk: UUID) -> dict[str, Any]:
    return shape(request.actor, pk)


@router.post(
    "/outgoing/{uuid:pk}/amend/{kind}",
    response={201: AmendmentOut},
    summary="Begin the document that amends, replaces or corrects an issued one (multipart)",
)
def amend(
    request: Any,
    pk: UUID,
    kind: Literal["amend", "replace", "correct"],
    given: Form[AmendIn],
    file: File[UploadedFile] = None,  # type: ignore[assignment]
) -> Status[Any]:
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.amend", outgoing)
    form = cleaned(AmendForm(values(given), request.FILES, **draft_choices(outgoing.organisation, on=on)))
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    made = enter_amendment(form, outgoing, AmendmentKind(kind), unit=unit, channel=Channel.API, actor=actor, on=on)
    return Status(201, made)


@router.post("/outgoing/{uuid:pk}/recall", response=AfterIssue, summary="Recall an issued document, with a reason")
def recall(request: Any, pk: UUID, given: RecallIn) -> dict[str, Any]:
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.recall", outgoing)
    form = cleaned(RecallForm(values(given)))
    reason = form.cleaned_data["reason"]
    check_words(reason, channel=Channel.API, actor=actor, organisation=outgoing.organisation)
    recalls.order_recall(outgoing=outgoing, reason=reason, actor=actor, on=today(), version=given.version)
    return shape(actor, pk)


@router.post("/outgoing/{uuid:pk}/paper", response=AfterIssue, summary="Note main copies printed and stamped")
def issue_paper(request: Any, pk: UUID, given: PaperIn) -> dict[str, Any]:
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    form = cleaned(PaperForm(values(given)))
    paper.issue_paper(outgoing=outgoing, actor=request.actor, on=today(), **form.cleaned_data)
    return shape(request.actor, pk)


@router.post("/paper-returns/{uuid:pk}", response=PaperReturnOut, summary="Note paper of a recalled document come back")
def paper_back(request: Any, pk: UUID, given: PaperBackIn) -> Any:
    line = get(PaperReturn, request.actor, pk=pk)
    form = cleaned(PaperReturnForm(values(given)))
    return recalls.take_back_paper(line=line, actor=request.actor, on=today(), **form.cleaned_data)


@router.post("/recalls/{uuid:pk}", response=AnswerOut, summary="Agree to the recall of a packet, or refuse it")
def answer(request: Any, pk: UUID, given: AnswerIn) -> dict[str, Any]:
    actor, on = request.actor, today()
    packet = get(Packet, actor, pk=pk, related=("organisation", "refers_to"))
    access.require(actor, "recall.answer", packet)
    if given.answer == "agree":
        entry = recalls.agree_recall(packet=packet, actor=actor, on=on)
    else:
        form = cleaned(RecallAnswerForm(values(given)))
        reason = form.cleaned_data["reason"]
        check_words(reason, channel=Channel.API, actor=actor, organisation=packet.organisation)
        entry = recalls.refuse_recall(packet=packet, reason=reason, actor=actor, on=on)
    return {"entry_id": entry.pk if entry else None}


def shape(actor: Any, pk: UUID) -> dict[str, Any]:
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    found = copy_selectors.after_issue(outgoing, actor)
    found.pop("copies")
    return {
        "status": outgoing.status,
        "standing": outgoing.document.standing,
        "copies_amount": outgoing.copies_amount,
        **found,
    }
