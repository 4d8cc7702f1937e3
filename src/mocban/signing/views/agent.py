"""The page on which a person lets the program on the own computer in, and says which certificate to use."""

from __future__ import annotations

import hashlib
from typing import Any

from cryptography import x509
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Person
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page

from .. import access, agent_certificates, agent_page, keys, services
from ..choices import KeyPlace
from ..models import KeySource
from ..pdf.refusals import answers


@require_http_methods(["GET", "HEAD", "POST"])
def agent_keys(request: Any) -> HttpResponse:
    """Pair, choose, declare. The certificates come from the program through the browser; the key never does."""
    actor = request.actor
    body = get(Organisation, actor, pk=actor.organisation_id)
    refusal: RuleBroken | None = None
    if request.method == "POST":
        whole = request.POST.get("owner") == "organisation"
        owner: Person | Organisation = body if whole else get(Person, actor, pk=actor.person_id)
        try:
            declared = _declare(request, owner, body)
        except RuleBroken as refused:
            refusal = refused
        else:
            say_done(request, _("Từ nay ký bằng chứng thư “%(subject)s” trên token.") % {"subject": _subject(declared)})
            return redirect("signing:agent")
    context = {
        "title": _("Ký bằng USB token trên máy của bạn"),
        "declared": [_shown(one) for one in _declared(actor)],
        "owners": _owners(actor, body),
        "agent_unpair": True,
        "refusal": refusal.message if refusal else "",
        **agent_page.context(),
    }
    return agent_page.allowed(page(request, "signing/agent.html", context, status=409 if refusal else 200))


@require_POST
def agent_describe(request: Any) -> JsonResponse:
    """Say of each certificate whose it is, and why it cannot be used where that is so."""
    found = {}
    for text in request.POST.getlist("certificate")[: agent_certificates.MOST]:
        try:
            certificate, der = agent_certificates.read(text)
        except RuleBroken:
            continue
        found[hashlib.sha256(der).hexdigest()] = _told(certificate)
    return JsonResponse({"certificates": found})


def _declare(request: Any, owner: Person | Organisation, body: Organisation) -> KeySource:
    certificate, _der = agent_certificates.read(request.POST.get("certificate", ""))
    chain = [agent_certificates.read(text)[0] for text in request.POST.getlist("chain")[: agent_certificates.MOST]]
    return services.place_key(
        owner=owner, organisation=body, place=KeyPlace.AGENT, settings={}, certificate=certificate, chain=chain,
        named=request.POST.get("named") == "on", actor=request.actor,
    )  # fmt: skip


def _told(certificate: x509.Certificate) -> dict[str, str]:
    from ..adapters import fitness

    told = fitness.facts(certificate)
    shown = {name: getattr(told, name) for name in ("subject", "organisation", "issuer", "serial", "algorithm")}
    shown["dates"] = f"{told.since:%d/%m/%Y} – {told.until:%d/%m/%Y}"
    try:
        answers(fitness.require_fit)(certificate, now=timezone.now())
    except RuleBroken as refused:
        shown["refusal"] = str(refused.message)
    return shown


def _declared(actor: Any) -> list[KeySource]:
    """The actor's own key and the organisation's, where they are used through the program."""
    both = (keys.source(organisation_id=actor.organisation_id, person_id=one) for one in (actor.person_id, None))
    return [one for one in both if one is not None and one.place == KeyPlace.AGENT]


def _shown(source: KeySource) -> tuple[str, str, Any]:
    from ..adapters import fitness

    told = fitness.facts(keys.certificates(source)[0])
    return (_("Của bạn") if source.person_id else _("Của cơ quan")), told.subject, told.until


def _subject(source: KeySource) -> str:
    return _shown(source)[1]


def _owners(actor: Any, body: Organisation) -> list[tuple[str, str]]:
    """For whom this actor may declare a key, with the words on the button."""
    own = KeySource(organisation=body, person_id=actor.person_id)
    whole = KeySource(organisation=body)
    choices = [("own", own, _("Dùng chứng thư này cho tôi")), ("organisation", whole, _("Dùng cho cơ quan"))]
    return [(owner, label) for owner, source, label in choices if access.may(actor, "key.place", source)]
