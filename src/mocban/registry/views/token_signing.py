"""Signing and sealing with the USB token of the person's own computer: the pages, and what their script asks for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.signing import agent_page
from mocban.ui.errors import status_of
from mocban.ui.forms import posted_version
from mocban.ui.pages import get, page

from .. import access, reading, selectors
from ..choices import OutgoingStatus
from ..models import Copy, Outgoing, SigningPlan
from ..services import token_signing
from .outgoing import RELATED

MOST = 200  # documents of one page
LONGEST = 4096  # letters of one signature; RSA with 16384 bits has 2732


@require_safe
def token_sign_list(request: Any) -> HttpResponse:
    """Everything that waits for the actor's signature, to be signed with one PIN."""
    waiting = selectors.to_sign(request.actor).select_related(*RELATED)[:MOST]
    return _sign_page(request, list(waiting), _("Ký bằng USB token"), reverse("registry:outgoing_list"))


@require_safe
def token_sign(request: Any, pk: Any) -> HttpResponse:
    """One document."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.sign", outgoing)
    return _sign_page(request, [outgoing], _("Ký bằng USB token"), reverse("registry:outgoing", args=[pk]))


@require_safe
def token_issue_list(request: Any) -> HttpResponse:
    """Everything that waits for the organisation's seal."""
    waiting = Outgoing.objects.visible_to(request.actor).filter(status=OutgoingStatus.NUMBERED)
    rows = [one for one in waiting.select_related(*RELATED)[:MOST] if access.may(request.actor, "outgoing.issue", one)]
    return _issue_page(request, rows, reverse("registry:outgoing_list"))


@require_safe
def token_issue(request: Any, pk: Any) -> HttpResponse:
    """One document."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.issue", outgoing)
    return _issue_page(request, [outgoing], reverse("registry:outgoing", args=[pk]))


@require_safe
def token_from_paper(request: Any, pk: Any) -> HttpResponse:
    """The scan of one document that was issued on paper."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.issue_from_paper", outgoing)
    rows = [_row(outgoing, "from_paper")]
    title, back = _("Ký số bản quét bằng USB token"), reverse("registry:outgoing", args=[pk])
    return _page(request, rows, title=title, back=back, person_id=None)


@require_safe
def token_copy(request: Any, pk: Any) -> HttpResponse:
    """One electronic copy."""
    copy = get(Copy, request.actor, pk=pk, related=("document", "organisation"))
    access.require(request.actor, "copy.make", copy)
    address = reverse("registry:copy", args=[pk])
    row = {
        "label": f"{copy.kind_name} {copy.printed_code} {copy.document.subject}",
        "url": address,
        "begin": reverse("registry:token_copy_begin", args=[pk]),
        "finish": reverse("registry:token_copy_finish", args=[pk]),
        "sent": {"version": copy.version},
    }
    return _page(request, [row], title=_("Làm bản sao bằng USB token"), back=address, person_id=None)


@require_POST
def begin_sign(request: Any, pk: Any) -> JsonResponse:
    """First half: what the token must sign."""
    return _begun(request, token_signing.begin_sign, **_outgoing(request, pk), unread_confirmed=_confirmed(request))


@require_POST
def finish_sign(request: Any, pk: Any) -> JsonResponse:
    """Second half: the signature."""
    given = {**_outgoing(request, pk), "unread_confirmed": _confirmed(request)}
    return _finished(request, token_signing.finish_sign, _("Đã ký số."), **given)


@require_POST
def begin_issue(request: Any, pk: Any) -> JsonResponse:
    """First half of sealing and issuing."""
    return _begun(request, token_signing.begin_issue, **_outgoing(request, pk))


@require_POST
def finish_issue(request: Any, pk: Any) -> JsonResponse:
    """Second half."""
    return _finished(request, token_signing.finish_issue, _("Đã đóng dấu và phát hành."), **_outgoing(request, pk))


@require_POST
def begin_from_paper(request: Any, pk: Any) -> JsonResponse:
    """First half of signing a scan."""
    return _begun(request, token_signing.begin_from_paper, **_outgoing(request, pk))


@require_POST
def finish_from_paper(request: Any, pk: Any) -> JsonResponse:
    """Second half."""
    said = _("Đã ký số của cơ quan lên bản quét.")
    return _finished(request, token_signing.finish_from_paper, said, **_outgoing(request, pk))


@require_POST
def begin_copy(request: Any, pk: Any) -> JsonResponse:
    """First half of an electronic copy."""
    return _begun(request, token_signing.begin_copy, **_copy(request, pk))


@require_POST
def finish_copy(request: Any, pk: Any) -> JsonResponse:
    """Second half."""
    return _finished(request, token_signing.finish_copy, _("Đã làm bản sao."), **_copy(request, pk))


def _outgoing(request: Any, pk: Any) -> dict[str, Any]:
    return {"outgoing": get(Outgoing, request.actor, pk=pk, related=RELATED)}


def _copy(request: Any, pk: Any) -> dict[str, Any]:
    return {"copy": get(Copy, request.actor, pk=pk, related=("document", "organisation"))}


def _begun(request: Any, verb: Callable[..., Any], **given: Any) -> JsonResponse:
    try:
        begun = verb(actor=request.actor, on=today(), version=posted_version(request), **given)
    except (RuleBroken, Stale) as refused:
        return JsonResponse({"error": str(refused.message)}, status=status_of(refused))
    told = [
        {
            "id": str(one.pk),
            "algorithm": one.about["algorithm"],
            "digest": one.about["digest"],
            "text": one.about["text"],
        }
        for one in begun
    ]
    return JsonResponse({"signatures": told})


def _finished(request: Any, verb: Callable[..., Any], said: str, **given: Any) -> JsonResponse:
    signatures = _signatures(request.POST.getlist("pending"), request.POST.getlist("signature"))
    try:
        verb(signatures=signatures, actor=request.actor, on=today(), version=posted_version(request), **given)
    except (RuleBroken, Stale) as refused:
        return JsonResponse({"error": str(refused.message)}, status=status_of(refused))
    return JsonResponse({"said": said})


def _signatures(pending: Sequence[str], signatures: Sequence[str]) -> list[tuple[str, bytes]]:
    """Pair what came; what is no base64 is no signature, and is refused as a wrong one."""
    return [(one, _decoded(text)) for one, text in zip(pending, signatures, strict=False)]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST else b""
    except (ValueError, binascii.Error):
        return b""


def _confirmed(request: Any) -> bool:
    return bool(request.POST.get("unread_confirmed") == "on")


def _sign_page(request: Any, waiting: list[Outgoing], title: str, back: str) -> HttpResponse:
    actor = request.actor
    found = SigningPlan.objects.visible_to(actor).filter(outgoing__in=waiting).select_related("prepared")
    plans = {plan.outgoing_id: plan for plan in found}
    read = reading.read_plans(plans.values(), actor)
    rows = [
        _row(
            one,
            "sign",
            confirm="" if one.pk in plans and plans[one.pk].pk in read else "unread_confirmed",
            confirm_label=_("Tôi chưa mở văn bản này nhưng vẫn ký"),
        )
        for one in waiting
    ]
    return _page(request, rows, title=title, back=back, person_id=actor.person_id)


def _issue_page(request: Any, waiting: list[Outgoing], back: str) -> HttpResponse:
    rows = [_row(one, "issue") for one in waiting]
    return _page(request, rows, title=_("Đóng dấu bằng USB token và phát hành"), back=back, person_id=None)


def _row(outgoing: Outgoing, step: str, **more: Any) -> dict[str, Any]:
    document = outgoing.document
    return {
        "label": f"{document.printed_code} {document.subject}".strip(),
        "url": reverse("registry:outgoing_read" if step == "sign" else "registry:outgoing", args=[outgoing.pk]),
        "begin": reverse(f"registry:token_{step}_begin", args=[outgoing.pk]),
        "finish": reverse(f"registry:token_{step}_finish", args=[outgoing.pk]),
        "sent": {"version": outgoing.version},
        **more,
    }


def _page(request: Any, rows: list[dict[str, Any]], *, title: str, back: str, person_id: Any) -> HttpResponse:
    body = get(Organisation, request.actor, pk=request.actor.organisation_id)
    key = agent_page.key(organisation_id=body.pk, person_id=person_id)
    if key is None:
        return redirect("signing:agent")
    context = {
        "title": title,
        "documents": rows,
        "body": body.name,
        "certificate_identity": key.identity,
        "certificate_subject": key.subject,
        "back_url": back,
        "back_label": _("Văn bản đi"),
        **agent_page.context(),
    }
    return agent_page.allowed(page(request, "signing/agent_sign.html", context))
