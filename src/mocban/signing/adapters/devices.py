"""PKCS#11 modules and their tokens: finding them, entering the PIN with care, one login for all who gave the same PIN.

A module knows one login a process: whoever works in this process while it lasts would sign with it, whatever PIN was
typed. So a login is shared only by those who prove the same PIN, and it ends when nobody refers to it any more. One
thread at a time calls a module, because it was started without locks of its own.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from django.utils.translation import gettext as _
from pkcs11 import Attribute, ObjectClass
from pkcs11.constants import TokenFlag
from pkcs11.exceptions import (
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from mocban.signing.pdf.refusals import refuse

DEVICE = threading.RLock()
_PROOF_KEY = os.urandom(32)
CERTIFICATES = 50  # read from one token


@dataclass(frozen=True)
class TokenName:
    """Which token of which module. An empty `serial` means any token with that label."""

    module: Path
    label: str
    serial: str = ""


@dataclass(frozen=True)
class Found:
    """A certificate found on a token."""

    token: TokenName
    key_id: bytes
    label: str
    certificate: x509.Certificate


class Login:
    """An open session in which the PIN was accepted."""

    def __init__(self, session: Any, proof: bytes) -> None:
        self.session, self._proof, self.alive = session, proof, True
        self.mechanisms: frozenset[Any] | None = None  # kept here by who asked for them
        self._end = weakref.finalize(self, _closed, session)
        self._end.atexit = False  # the module itself forgets the login when the process ends

    def same_pin(self, pin: str) -> bool:
        """Whether this login was made with `pin`; the token is not asked, so no try is lost."""
        return hmac.compare_digest(self._proof, _proof(pin))

    def end(self) -> None:
        """Leave the token; the next use logs in anew."""
        self.alive = False
        self._end()


_logins: weakref.WeakValueDictionary[TokenName, Login] = weakref.WeakValueDictionary()


@contextlib.contextmanager
def device() -> Iterator[None]:
    """Be alone with the devices; what fails inside means that the token is gone."""
    with DEVICE:
        try:
            yield
        except PKCS11Error:
            refuse("signing.no_token")


def log_in(name: TokenName, pin: str, *, last_try: bool = False) -> Login:
    """Return a login with `pin`, the running one when there is one.

    Refuses: no PIN, wrong PIN, locked, no token, another program at it; and the last try unless `last_try` confirms it.
    """
    with DEVICE:
        running = _logins.get(name)
        if running is not None and running.alive:
            if not running.same_pin(pin):
                refuse("signing.wrong_pin", left="")
            return running
        token = find(name)
        _before(token, pin, last_try=last_try)
        try:
            session = token.open(user_pin=pin)
        except (PinIncorrect, PinInvalid, PinLenRange):
            _after_wrong(name)
        except PinLocked:
            refuse("signing.pin_locked")
        except UserAlreadyLoggedIn:
            refuse("signing.token_busy")
        except PKCS11Error:
            refuse("signing.no_token")
        made = Login(session, _proof(pin))
        _logins[name] = made
        return made


def find(name: TokenName) -> Any:
    """Return the one token of that name; refuses none and several."""
    with device():
        found = [token for token in tokens(name.module) if _is(token, name)]
        if len(found) != 1 and _started_anew(name.module):
            found = [token for token in tokens(name.module) if _is(token, name)]
    if len(found) != 1:
        refuse("signing.no_token")
    return found[0]


def _started_anew(module: Path) -> bool:
    """Start the module again where nobody is logged in: many see a token that was plugged in later only then."""
    if any(name.module == module and login.alive for name, login in list(_logins.items())):
        return False
    pkcs11.lib(str(module)).reinitialize()
    return True


def tokens(module: Path) -> list[Any]:
    """Return the tokens that are in the module's slots now. Raises PKCS11Error; refuses a file that is no module."""
    with DEVICE:
        try:
            library = pkcs11.lib(str(module))
        except (RuntimeError, OSError) as problem:
            if isinstance(problem, PKCS11Error):
                raise
            refuse("signing.no_token")
        present = []
        for slot in library.get_slots(token_present=True):
            with contextlib.suppress(PKCS11Error):  # one reader that fails does not hide the others
                present.append(slot.get_token())
        return [token for token in present if token.flags & TokenFlag.TOKEN_INITIALIZED]


def listed(module: Path) -> list[Found]:
    """Return the certificates that can be read without a PIN on every token of the module."""
    with device():
        tokens(module)  # refuses a file that is no module
        _started_anew(module)
        return [found for token in tokens(module) for found in _certificates(module, token)]


def _certificates(module: Path, token: Any) -> list[Found]:
    name = TokenName(module, token.label, text_of(token.serial))
    session = token.open()
    found = []
    try:
        for entry in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            with contextlib.suppress(ValueError):  # one unreadable certificate does not hide the others
                read = x509.load_der_x509_certificate(entry[Attribute.VALUE])
                found.append(Found(name, bytes(entry[Attribute.ID]), str(entry[Attribute.LABEL]), read))
    finally:
        session.close()
    return found[:CERTIFICATES]


def text_of(serial: bytes | str) -> str:
    """Return a token's serial number as text."""
    return (serial.decode("ascii", "replace") if isinstance(serial, bytes) else serial).strip()


def _is(token: Any, name: TokenName) -> bool:
    return token.label == name.label and name.serial in ("", text_of(token.serial))


def _before(token: Any, pin: str, *, last_try: bool) -> None:
    """Refuse before a try is lost for nothing."""
    if token.flags & TokenFlag.USER_PIN_LOCKED:
        refuse("signing.pin_locked")
    if not pin:
        refuse("signing.no_pin")
    if token.flags & TokenFlag.USER_PIN_FINAL_TRY and not last_try:
        refuse("signing.last_try")


def _after_wrong(name: TokenName) -> None:
    """Say what a wrong PIN has cost; the token itself is asked anew."""
    flags = find(name).flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        refuse("signing.pin_locked")
    left = ""
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        left = _("Chỉ còn một lần thử trước khi thiết bị khóa.")
    elif flags & TokenFlag.USER_PIN_COUNT_LOW:
        left = _("Thiết bị báo đã có lần nhập sai; nhập sai nhiều lần nữa thiết bị sẽ khóa.")
    refuse("signing.wrong_pin", left=left)


def _proof(pin: str) -> bytes:
    return hmac.digest(_PROOF_KEY, pin.encode(), "sha256")


def _closed(session: Any) -> None:
    with DEVICE, contextlib.suppress(PKCS11Error):  # of a token that is gone nothing can be closed
        session.close()
