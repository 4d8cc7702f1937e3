"""Many documents signed, or issued, in one go: choose, read one after the other, start, watch, resume."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.ui.errors import form_error, say_careful, say_done, status_of
from mocban.ui.pages import get, page

from .. import access, reading, selectors, signing_places, signing_selectors
from ..choices import SigningPurpose, SigningState
from ..models import Outgoing, SigningBatch
from ..placing import shown_fields
from ..services import signing_batches as batches
from ..signing_forms import BatchStartForm
from . import signing_desk
from .reading import plan_shown

OPEN = (SigningState.READY, SigningState.PAUSED, SigningState.STOPPED, SigningState.DONE)


def purpose_of(request: Any) -> SigningPurpose:
    asked = request.GET.get("purpose", "")
    return SigningPurpose(asked) if asked in SigningPurpose.values else SigningPurpose.SIGN


def filters_of(request: Any) -> signing_selectors.Filters:
    """What the person looks for, as the address has it."""
    given = {name: request.GET.get(name, "")[:200] for name in ("unit", "kind", "read")}
    return signing_selectors.Filters(text=request.GET.get("q", "")[:200], **given)


@require_http_methods(["GET", "POST"])
def signing_list(request: Any) -> HttpResponse:
    """What waits for the own signature, or for the seal, to be chosen from, page by page.

    A POST makes a batch of what was ticked, or of all that the filters find; with `batch` it adds to one that was not
    started. The script of the page keeps the ticks of the other pages.
    """
    actor, purpose, filters = request.actor, purpose_of(request), filters_of(request)
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "signing_batch.start", organisation)
    refusal = None
    if request.method == "POST":
        try:
            return redirect("registry:signing_batch", pk=chosen(request, purpose, organisation, filters).pk)
        except RuleBroken as refused:
            refusal = refused
    units, kinds = signing_selectors.choices(actor, purpose)
    context = {
        "title": _("Ký nhiều văn bản") if purpose == SigningPurpose.SIGN else _("Phát hành nhiều văn bản"),
        "purpose": purpose.value,
        "page": signing_selectors.waiting_page(
            actor, purpose, filters, cursor=request.GET.get("cursor"), exact="exact" in request.GET
        ),
        "units": units,
        "kinds": kinds,
        "filtered": filters != signing_selectors.NONE,
        "limit": batches.BATCH_LIMIT,
        "batches": signing_selectors.batches_of(actor),
        "growing": growing(request, purpose),
        "refusal": refusal,
        "may_issue": signing_selectors.to_issue(actor).exists() if purpose == SigningPurpose.SIGN else False,
    }
    return page(request, "registry/signing_list.html", context, status=status_of(refusal) if refusal else 200)


def growing(request: Any, purpose: SigningPurpose) -> SigningBatch | None:
    """The batch to which more is chosen, if any."""
    asked = selectors.uuid_or_none(request.GET.get("batch", ""))
    return signing_selectors.open_batch_of(request.actor, purpose, asked)


def chosen(
    request: Any, purpose: SigningPurpose, organisation: Organisation, filters: signing_selectors.Filters
) -> SigningBatch:
    """Make a batch of the chosen documents, in the order of the list, or add them. Raises RuleBroken."""
    actor, batch = request.actor, growing(request, purpose)
    if "all" in request.POST:
        room = batches.BATCH_LIMIT - (batch.items.count() if batch else 0)
        documents = signing_selectors.first_waiting(actor, purpose, filters, most=max(room, 0), beyond=batch)
    else:
        ids = [found for text in request.POST.getlist("document") if (found := selectors.uuid_or_none(text))]
        documents = list(Outgoing.objects.visible_to(actor).filter(pk__in=ids).order_by("created_at"))
    if batch is not None:
        return batches.add_to_signing_batch(batch=batch, documents=documents, actor=actor)
    return batches.make_signing_batch(documents=documents, purpose=purpose, organisation=organisation, actor=actor)


def held_batch(request: Any, pk: Any) -> SigningBatch:
    """The own batch; 404 for others, for it is a personal act."""
    batch: SigningBatch = get(SigningBatch, request.actor, pk=pk, related=("organisation", "position__person"))
    if not access.may(request.actor, "signing_batch.run", batch):
        raise Http404
    return batch


@require_safe
def signing_batch(request: Any, pk: Any) -> HttpResponse:
    """One batch as it stands: to confirm and start, running, paused, or done with each result."""
    return batch_page(request, held_batch(request, pk))


def batch_page(request: Any, batch: SigningBatch, *, form: Any = None, status: int = 200) -> HttpResponse:
    items = signing_selectors.items_of(batch, request.actor)
    place = signing_places.place_of(request.actor, SigningPurpose(batch.purpose))
    if place.elsewhere and batch.state in OPEN and not form and any(one.is_open for one in items):
        return signing_desk.desk_page(request, batch, items)
    startable = batch.state in OPEN
    unread = [one for one in items if one.item.state in ("waiting", "failed") and not one.read]
    asks_reading = startable and batch.purpose == SigningPurpose.SIGN
    context = {
        "title": _("Lô ký %s") % batch.trail_name,
        "batch": batch,
        "items": items,
        "progress": signing_selectors.progress_of(batch, items),
        "form": form
        or (BatchStartForm(initial={"version": batch.version}, **start_options(batch, place)) if startable else None),
        "startable": startable,
        "asks_reading": asks_reading,
        "unread": len(unread) if asks_reading else 0,
        "unanswered": sum(not one.item.unread_confirmed for one in unread),
        "place": place,
    }
    return page(request, "registry/signing_batch.html", context, status=status, fragment=fragment_of(request))


def fragment_of(request: Any) -> str | None:
    """Only the progress is fetched again and again; anything else gets the page."""
    return "registry/_signing_batch.html" if request.headers.get("HX-Target") == "signing-batch" else None


def start_options(batch: SigningBatch, place: signing_places.Place) -> dict[str, Any]:
    """Which boxes the form of the start has."""
    return {"place": place, "last_try": batch.state == SigningState.PAUSED}


@require_POST
def signing_start(request: Any, pk: Any) -> HttpResponse:
    """Start or go on, with the PIN and the answers about what was never opened."""
    batch = held_batch(request, pk)
    place = signing_places.place_of(request.actor, SigningPurpose(batch.purpose))
    form = BatchStartForm(request.POST, **start_options(batch, place))
    if not form.is_valid():
        return batch_page(request, batch, form=form, status=422)
    confirmed = [found for text in request.POST.getlist("unread_confirmed") if (found := selectors.uuid_or_none(text))]
    try:
        batches.start_signing_batch(batch=batch, actor=request.actor, unread_confirmed=confirmed, **form.cleaned_data)
    except (RuleBroken, Stale) as refused:
        form_error(form, refused)
        batch.refresh_from_db()
        return batch_page(request, batch, form=form, status=status_of(refused))
    return redirect("registry:signing_batch", pk=pk)


@require_POST
def signing_stop(request: Any, pk: Any) -> HttpResponse:
    batch = held_batch(request, pk)
    try:
        batches.stop_signing_batch(batch=batch, actor=request.actor)
    except RuleBroken as refused:
        say_careful(request, str(refused))
    else:
        say_done(request, _("Đã dừng; văn bản đang ký dở được làm xong, các văn bản sau chờ bạn chạy tiếp."))
    return redirect("registry:signing_batch", pk=pk)


@require_POST
def signing_discard(request: Any, pk: Any) -> HttpResponse:
    batches.discard_signing_batch(batch=held_batch(request, pk), actor=request.actor)
    say_done(request, _("Đã bỏ lô; văn bản chưa ký vẫn chờ ký như trước."))
    return redirect("registry:signing_list")


@require_POST
def signing_drop(request: Any, pk: Any, ordinal: int) -> HttpResponse:
    """Leave one document out of the batch."""
    item = held_batch(request, pk).items.select_related("batch").filter(ordinal=ordinal).first()
    if item is None:
        raise Http404
    batches.drop_signing_item(item=item, actor=request.actor)
    say_done(request, _("Đã bỏ văn bản khỏi lô."))
    return redirect("registry:signing_batch", pk=pk)


@require_safe
def signing_read_first(request: Any, pk: Any) -> HttpResponse:
    """The first document that was not opened yet, else the first of all."""
    batch = held_batch(request, pk)
    unread = reading.unread_items(batch, request.actor) or list(batch.items.filter(state__in=["waiting", "failed"])[:1])
    if not unread:
        return redirect("registry:signing_batch", pk=pk)
    return redirect("registry:signing_read", pk=pk, ordinal=unread[0].ordinal)


@require_safe
def signing_read(request: Any, pk: Any, ordinal: int) -> HttpResponse:
    """Read the documents of the batch one after the other, with the signature at the end."""
    actor, batch = request.actor, held_batch(request, pk)
    waiting = list(
        batch.items.filter(state__in=["waiting", "failed"]).select_related("outgoing__document").order_by("ordinal")
    )
    place = next((index for index, item in enumerate(waiting) if item.ordinal == ordinal), None)
    if place is None:
        return redirect("registry:signing_batch", pk=pk)
    outgoing = get(Outgoing, actor, pk=waiting[place].outgoing_id, related=("document", "organisation"))
    plan = plan_shown(outgoing, actor)
    assert plan.prepared is not None
    audit.read(actor, plan.prepared)
    context = {
        "title": _("Đọc lần lượt %(place)d/%(all)d") % {"place": place + 1, "all": len(waiting)},
        "batch": batch,
        "outgoing": outgoing,
        "plan": plan,
        "pages": shown_fields(plan.pages, plan.fields),
        "before": waiting[place - 1].ordinal if place else None,
        "after": waiting[place + 1].ordinal if place + 1 < len(waiting) else None,
        "changed": waiting[place].outgoing_version != outgoing.version,
        "batch_url": reverse("registry:signing_batch", args=[pk]),
    }
    return page(request, "registry/signing_read.html", context)
