"""Reports of verification, keys and trust over the API: what their pages show, for who may see those pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.responses import Status

from mocban.audit import services as audit
from mocban.audit.models import ReadKind
from mocban.content.models import DigitalObject
from mocban.content.selectors import readable
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today
from mocban.ui.pages import get

from . import access, agent_certificates, key_selectors, reports, selectors, services, trust_selectors
from .choices import KeyPlace
from .models import KeySource, Verification

router = Router(tags=["signing"])


class CheckOut(Schema):
    """One check of a stored file, without the whole report."""

    id: UUID
    object_id: UUID
    checked_at: datetime
    cause: str = Field(examples=["arrival"])
    verdict: str = Field(description="valid, invalid or indeterminate", examples=["valid"])
    signature_count: int
    bearing: str = Field(examples=["signed"])
    latest: bool


class WantsOut(Schema):
    """What a remote service asks for at each signature, as last seen."""

    pin: bool
    otp: bool = Field(description="a one-time code")
    at_once: int = Field(description="signatures that one authorisation covers")


class KeyOut(Schema):
    """Where a key lies and what its certificate says; never a secret."""

    owner: str
    person_id: UUID | None = Field(description="none: the organisation's own key")
    place: str = Field(description="file, token, remote, agent; trial, or empty without a key", examples=["agent"])
    has_image: bool
    subject: str
    issuer: str
    serial: str = Field(description="hexadecimal")
    algorithm: str
    valid_from: datetime | None
    valid_until: datetime | None
    days_left: int | None
    wants: WantsOut | None


class OwnKeyIn(Schema):
    certificate: str = Field(description="DER in base64", examples=["MIIC…"])
    chain: list[str] = Field([], description="the certificates above it, DER in base64")
    named: bool = Field(False, description="it is in another name, but the holder vouches that it is the own one")


class AnchorOut(Schema):
    id: UUID
    subject: str
    sha256: str
    purposes: list[str] = Field(examples=[["signing"]])
    state: str = Field(examples=["trusted"])
    since: date | None
    until: date | None
    not_before: datetime
    not_after: datetime
    proposed_by: str
    agreed_by: str
    withdrawal_asked: bool


class ConfiguredOut(Schema):
    subject: str
    sha256: str
    not_after: datetime


class IntermediateOut(Schema):
    id: UUID
    subject: str
    sha256: str
    not_after: datetime


class RevocationOut(Schema):
    id: UUID
    kind: str = Field(examples=["crl"])
    issuer: str
    this_update: datetime
    next_update: datetime | None
    state: str = Field(description="good, soon, stale, superseded or undated", examples=["good"])


class TrustOut(Schema):
    """What this installation judges signatures by."""

    anchors: list[AnchorOut]
    configured: list[ConfiguredOut] = Field(description="trusted by the folder of keys, without dates")
    intermediates: list[IntermediateOut]
    revocation: list[RevocationOut]


@router.get("/objects/{uuid:pk}/checks", response=list[CheckOut], summary="The checks of a stored file, newest first")
def checks(request: Any, pk: UUID) -> list[Verification]:
    return selectors.checks_of(_readable(request, pk).pk)


@router.post("/objects/{uuid:pk}/checks", response={201: CheckOut}, summary="Judge a stored file again, now")
def check_now(request: Any, pk: UUID) -> Status[Verification]:
    return Status(201, services.verify(stored=_readable(request, pk), actor=request.actor))


@router.get("/objects/{uuid:pk}/report", summary="The latest whole report, in the style of ETSI TS 119 102-2")
def object_report(request: Any, pk: UUID, form: Literal["json", "xml"] = "json") -> HttpResponse:
    return _report(request, selectors.last_verification(_readable(request, pk).pk), form)


@router.get("/checks/{uuid:pk}/report", summary="The whole report of one check")
def check_report(request: Any, pk: UUID, form: Literal["json", "xml"] = "json") -> HttpResponse:
    return _report(request, selectors.verification(pk), form)


@router.get("/keys", response=list[KeyOut], summary="The organisation's key, then everybody's (administrators)")
def keys_listed(request: Any) -> list[dict[str, Any]]:
    access.require(request.actor, "key.issue", _body(request))
    return [_key(state) for state in key_selectors.key_states(request.actor, on=today())]


@router.get("/keys/own", response=KeyOut, summary="The caller's own key")
def own_key(request: Any) -> dict[str, Any]:
    return _key_of(request, get(Person, request.actor, pk=request.actor.person_id))


@router.post("/keys/own", response=KeyOut, summary="Sign in two phases from now on, with this certificate's key")
def own_key_elsewhere(request: Any, given: OwnKeyIn) -> dict[str, Any]:
    owner = get(Person, request.actor, pk=request.actor.person_id)
    services.place_key(
        owner=owner, organisation=_body(request), place=KeyPlace.AGENT, settings={},
        certificate=agent_certificates.read(given.certificate)[0],
        chain=[agent_certificates.read(one)[0] for one in given.chain[: agent_certificates.MOST]],
        named=given.named, actor=request.actor,
    )  # fmt: skip
    return _key_of(request, owner)


@router.get("/keys/organisation", response=KeyOut, summary="The organisation's key, for who uses or places it")
def organisation_key(request: Any) -> dict[str, Any]:
    return _key_of(request, _body(request))


@router.get("/trust", response=TrustOut, summary="Trusted certificates, intermediates and revocation data")
def trust(request: Any) -> dict[str, Any]:
    actor = request.actor
    access.require(actor, "trust.view", _body(request))
    return {
        "anchors": list(trust_selectors.anchors_listed(actor)),
        "configured": trust_selectors.configured(),
        "intermediates": list(trust_selectors.intermediates_listed(actor)),
        "revocation": [
            {
                **{name: getattr(one.row, name) for name in ("id", "kind", "issuer", "this_update", "next_update")},
                "state": one.state,
            }
            for one in trust_selectors.revocation_listed(actor, at=timezone.now())
        ],
    }


def _readable(request: Any, pk: UUID) -> DigitalObject:
    stored = readable(pk, request.actor)
    if stored is None:
        raise Http404
    return stored


def _report(request: Any, row: Verification | None, form: str) -> HttpResponse:
    if row is None:
        raise Http404
    stored = _readable(request, row.object_id)
    data, kind = reports.as_file(row, stored, form)
    audit.read(request.actor, stored, ReadKind.DOWNLOADED)
    return HttpResponse(data, content_type=kind)


def _body(request: Any) -> Organisation:
    body: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    return body


def _key_of(request: Any, owner: Person | Organisation) -> dict[str, Any]:
    body = _body(request)
    access.require(
        request.actor,
        "key.view",
        KeySource(organisation=body, person=owner if isinstance(owner, Person) else None),
    )
    return _key(key_selectors.key_state(owner, body))


def _key(state: key_selectors.KeyState) -> dict[str, Any]:
    source, facts = state.source, state.facts
    wants = services.wants(source) if source is not None and source.place == KeyPlace.REMOTE else None
    trial = "trial" if state.has_trial else ""
    return {
        "owner": str(state.owner),
        "person_id": state.owner.pk if isinstance(state.owner, Person) else None,
        "place": source.place if source is not None else trial,
        "has_image": state.has_image,
        "subject": facts.subject if facts else "",
        "issuer": facts.issuer if facts else "",
        "serial": facts.serial if facts else "",
        "algorithm": facts.algorithm if facts else "",
        "valid_from": facts.since if facts else None,
        "valid_until": facts.until if facts else None,
        "days_left": state.days_left,
        "wants": wants
        and {
            "pin": wants["pin"],
            "otp": bool(wants["otp"]),
            "at_once": wants["at_once"],
        },
    }
