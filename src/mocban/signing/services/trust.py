"""Trust anchors of the installation: two administrators agree on each, and on letting it go."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position
from mocban.people.selectors import positions_in_force

from .. import access, anchors, events, keys, rules
from ..choices import AnchorState, TrustPurpose
from ..models import Intermediate, TrustAnchor
from .reverifying import doubt_all_valid, reverify_soon

REASON_LENGTH = 300  # characters kept of a reason


@transaction.atomic
def propose_anchor(
    *,
    certificate: bytes,
    purposes: list[str],
    actor: Actor,
    on: date,
    since: date | None = None,
    until: date | None = None,
) -> TrustAnchor:
    """Propose to trust a certificate (DER or PEM bytes); it counts once a second administrator agrees.

    Raises PermissionDenied; RuleBroken `trust.*` (unreadable, not an authority, expired, purposes, known already).
    """
    from .. import trust_files  # loads cryptography, see keys.py

    access.require(actor, "trust.decide", _body(actor))
    rules.check_person("propose", actor.person_id, None)
    facts, now = trust_files.read_certificate(certificate), timezone.now()
    rules.check_anchor(
        authority=facts.authority,
        self_signed=facts.self_signed,
        timestamping=facts.timestamping,
        not_after=facts.not_after,
        at=now,
    )
    rules.check_terms(purposes, since, until, timestamping_only=facts.timestamping and not facts.authority)
    known = TrustAnchor.objects.select_for_update().filter(sha256=facts.sha256).first()
    if known is not None and known.state != AnchorState.ENDED:
        message = _("Chứng thư này đã có trong danh sách (%(state)s).")
        raise RuleBroken("trust.known", message % {"state": known.get_state_display()})
    anchor = known or TrustAnchor(certificate=facts.der, sha256=facts.sha256)
    anchor.subject, anchor.not_before, anchor.not_after = facts.subject, facts.not_before, facts.not_after
    anchor.purposes = [purpose for purpose in TrustPurpose.values if purpose in purposes]
    anchor.since, anchor.until = since, until
    anchor.state = rules.next_state(AnchorState.ENDED, "propose")
    anchor.proposed_by_id, anchor.proposed_by, anchor.proposed_at = actor.person_id, _named(actor), now
    anchor.agreed_by, anchor.agreed_at, anchor.withdrawal_by_id = "", None, None
    anchor.ended_by, anchor.ended_at = "", None
    anchor.save()
    details = {"fingerprint": facts.sha256, "purposes": anchor.purposes}
    audit.record(actor, events.TRUST_PROPOSED, anchor, details=details)
    _tell(events.TELL_TRUST_PROPOSED, anchor, actor, on)
    return anchor


@transaction.atomic
def agree_anchor(*, anchor: TrustAnchor, fingerprint: str, actor: Actor, on: date) -> TrustAnchor:
    """Agree as the second administrator, who typed the end of the `fingerprint` that the issuer published.

    Raises PermissionDenied; RuleBroken `trust.same_person`, `trust.fingerprint`, `trust.wrong_state`.
    """
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "agree", actor)
    rules.check_fingerprint(fingerprint, anchor.sha256)
    anchor.agreed_by, anchor.agreed_at = _named(actor), timezone.now()
    anchor.save()
    audit.record(actor, events.TRUST_AGREED, anchor)
    _tell(events.TELL_TRUST_AGREED, anchor, actor, on)
    reverify_soon()
    return anchor


@transaction.atomic
def refuse_anchor(*, anchor: TrustAnchor, reason: str, actor: Actor, on: date) -> TrustAnchor:
    """Refuse a proposal as another administrator, with a reason. Raises as `agree_anchor`, and `trust.no_reason`."""
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "refuse", actor)
    details = {"reason": _reason(reason)}
    _end(anchor, actor)
    audit.record(actor, events.TRUST_REFUSED, anchor, details=details)
    _tell(events.TELL_TRUST_ENDED, anchor, actor, on)
    return anchor


@transaction.atomic
def take_back_anchor(*, anchor: TrustAnchor, actor: Actor, on: date) -> TrustAnchor:
    """Take one's own proposal back. Raises PermissionDenied; RuleBroken `trust.not_proposer`, `trust.wrong_state`."""
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "take_back", actor)
    _end(anchor, actor)
    audit.record(actor, events.TRUST_TAKEN_BACK, anchor)
    _tell(events.TELL_TRUST_ENDED, anchor, actor, on)
    return anchor


@transaction.atomic
def ask_withdrawal(*, anchor: TrustAnchor, reason: str, actor: Actor, on: date) -> TrustAnchor:
    """Ask to trust an anchor no longer; it counts until a second administrator agrees.

    Raises PermissionDenied; RuleBroken `trust.wrong_state`, `trust.no_reason`.
    """
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "ask_withdrawal", actor)
    anchor.withdrawal_by_id = actor.person_id
    anchor.save(update_fields=["state", "withdrawal_by_id"])
    audit.record(actor, events.TRUST_WITHDRAWAL_ASKED, anchor, details={"reason": _reason(reason)})
    _tell(events.TELL_WITHDRAWAL_ASKED, anchor, actor, on)
    return anchor


@transaction.atomic
def agree_withdrawal(*, anchor: TrustAnchor, actor: Actor, on: date) -> TrustAnchor:
    """Agree, as another administrator than who asked, that an anchor is trusted no longer. Raises as `agree_anchor`."""
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "agree_withdrawal", actor)
    _end(anchor, actor)
    audit.record(actor, events.TRUST_WITHDRAWN, anchor)
    _tell(events.TELL_TRUST_ENDED, anchor, actor, on)
    doubt_all_valid()
    return anchor


@transaction.atomic
def keep_anchor(*, anchor: TrustAnchor, actor: Actor, on: date) -> TrustAnchor:
    """Keep an anchor whose withdrawal somebody asked. Raises PermissionDenied; RuleBroken `trust.wrong_state`."""
    access.require(actor, "trust.decide", _body(actor))
    anchor = _take_step(anchor, "keep", actor)
    anchor.withdrawal_by_id = None
    anchor.save(update_fields=["state", "withdrawal_by_id"])
    audit.record(actor, events.TRUST_KEPT, anchor)
    _tell(events.TELL_TRUST_KEPT, anchor, actor, on)
    return anchor


@transaction.atomic
def add_intermediate(*, certificate: bytes, actor: Actor) -> Intermediate:
    """Add a certificate between an anchor and the signers; one who trusts the anchor trusts what it issued.

    Raises PermissionDenied; RuleBroken `trust.unreadable`, `trust.not_authority`, `trust.unknown_issuer`.
    """
    from .. import trust_files  # loads cryptography, see keys.py

    access.require(actor, "trust.import", _body(actor))
    facts, now = trust_files.read_certificate(certificate), timezone.now()
    rules.check_anchor(
        authority=facts.authority, self_signed=False, timestamping=False, not_after=facts.not_after, at=now
    )
    if not trust_files.issuer_among(facts, known_issuers()):
        message = _("Nơi cấp “%(issuer)s” chưa được tin cậy ở đây; hãy thêm chứng thư của nơi đó trước.")
        raise RuleBroken("trust.unknown_issuer", message % {"issuer": facts.issuer})
    found, made = Intermediate.objects.get_or_create(
        sha256=facts.sha256,
        defaults={
            "certificate": facts.der,
            "subject": facts.subject,
            "not_after": facts.not_after,
            "added_by": _named(actor),
            "added_at": now,
        },
    )
    if made:
        audit.record(actor, events.INTERMEDIATE_ADDED, found)
        reverify_soon()
    return found


def known_issuers() -> list[bytes]:
    """Return every certificate (DER) whose word about another one counts: anchors and intermediates."""
    from cryptography.hazmat.primitives.serialization import Encoding

    roots = [root.public_bytes(Encoding.DER) for root in keys.trusted()]
    return [*roots, *(anchor.certificate for anchor in anchors.agreed()), *anchors.intermediates()]


def _take_step(anchor: TrustAnchor, verb: str, actor: Actor) -> TrustAnchor:
    """The anchor read anew and locked, its state moved by `verb`, not yet saved."""
    locked: TrustAnchor = TrustAnchor.objects.select_for_update().get(pk=anchor.pk)
    state = rules.next_state(locked.state, verb, withdrawal_asked=locked.withdrawal_asked)
    rules.check_person(verb, actor.person_id, locked.first_person_id)
    locked.state = state
    return locked


def _end(anchor: TrustAnchor, actor: Actor) -> None:
    anchor.ended_by, anchor.ended_at, anchor.withdrawal_by_id = _named(actor), timezone.now(), None
    anchor.save(update_fields=["state", "ended_by", "ended_at", "withdrawal_by_id"])


def _reason(typed: str) -> str:
    reason = clean_line(typed)[:REASON_LENGTH]
    if not reason:
        raise RuleBroken("trust.no_reason", _("Hãy ghi lý do để quản trị khác và người kiểm tra sau này hiểu."))
    return reason


def _body(actor: Actor) -> Organisation:
    return Organisation(pk=actor.organisation_id)


def _named(actor: Actor) -> str:
    """The person as the list shows it; the trail keeps the position too."""
    return actor.person_name[:100]


def administrators(on: date) -> Any:
    """Return the positions of every administrator of the installation, of whatever body."""
    return positions_in_force(on).filter(roles__contains=[Role.ADMINISTRATOR.value])


def _tell(kind: str, anchor: TrustAnchor, actor: Actor, on: date) -> None:
    others: list[Position] = list(administrators(on).exclude(person_id=actor.person_id))
    url = reverse("signing:anchor", args=[anchor.pk])
    notices.send(kind, to=others, about=anchor, url=url, details={"who": _named(actor)})
