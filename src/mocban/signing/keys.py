"""Whose key lies where, what is trusted, and the images of signatures and seals."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person

from . import anchors, places
from .choices import KeyPlace
from .models import KeySource
from .pdf.refusals import answers
from .pins import seal as seal_pin
from .pins import unseal as open_pin
from .verification.trust import Anchor, Trust

if TYPE_CHECKING:
    from cryptography import x509

    from .adapters.remote import RemoteKeys
    from .adapters.softkeys import SoftKeys
    from .ports import KeyStore

__all__ = ["open_pin", "seal_pin"]

# The libraries of signing weigh 50 MiB a process: they are loaded on first use, not when the program starts.


def store() -> SoftKeys:
    """Return the store of the trial keys of this installation."""
    from .adapters.softkeys import SoftKeys

    return SoftKeys(Path(settings.KEYS_ROOT) / "soft", settings.SECRET_KEY)


@answers
def store_for(
    owner: Person | Organisation,
    *,
    organisation: Organisation,
    pin: str = "",
    otp: str = "",
    last_try: bool = False,
) -> KeyStore:
    """Return the store that holds the key with which `owner` signs for `organisation`.

    Without a declared place it is the trial key, which asks for no PIN. `pin` is the passphrase of a file or the PIN of
    a token or service, `otp` a one-time code where a service asks for one. `last_try` confirms that the last try before
    a token locks may be made. `signatures` is how many are expected: a service may authorise them at once. One store
    serves a whole batch with one entry of the PIN. Nothing is opened before a signer is asked for; refusals come then:
    `signing.wrong_pin`, `no_pin`, `last_try`, `pin_locked`, `no_token`, `token_busy`, `key_changed`, `key_elsewhere`,
    `not_allowed_place`, `wrong_otp`, `remote_*`.
    """
    person_id = owner.pk if isinstance(owner, Person) else None
    found = source(organisation_id=organisation.pk, person_id=person_id)
    if found is None:
        return store()
    return placed(found, pin=pin, otp=otp, last_try=last_try)


def own_store(actor: Actor, *, organisation: Organisation, pin: str = "", last_try: bool = False) -> KeyStore:
    """Return the store with the actor's own key, see `store_for`."""
    return store_for(Person(pk=actor.person_id), organisation=organisation, pin=pin, last_try=last_try)


def source(*, organisation_id: UUID, person_id: UUID | None) -> KeySource | None:
    """Return where the key of a person (None: of the organisation itself) lies; None for the trial key."""
    rows = KeySource.objects.filter(organisation_id=organisation_id)
    return (rows.filter(person_id=person_id) if person_id else rows.filter(person=None)).first()


def placed(found: KeySource, *, pin: str = "", otp: str = "", last_try: bool = False) -> KeyStore:
    """Return the store of a declared key."""
    from .adapters.placed import PlacedKeys

    name, (certificate, chain) = source_holder(found), certificates(found)

    def in_file() -> KeyStore:
        from .adapters.files import FileKeys

        path = file_path(found)
        return FileKeys(path.read_bytes() if path.exists() else b"", holder=name, pin=pin, chain=chain)

    def on_token() -> KeyStore:
        from .adapters.tokens import TokenKeys

        told = found.settings
        return TokenKeys(
            places.module(told["module"]), token_label=told["token"], serial=told["serial"], pin=pin,
            labels={name: bytes.fromhex(told["key_id"]) or told["label"]}, chain=chain, last_try=last_try,
        )  # fmt: skip

    def at_service() -> KeyStore:
        return at_service_of(found, pin=pin, otp=otp)

    opening = {KeyPlace.FILE: in_file, KeyPlace.TOKEN: on_token, KeyPlace.REMOTE: at_service}.get(KeyPlace(found.place))
    return PlacedKeys(certificate, holder=name, chain=chain, opening=opening)


def at_service_of(found: KeySource, *, pin: str = "", otp: str = "") -> RemoteKeys:
    """Return the store of a key at a remote service, see RemoteKeys. Refuses `signing.not_allowed_place`."""
    from .adapters.remote import RemoteKeys

    told = found.settings
    return RemoteKeys(
        places.service(told["service"]), credential=told["credential"], holder=source_holder(found), pin=pin, otp=otp,
        chain=certificates(found)[1],
    )  # fmt: skip


def certificates(found: KeySource) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """Return the certificate of a declared key and its chain, the issuer first."""
    from cryptography import x509

    chain = [x509.load_pem_x509_certificate(link.encode()) for link in found.chain]
    return x509.load_der_x509_certificate(bytes(found.certificate)), chain


def file_path(found: KeySource) -> Path:
    """Return where the PKCS#12 file of a declared key lies."""
    return Path(settings.KEYS_ROOT) / "files" / f"{found.pk}.p12"


def source_holder(found: KeySource) -> str:
    """Return the holder name of a declared key."""
    return person(found.person_id) if found.person_id else f"organisation:{found.organisation_id}"


def person(person_id: object) -> str:
    """Return the holder name of a person."""
    return f"person:{person_id}"


def organisation(body: Organisation) -> str:
    """Return the holder name of an organisation."""
    return f"organisation:{body.pk}"


def holder(owner: Person | Organisation) -> str:
    """Return the holder name of a person or an organisation."""
    return organisation(owner) if isinstance(owner, Organisation) else person(owner.pk)


def trusted() -> list[x509.Certificate]:
    """Return the roots signatures are checked against: the store's own and PEM files in keys/trusted."""
    from cryptography import x509

    roots = store().trust_roots()
    for file in sorted((Path(settings.KEYS_ROOT) / "trusted").glob("*.pem")):
        roots += x509.load_pem_x509_certificates(file.read_bytes())
    return roots


def known() -> list[x509.Certificate]:
    """Return every authority that this installation knows: trusted roots, agreed anchors, intermediates."""
    from cryptography import x509

    ders = [*(one.certificate for one in anchors.agreed()), *anchors.intermediates()]
    return [*trusted(), *(x509.load_der_x509_certificate(der) for der in ders)]


def trust(*, at: datetime) -> Trust:
    """Return what signatures are judged by at the moment `at`.

    The trial authority and the PEM files of the key folder count without dates; anchors of the database only while two
    administrators trust them, with the dates and purposes that they agreed on.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    kept = [Anchor(root.public_bytes(Encoding.DER)) for root in trusted()]
    crls, ocsps = anchors.revocation()
    return Trust(
        at=at,
        anchors=(*kept, *anchors.agreed()),
        others=anchors.intermediates(),
        crls=crls,
        ocsps=ocsps,
    )


def image(holder: str) -> bytes | None:
    """Return the PNG of the holder's signature or seal, or None."""
    path = _image_path(holder)
    return path.read_bytes() if path.exists() else None


def has_image(holder: str) -> bool:
    """Whether there is a picture for the holder."""
    return _image_path(holder).exists()


@answers
def keep_image(holder: str, data: bytes) -> None:
    """Keep the PNG of a signature or seal; raises RuleBroken("signing.image") for anything else."""
    from .pdf.images import picture

    picture(data)
    path = _image_path(holder)
    write_private(path, data)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only this program may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _image_path(holder: str) -> Path:
    return Path(settings.KEYS_ROOT) / "images" / f"{hashlib.sha256(holder.encode()).hexdigest()[:32]}.png"
