"""Hand-over and receipt over the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import access, book_selectors, log_rules, log_selectors
from ..choices import BookKind
from ..handing import chosen_items
from ..log_forms import HandOverForm, PaperReceiptForm
from ..models import HandOver
from ..services import logs
from .book_schemas import ConfirmIn, HandOverIn, HandOverOut

router = Router()


@router.get("", response=Listing[HandOverOut], summary="Lines of the hand-over books that the caller may see")
def hand_over_list(request: Any, q: Query[PageQuery], show: Literal["", "open", "mine"] = "") -> dict[str, Any]:
    """`open`: nobody signed for them yet; `mine`: they wait for the caller's own receipt."""
    actor = request.actor
    rows = log_selectors.to_receive(actor) if show == "mine" else log_selectors.hand_overs_for(actor)
    rows = rows.filter(received_at=None) if show == "open" else rows
    return listing(keyset(rows, order=("-handed_on", "-ordinal"), cursor=q.cursor, size=q.size, exact=q.exact))


@router.post("", response={201: list[HandOverOut]}, summary="Hand documents or envelopes over to one receiver")
def hand_over_make(request: Any, given: HandOverIn) -> Status[list[HandOver]]:
    actor, on = request.actor, today()
    access.require(actor, "hand_over.make", Organisation(pk=actor.organisation_id))
    wanted = [("incoming", pk) for pk in given.incoming] + [("outgoing", pk) for pk in given.outgoing]
    wanted += [("envelope", pk) for pk in given.envelopes]
    items = chosen_items(actor, wanted[: log_rules.AT_ONCE + 1])
    books = book_selectors.open_logs(actor, BookKind.HANDOVER, year=on.year)
    form = cleaned(HandOverForm(values(given), books=books, **log_selectors.receivers(actor, on=on)))
    data = form.cleaned_data
    common = {"amount": data["amount"], "note": data["note"], "actor": actor, "on": on}
    return Status(201, logs.hand_over(items=items, receiver=form.receiver(), book=data["book"], **common))


@router.post("/confirm", response=list[HandOverOut], summary="Sign for lines that wait for the caller's receipt")
def hand_over_confirm(request: Any, given: ConfirmIn) -> list[HandOver]:
    actor = request.actor
    lines = [get(HandOver, actor, pk=pk) for pk in dict.fromkeys(given.lines[: log_rules.AT_ONCE + 1])]
    return logs.confirm_receipts(lines=lines, actor=actor, on=today())


@router.get("/{uuid:pk}", response=HandOverOut, summary="One line")
def hand_over_detail(request: Any, pk: UUID) -> HandOver:
    return get(HandOver, request.actor, pk=pk)  # type: ignore[no-any-return]


@router.post("/{uuid:pk}/paper-receipt", response=HandOverOut, summary="Note who signed on paper")
def hand_over_note(request: Any, pk: UUID, name: Annotated[str, Query(examples=["Phạm Văn Bình"])]) -> HandOver:
    line = get(HandOver, request.actor, pk=pk)
    form = cleaned(PaperReceiptForm({"name": name}))
    return logs.note_receipt(line=line, name=form.cleaned_data["name"], actor=request.actor, on=today())


@router.delete("/{uuid:pk}", response={204: None}, summary="Take a line back while nobody has received it")
def hand_over_undo(request: Any, pk: UUID) -> Status[None]:
    logs.undo_hand_over(line=get(HandOver, request.actor, pk=pk), actor=request.actor, on=today())
    return Status(204, None)
