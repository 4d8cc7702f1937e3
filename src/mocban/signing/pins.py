"""A PIN on its way from a person's request to the worker: sealed, for one purpose, for some minutes.

A PIN is otherwise kept nowhere: in no row, session, address, log, audit entry or message. What `seal` returns may lie
in a row of the batch that it is for and is deleted there when the batch ends; without the installation's secret it is
nothing, and after `settings.PIN_SECONDS` it opens no more.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .pdf.refusals import answers, refuse


def seal(pin: str, *, purpose: str) -> str:
    """Return `pin` sealed for `purpose`, a text that names the one thing it is for ("batch:<id>")."""
    return _cipher(purpose).encrypt(pin.encode()).decode()


@answers
def unseal(sealed: str, *, purpose: str) -> str:
    """Return the PIN. Raises RuleBroken("signing.pin_expired") when it is too old or was sealed for something else."""
    try:
        return _cipher(purpose).decrypt(sealed.encode(), ttl=settings.PIN_SECONDS).decode()
    except (InvalidToken, ValueError):
        refuse("signing.pin_expired")


def _cipher(purpose: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"mocban pins\0" + purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
