"""The key store and the images of this installation."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from mocban.people.models import Organisation, Person

from . import anchors
from .pdf.refusals import answers
from .verification.trust import Anchor, Trust

if TYPE_CHECKING:
    from cryptography import x509

    from .adapters.softkeys import SoftKeys

# The libraries of signing weigh 50 MiB a process: they are loaded on first use, not when the program starts.


def store() -> SoftKeys:
    """Return the key store in use."""
    from .adapters.softkeys import SoftKeys

    return SoftKeys(Path(settings.KEYS_ROOT) / "soft", settings.SECRET_KEY)


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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    draft.replace(path)


def _image_path(holder: str) -> Path:
    return Path(settings.KEYS_ROOT) / "images" / f"{hashlib.sha256(holder.encode()).hexdigest()[:32]}.png"
