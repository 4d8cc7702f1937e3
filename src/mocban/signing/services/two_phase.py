"""Signing with a key on the person's own computer, or at a remote service: begin here, sign there, finish here.

Both halves run the same verb of the app that asks, `work`: the first time with a key that leaves zeros, and everything
is taken back; the second time with the signature that came. So permission, rules, storing and the trail are those of
signing at once, and the file never leaves the server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.lib.ids import new_id
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today

from .. import access, events, grading, keys
from ..choices import KeyPlace
from ..models import KeySource, PendingSignature
from ..pdf.refusals import answers, refuse
from .preparing import OpenKey

if TYPE_CHECKING:
    from ..pdf.grades import Grade
    from ..pdf.two_phase import AwayHand, Begun, BroughtHand

T = TypeVar("T")
AWAY = (KeyPlace.AGENT, KeyPlace.REMOTE)
TEXT_LENGTH = 300  # of what the signing program shows


class _TakenBack(Exception):
    """Ends the first half, so that nothing of it stays."""


def is_elsewhere(*, organisation_id: UUID, person_id: UUID | None) -> bool:
    """Whether the key of the person (None: of the organisation) is used through the program on its own computer."""
    found = keys.source(organisation_id=organisation_id, person_id=person_id)
    return found is not None and found.place == KeyPlace.AGENT


def is_at_service(*, organisation_id: UUID, person_id: UUID | None) -> bool:
    """Whether the key of the person (None: of the organisation) lies at a remote signing service."""
    found = keys.source(organisation_id=organisation_id, person_id=person_id)
    return found is not None and found.place == KeyPlace.REMOTE


@answers
@transaction.atomic
def begin_signing(
    *,
    owner: Person | Organisation,
    organisation: Organisation,
    work: Callable[[OpenKey], object],
    subject: Model,
    text: str,
    actor: Actor,
    place: KeyPlace = KeyPlace.AGENT,
) -> list[PendingSignature]:
    """Run `work` up to its signatures, take it back, and return what the owner's key elsewhere must sign for it.

    `subject` is the object whose history tells of it, `text` what the signing program shows. What the same person began
    for the same subject before is void. The key must lie at `place`: on the own computer, or at a remote service.
    Raises PermissionDenied; RuleBroken as `work`, "signing.not_elsewhere".
    """
    access.require(actor, _verb(owner), organisation)
    source = _source(owner, organisation)
    if source.place != place:
        refuse("signing.not_elsewhere")
    hand = _away(source)
    try:
        with transaction.atomic():
            work(OpenKey(hand, keys.certificates(source)[0]))
            raise _TakenBack
    except _TakenBack:
        pass
    _forget(PendingSignature.objects.filter(person_id=_person_id(actor), about__subject=str(subject.pk)))
    made = _kept(hand.begun, source, subject, clean_line(text)[:TEXT_LENGTH], actor)
    verb = events.DIGEST_GIVEN if source.place == KeyPlace.AGENT else events.DIGEST_SENT
    for one in made:
        audit.record(actor, verb, subject, details={"digest": one.about["digest"]})
    return made


@answers
@transaction.atomic
def finish_signing(
    *, signatures: Sequence[tuple[str, bytes]], work: Callable[[OpenKey], T], subject: Model, actor: Actor
) -> T:
    """Run `work` with the signatures (id of what was begun, signature) that came, and return what it returns.

    A wrong signature leaves what was begun for another try. Raises PermissionDenied; RuleBroken as `work`, and
    "signing.pending_gone" | "pending_expired" | "pending_other" | "pending_changed" | "key_changed" |
    "wrong_signature".
    """
    waiting = _waiting(signatures, subject, actor)
    first = waiting[0][0]
    organisation = first.organisation
    owner: Person | Organisation = Person(pk=actor.person_id) if first.holder.startswith("person:") else organisation
    access.require(actor, _verb(owner), organisation)
    source = _source(owner, organisation)
    if str(source.pk) != first.about["source"]:
        refuse("signing.key_changed")
    hand = _brought(source, waiting)
    done = work(OpenKey(hand, keys.certificates(source)[0]))
    if hand.waiting:
        refuse("signing.pending_changed")
    _forget(PendingSignature.objects.filter(about__group=first.about["group"]))
    verb = events.SIGNATURE_BROUGHT if source.place == KeyPlace.AGENT else events.SIGNATURE_FETCHED
    audit.record(actor, verb, subject, details={"digest": first.about["digest"]})
    return done


def drop_begun(waiting: Sequence[PendingSignature]) -> None:
    """Forget what was begun and will not be signed, the kept files with it."""
    _forget(PendingSignature.objects.filter(pk__in=[one.pk for one in waiting]))


def forget_expired() -> int:
    """Delete what nobody finished in time, the kept files with it. Returns how many."""
    return _forget(PendingSignature.objects.filter(expires_at__lt=timezone.now()))


def _forget(pending: QuerySet[PendingSignature]) -> int:
    """Delete these rows and, once that stands, the files kept for them. Returns how many."""
    files = list(pending.values_list("prepared_sha256", flat=True))
    pending.delete()
    for sha256 in files:
        transaction.on_commit(partial(content.discard_aside, sha256))
    return len(files)


def _person_id(actor: Actor) -> UUID:
    """The person whose act it is; the installation itself signs nothing."""
    if actor.person_id is None:
        raise PermissionDenied
    return actor.person_id


def _verb(owner: Person | Organisation) -> str:
    return "document.seal" if isinstance(owner, Organisation) else "document.sign"


def _source(owner: Person | Organisation, organisation: Organisation) -> KeySource:
    person_id = owner.pk if isinstance(owner, Person) else None
    found = keys.source(organisation_id=organisation.pk, person_id=person_id)
    if found is None or found.place not in AWAY:
        refuse("signing.not_elsewhere")
    return found


def _away(source: KeySource) -> AwayHand:
    from ..pdf.two_phase import AwayHand  # loads pyHanko, see keys.py

    certificate, chain = keys.certificates(source)
    image = keys.image(keys.source_holder(source))
    return AwayHand(certificate=certificate, chain=chain, image=image, grade=_grade(source))


def _grade(source: KeySource) -> Grade:
    return grading.grade_of_key(source.person or source.organisation, source.organisation, on=today())


def _brought(source: KeySource, waiting: Sequence[tuple[PendingSignature, bytes]]) -> BroughtHand:
    from ..pdf.two_phase import Begun, BroughtHand  # loads pyHanko, see keys.py

    begun = [
        Begun(
            content.read_aside(row.prepared_sha256),
            bytes.fromhex(row.document_digest),
            bytes(row.signed_attributes),
            row.about["algorithm"],
            row.about["made_from"],
        )
        for row, _signature in waiting
    ]
    signatures = [signature for _row, signature in waiting]
    waiting_hand = list(zip(begun, signatures, strict=True))
    return BroughtHand(waiting_hand, certificate=keys.certificates(source)[0], grade=_grade(source))


def _kept(begun: Sequence[Begun], source: KeySource, subject: Model, text: str, actor: Actor) -> list[PendingSignature]:
    """Keep what was begun; the rows of one step share a group and are finished together."""
    now, group = timezone.now(), str(new_id())
    return [
        PendingSignature.objects.create(
            organisation_id=source.organisation_id,
            person_id=_person_id(actor),
            holder=keys.source_holder(source),
            prepared_sha256=content.set_aside(one.pdf),
            document_digest=one.document_digest.hex(),
            signed_attributes=one.signed_attributes,
            about={
                "group": group,
                "of": len(begun),
                "place": place,
                "subject": str(subject.pk),
                "source": str(source.pk),
                "made_from": one.made_from,
                "algorithm": one.algorithm,
                "digest": one.digest.hex(),
                "text": text,
            },
            created_at=now,
            expires_at=now + timedelta(seconds=settings.SIGNING_PENDING_SECONDS),
        )
        for place, one in enumerate(begun)
    ]


def _waiting(
    signatures: Sequence[tuple[str, bytes]], subject: Model, actor: Actor
) -> list[tuple[PendingSignature, bytes]]:
    """Return what was begun with its signatures, in the order of signing; all of one group, or a refusal."""
    brought = {str(identity): signature for identity, signature in signatures}
    own = PendingSignature.objects.select_for_update(of=["self"]).select_related("organisation").order_by("id")
    try:
        rows = list(own.filter(pk__in=[UUID(one) for one in brought], organisation_id=actor.organisation_id))
    except ValueError:
        rows = []
    if not rows or len(rows) != len(brought):
        refuse("signing.pending_gone")
    if any(row.person_id != actor.person_id for row in rows):
        refuse("signing.pending_other")
    first = rows[0].about
    if any((row.about["group"], row.about["subject"]) != (first["group"], str(subject.pk)) for row in rows):
        refuse("signing.pending_gone")
    if len(rows) != first["of"]:
        refuse("signing.pending_gone")
    if any(row.expires_at <= timezone.now() for row in rows):
        refuse("signing.pending_expired")
    rows.sort(key=lambda row: row.about["place"])
    return [(row, brought[str(row.pk)]) for row in rows]
