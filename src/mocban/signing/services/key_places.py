"""Saying where the key of a person or of the organisation lies, and to whom its device was handed.

An individual keeps the own device; the registry clerk uses the organisation's, and gives it to somebody else only with
written permission and a record (NĐ 30/2020, Điều 32).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person
from mocban.people.selectors import positions_of, today

from .. import access, events, keys, places
from ..choices import KeyPlace
from ..models import KeySource
from ..pdf.refusals import ORDER_RULE, answers, refuse

if TYPE_CHECKING:
    from cryptography import x509

Owner = Person | Organisation
TRIAL = b"Moc Ban: thu khoa"  # what a trial signature is made over; no document


@answers
def place_key_file(
    *, owner: Owner, organisation: Organisation, data: bytes, passphrase: str, named: bool, actor: Actor
) -> KeySource:
    """Keep the PKCS#12 file of the owner's key; the passphrase opens it now and is forgotten.

    `named` is an administrator's confirmation of a certificate in another name.
    Raises PermissionDenied; RuleBroken `signing.key_file`, `wrong_pin`,
    `key_unfit`, `certificate_purpose`, `certificate_dates`, `certificate_name`.
    """
    from ..adapters import files

    access.require(actor, "key.place", _about(owner, organisation))
    certificate, chain = files.examined(data, passphrase)
    return place_key(
        owner=owner, organisation=organisation, place=KeyPlace.FILE, settings={}, certificate=certificate, chain=chain,
        named=named, actor=actor, data=data,
    )  # fmt: skip


@answers
def place_key_on_token(
    *,
    owner: Owner,
    organisation: Organisation,
    module: str,
    token: str,
    serial: str,
    key_id: str,
    label: str,
    chain: Sequence[x509.Certificate],
    pin: str,
    named: bool,
    actor: Actor,
) -> KeySource:
    """Say that the owner's key is on a token or HSM of this server: its module by name, its label and serial number.

    `key_id` (hexadecimal CKA_ID) or `label` name the key. With `pin` one signature is tried now; it is not kept.
    Raises PermissionDenied; RuleBroken as `place_key` and `store_for`.
    """
    from ..adapters import devices

    access.require(actor, "key.place", _about(owner, organisation))
    listed = devices.listed(places.module(module))
    found = [
        one
        for one in listed
        if (one.token.label, one.token.serial, one.key_id.hex(), one.label) == (token, serial, key_id, label)
    ]
    if len(found) != 1:
        refuse("signing.no_token")
    links = [*chain, *(one.certificate for one in listed)]  # some tokens carry their authority's certificates too
    told = {"module": module, "token": token, "serial": serial, "key_id": key_id, "label": label}
    _try(_source(owner, organisation, KeyPlace.TOKEN, told, found[0].certificate, links), pin)
    return place_key(
        owner=owner, organisation=organisation, place=KeyPlace.TOKEN, settings=told, certificate=found[0].certificate,
        chain=links, named=named, actor=actor,
    )  # fmt: skip


@answers
def place_key_at_service(
    *,
    owner: Owner,
    organisation: Organisation,
    service: str,
    account: str,
    credential: str,
    pin: str,
    named: bool,
    actor: Actor,
    otp: str = "",
) -> KeySource:
    """Say that the owner's key is at a remote signing service, under this credential of this account.

    With `pin` or `otp` one signature is tried now; neither is kept. Raises PermissionDenied; RuleBroken as `place_key`
    and `store_for`.
    """
    from ..adapters import credentials, csc
    from .at_service import TOLD, told_of

    access.require(actor, "key.place", _about(owner, organisation))
    client = csc.Client(places.service(service))
    found = [one for one in credentials.credentials(client, account=account) if one.id == credential]
    if len(found) != 1:
        refuse("signing.no_key")
    if found[0].mode == credentials.IN_BROWSER:
        refuse("signing.in_browser")
    told = {"service": service, "account": account, "credential": credential, TOLD: told_of(client, found[0])}
    _try(_source(owner, organisation, KeyPlace.REMOTE, told, found[0].certificate, found[0].chain), pin, otp)
    return place_key(
        owner=owner, organisation=organisation, place=KeyPlace.REMOTE, settings=told, certificate=found[0].certificate,
        chain=found[0].chain, named=named, actor=actor,
    )  # fmt: skip


@answers
@transaction.atomic
def place_key(
    *,
    owner: Owner,
    organisation: Organisation,
    place: KeyPlace,
    settings: dict[str, Any],
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
    named: bool,
    actor: Actor,
    data: bytes = b"",
) -> KeySource:
    """Keep where the owner's key lies instead of what was known before; `data` is the file where the place is one.

    Raises PermissionDenied; RuleBroken `signing.key_unfit`, `certificate_purpose`, `certificate_dates`, and
    `certificate_name` unless somebody has looked and vouches that it is the owner's all the same (`named`): an
    administrator, or for a token at the own desk its holder.
    """
    from ..adapters import fitness

    access.require(actor, "key.place", _about(owner, organisation))
    fitness.require_fit(certificate, now=timezone.now())
    # On devices and services that many share nobody vouches for the own claim; at one's own desk one holds the token.
    vouched = named and (place == KeyPlace.AGENT or access.may(actor, "key.issue", organisation))
    if not vouched:
        fitness.require_named(certificate, str(owner))
    _forget(owner, organisation)
    made = _source(owner, organisation, place, settings, certificate, chain)
    made.created_at, made.created_by = timezone.now(), actor.person_name
    made.save()
    details = _details(made, owner)
    audit.record(actor, events.KEY_PLACED, owner, details=details, about=[organisation])
    _tell(events.TELL_KEY_PLACED, owner, actor, details)
    if data:
        keys.write_private(keys.file_path(made), data)
    return made


@transaction.atomic
def remove_key_place(*, owner: Owner, organisation: Organisation, actor: Actor) -> None:
    """Forget where the owner's key lies; the trial key is used again, where there is one.

    Raises PermissionDenied; RuleBroken("signing.no_place").
    """
    access.require(actor, "key.place", _about(owner, organisation))
    removed = _forget(owner, organisation)
    if removed is None:
        raise RuleBroken("signing.no_place", _("Chưa khai báo nơi giữ khóa nào."))
    details = _details(removed, owner)
    audit.record(actor, events.KEY_PLACE_REMOVED, owner, details=details, about=[organisation])
    _tell(events.TELL_KEY_REMOVED, owner, actor, details)


@transaction.atomic
def hand_over_key(*, organisation: Organisation, receiver: Person, permission: str, on: date, actor: Actor) -> None:
    """Record that the device with the organisation's key was given to another person of it (NĐ 30/2020, Điều 32).

    `permission` names the written permission. Raises PermissionDenied; RuleBroken `signing.hand_over_permission`,
    `hand_over_receiver`, `hand_over_day`.
    """
    access.require(actor, "key.hand_over", organisation)
    words = clean_line(permission)[:300]
    if not words:
        sentence = _("Chỉ giao thiết bị lưu khóa bí mật khi được phép bằng văn bản: hãy ghi rõ văn bản đó.")
        raise RuleBroken("signing.hand_over_permission", sentence, ORDER_RULE)
    if on > today():
        raise RuleBroken("signing.hand_over_day", _("Ngày giao không được sau hôm nay."))
    if not any(position.organisation_id == organisation.pk for position in positions_of(receiver, on)):
        sentence = _("Người nhận không giữ vị trí nào ở cơ quan trong ngày giao.")
        raise RuleBroken("signing.hand_over_receiver", sentence)
    details = {"receiver": receiver.full_name, "day": f"{on:%d/%m/%Y}", "permission": words}
    audit.record(actor, events.KEY_HANDED_OVER, organisation, basis=[ORDER_RULE], details=details, about=[receiver])


def _about(owner: Owner, organisation: Organisation) -> KeySource:
    """Return what permission is asked about: the key of this owner for this organisation."""
    return KeySource(organisation=organisation, person=owner if isinstance(owner, Person) else None)


def _source(
    owner: Owner,
    organisation: Organisation,
    place: KeyPlace,
    settings: dict[str, Any],
    certificate: x509.Certificate,
    chain: Sequence[x509.Certificate],
) -> KeySource:
    """Return the row as it will be kept."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from ..adapters import fitness

    made = _about(owner, organisation)
    made.place, made.settings = place, settings
    made.certificate = certificate.public_bytes(Encoding.DER)
    known = fitness.order(certificate, [*chain, *keys.known()])
    made.chain = [link.public_bytes(Encoding.PEM).decode() for link in known]
    return made


def _forget(owner: Owner, organisation: Organisation) -> KeySource | None:
    """Delete the row, and its file once that has happened; returns what was there."""
    person_id = owner.pk if isinstance(owner, Person) else None
    rows = KeySource.objects.select_for_update().filter(organisation=organisation, person_id=person_id)
    found = rows.first()
    if found is None:
        return None
    path = keys.file_path(found)
    rows.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return found


def _try(made: KeySource, pin: str, otp: str = "") -> None:
    """Sign something that is no document, where a PIN was given for it; the adapters prove the signature themselves."""
    import asyncio

    if not pin and not otp:
        return
    signer = keys.placed(made, pin=pin, otp=otp).signer(keys.source_holder(made))
    asyncio.run(signer.async_sign_raw(TRIAL, "sha256"))


def _details(made: KeySource, owner: Owner) -> dict[str, object]:
    from ..adapters import fitness

    told = fitness.facts(keys.certificates(made)[0])
    place = KeyPlace(made.place).label
    return {"owner": str(owner), "place": place, "certificate": told.subject, "serial": told.serial}


def _tell(kind: str, owner: Owner, actor: Actor, details: dict[str, object]) -> None:
    """Tell the person whose key somebody else touched."""
    if isinstance(owner, Person) and owner.pk != actor.person_id:
        notices.send(
            kind, to=positions_of(owner, today()), about=owner, url=reverse("signing:own_key"), details=details
        )
