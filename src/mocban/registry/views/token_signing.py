"""Signing and sealing with the USB token of the person's own computer: the pages, and what their script asks for.

Every verb has one page and two addresses, alike for all of them; `STEPS` says what differs.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.signing import agent_page
from mocban.signing.models import PendingSignature
from mocban.ui.errors import status_of
from mocban.ui.forms import posted_version
from mocban.ui.pages import get, page

from .. import access, reading, selectors
from ..choices import OutgoingStatus
from ..models import Copy, Outgoing
from ..services import key_steps
from ..services.key_steps import KeyStep
from .outgoing import RELATED

MOST = 200  # documents of one page
LONGEST = 4096  # letters of one signature; RSA with 16384 bits has 2732


class Step(NamedTuple):
    """One verb as its page offers it; `start` takes what is signed and what was posted with it."""

    verb: str  # of `access.VERBS`
    start: Callable[..., KeyStep[Any]]
    title: Promise
    said: Promise  # once it is done


STEPS = {
    "sign": Step("outgoing.sign", key_steps.signing_step, _("Ký bằng USB token"), _("Đã ký số.")),
    "issue": Step(
        "outgoing.issue",
        key_steps.issuing_step,
        _("Đóng dấu bằng USB token và phát hành"),
        _("Đã đóng dấu và phát hành."),
    ),
    "from_paper": Step(
        "outgoing.issue_from_paper",
        key_steps.from_paper_step,
        _("Ký số bản quét bằng USB token"),
        _("Đã ký số của cơ quan lên bản quét."),
    ),
    "copy": Step("copy.make", key_steps.copy_step, _("Làm bản sao bằng USB token"), _("Đã làm bản sao.")),
}


@require_safe
def token_sign_list(request: Any) -> HttpResponse:
    """Everything that waits for the actor's signature, to be signed with one PIN."""
    waiting = selectors.to_sign(request.actor).select_related(*RELATED)[:MOST]
    return _page(request, "sign", list(waiting), reverse("registry:outgoing_list"))


@require_safe
def token_issue_list(request: Any) -> HttpResponse:
    """Everything that waits for the organisation's seal."""
    waiting = Outgoing.objects.visible_to(request.actor).filter(status=OutgoingStatus.NUMBERED)
    rows = [one for one in waiting.select_related(*RELATED)[:MOST] if access.may(request.actor, "outgoing.issue", one)]
    return _page(request, "issue", rows, reverse("registry:outgoing_list"))


@require_safe
def token_page(request: Any, pk: Any, step: str) -> HttpResponse:
    """One document, or one copy."""
    subject = _subject(request, pk, step)
    access.require(request.actor, STEPS[step].verb, subject)
    return _page(request, step, [subject], _address(subject))


@require_POST
def token_begin(request: Any, pk: Any, step: str) -> JsonResponse:
    """First half: what the token must sign."""
    try:
        begun = key_steps.begin(_started(request, pk, step))
    except (RuleBroken, Stale) as refused:
        return refused_answer(refused)
    return JsonResponse({"signatures": told_of(begun)})


@require_POST
def token_finish(request: Any, pk: Any, step: str) -> JsonResponse:
    """Second half: the signatures."""
    try:
        key_steps.finish(_started(request, pk, step), signatures_of(request))
    except (RuleBroken, Stale) as refused:
        return refused_answer(refused)
    return JsonResponse({"said": str(STEPS[step].said)})


def _subject(request: Any, pk: Any, step: str) -> Outgoing | Copy:
    found: Outgoing | Copy
    if step == "copy":
        found = get(Copy, request.actor, pk=pk, related=("document", "organisation"))
    else:
        found = get(Outgoing, request.actor, pk=pk, related=RELATED)
    return found


def _started(request: Any, pk: Any, step: str) -> KeyStep[Any]:
    given: dict[str, Any] = {"actor": request.actor, "on": today(), "version": posted_version(request)}
    given["copy" if step == "copy" else "outgoing"] = _subject(request, pk, step)
    if step == "sign":
        given["unread_confirmed"] = request.POST.get("unread_confirmed") == "on"
    return STEPS[step].start(**given)


def refused_answer(refused: RuleBroken | Stale) -> JsonResponse:
    """The sentence, for the script."""
    return JsonResponse({"error": str(refused.message)}, status=status_of(refused))


def told_of(begun: Sequence[PendingSignature]) -> list[dict[str, str]]:
    """What was begun, for the script."""
    told = ("algorithm", "digest", "text")
    return [{"id": str(one.pk), **{name: one.about[name] for name in told}} for one in begun]


def signatures_of(request: Any) -> list[tuple[str, bytes]]:
    """Pair what came; what is no base64 is no signature, and is refused as a wrong one."""
    brought = zip(request.POST.getlist("pending"), request.POST.getlist("signature"), strict=False)
    return [(one, _decoded(text)) for one, text in brought]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST else b""
    except (ValueError, binascii.Error):
        return b""


def _page(request: Any, step: str, subjects: Sequence[Outgoing | Copy], back: str) -> HttpResponse:
    """The page with `subjects` to choose from; without a key in a token, the one where such a key is declared."""
    actor = request.actor
    body = get(Organisation, actor, pk=actor.organisation_id)
    key = agent_page.key(organisation_id=body.pk, person_id=actor.person_id if step == "sign" else None)
    if key is None:
        return redirect("signing:agent")
    asked = step == "sign"
    read = reading.read_documents([one.pk for one in subjects], actor) if asked else set()
    context = {
        "title": STEPS[step].title,
        "documents": [_row(one, step, asks=asked and one.pk not in read) for one in subjects],
        "body": body.name,
        "certificate_identity": key.identity,
        "certificate_subject": key.subject,
        "back_url": back,
        "back_label": _("Bản sao văn bản") if step == "copy" else _("Văn bản đi"),
        **agent_page.context(),
    }
    return agent_page.allowed(page(request, "signing/agent_sign.html", context))


def _row(subject: Outgoing | Copy, step: str, *, asks: bool) -> dict[str, Any]:
    kind = subject.kind_name if isinstance(subject, Copy) else ""
    code = subject.printed_code if isinstance(subject, Copy) else subject.document.printed_code
    return {
        "label": " ".join(filter(None, (kind, code, subject.document.subject))),
        "url": reverse("registry:outgoing_read", args=[subject.pk]) if step == "sign" else _address(subject),
        "begin": reverse(f"registry:token_{step}_begin", args=[subject.pk]),
        "finish": reverse(f"registry:token_{step}_finish", args=[subject.pk]),
        "sent": {"version": subject.version},
        "confirm": "unread_confirmed" if asks else "",
        "confirm_label": _("Tôi chưa mở văn bản này nhưng vẫn ký"),
    }


def _address(subject: Outgoing | Copy) -> str:
    return reverse("registry:copy" if isinstance(subject, Copy) else "registry:outgoing", args=[subject.pk])
