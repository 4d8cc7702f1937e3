"""The tokens that are plugged in: their certificates, and signatures made inside them (PKCS#11)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pkcs11
from asn1crypto import algos, x509
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import (
    DataInvalid,
    DataLenRange,
    FunctionRejected,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)
from pkcs11.util.ec import encode_ecdsa_signature

WRONG_PINS = 3  # in one request; then the person starts anew and thinks first


class Trouble(Exception):
    """Something that the person must mend; `code` is what the page turns into a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Certificate:
    """A certificate on a token. `identity` is the SHA-256 of `der`, in hexadecimal."""

    identity: str
    der: bytes
    token: str
    authority: bool  # issues others, signs no documents

    @property
    def subject(self) -> str:
        return _common_name(x509.Certificate.load(self.der).subject)


@dataclass(frozen=True)
class PinState:
    """What the token says of its PIN, and whether the one typed just now was wrong."""

    wrong: bool = False
    low: bool = False  # somebody has typed a wrong one before
    last: bool = False  # one more wrong PIN locks the token


AskPin = Callable[[PinState], "str | None"]  # None: the person gives up
Sign = Callable[[str, bytes], bytes]  # hash algorithm, digest → signature


class Tokens:
    """The tokens of some PKCS#11 drivers. Used by one thread at a time."""

    def __init__(self, drivers: Sequence[str]) -> None:
        self._drivers = tuple(drivers)

    def certificates(self) -> list[Certificate]:
        """Return every certificate on every token. Raises Trouble("no_driver" | "no_token")."""
        found = [certificate for slot in self._slots() for certificate in _certificates(slot)]
        return list({one.identity: one for one in found}.values())

    @contextmanager
    def opened(self, identity: str, ask_pin: AskPin) -> Iterator[Sign]:
        """Log in to the token with that certificate and give the function that signs digests with its key.

        Raises Trouble("no_driver" | "no_token" | "no_certificate" | "no_key" | "pin_locked" | "wrong_pin" |
        "cancelled"), inside the block also "no_token" (pulled out) and "not_signed" (this digest alone).
        """
        slot, certificate = self._find(identity)
        with _login(slot, ask_pin) as (session, pin):
            key = _private_key(session, certificate)
            yield lambda algorithm, digest: _signature(key, algorithm, digest, pin)

    def _slots(self) -> list[Any]:
        if not self._drivers:
            raise Trouble("no_driver")
        slots: list[Any] = []
        loaded = 0
        for driver in self._drivers:
            try:
                library = pkcs11.lib(driver)
                library.reinitialize()  # some drivers see a token that was plugged in later only after this
                loaded += 1
                slots += library.get_slots(token_present=True)
            except (PKCS11Error, RuntimeError):
                continue  # another driver may serve the token
        if not loaded:
            raise Trouble("no_driver")
        if not slots:
            raise Trouble("no_token")
        return slots

    def _find(self, identity: str) -> tuple[Any, x509.Certificate]:
        for slot in self._slots():
            for one in _certificates(slot):
                if one.identity == identity:
                    return slot, x509.Certificate.load(one.der)
        raise Trouble("no_certificate")


def _certificates(slot: Any) -> list[Certificate]:
    """The certificates of one token that can be read without a PIN; none of a token that cannot be read."""
    found = []
    with contextlib.suppress(PKCS11Error):
        token = slot.get_token()
        with token.open() as session:
            for entry in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                with contextlib.suppress(ValueError, TypeError, KeyError):  # rubbish beside good ones
                    der = bytes(entry[Attribute.VALUE])
                    read = x509.Certificate.load(der)
                    identity = hashlib.sha256(der).hexdigest()
                    label = " ".join((token.label or "").split())
                    found.append(Certificate(identity, der, label, bool(read.ca)))
    return found


@contextmanager
def _login(slot: Any, ask_pin: AskPin) -> Iterator[tuple[Any, str]]:
    """Give a session in which the person is logged in, and the PIN, which keys that ask at each use need again."""
    wrong = False
    for _try in range(WRONG_PINS):
        try:
            token = slot.get_token()
            flags = token.flags
        except PKCS11Error as gone:
            raise Trouble("no_token") from gone
        if flags & TokenFlag.USER_PIN_LOCKED:
            raise Trouble("pin_locked")
        low, last = bool(flags & TokenFlag.USER_PIN_COUNT_LOW), bool(flags & TokenFlag.USER_PIN_FINAL_TRY)
        pin = ask_pin(PinState(wrong, low, last))
        if not pin:
            raise Trouble("cancelled")
        try:
            session = token.open(user_pin=pin)
        except PinLocked as locked:
            raise Trouble("pin_locked") from locked
        except (PinIncorrect, PinInvalid, PinLenRange):
            wrong = True
            continue
        except PKCS11Error as gone:
            raise Trouble("no_token") from gone
        try:
            yield session, pin
        finally:
            with contextlib.suppress(PKCS11Error):  # of a token that is gone nothing can be closed
                session.close()
        return
    raise Trouble("wrong_pin")


def _private_key(session: Any, certificate: x509.Certificate) -> Any:
    """The key with the same id as the certificate; where the token gives none, its only key."""
    try:
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.VALUE: certificate.dump()}
        identity = next((entry[Attribute.ID] for entry in session.get_objects(wanted)), b"")
        keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        own = [key for key in keys if identity and key[Attribute.ID] == identity]
    except PKCS11Error as gone:
        raise Trouble("no_token") from gone
    if own or len(keys) == 1:
        return (own or keys)[0]
    raise Trouble("no_key")


def _signature(key: Any, algorithm: str, digest: bytes, pin: str) -> bytes:
    """RSA: PKCS#1 v1.5 over the DigestInfo that is built here; ECDSA: as DER. Nothing but a digest fits in."""
    again: dict[str, str] = {}
    with contextlib.suppress(PKCS11Error):  # most keys do not know the attribute: they ask once a session
        if key[Attribute.ALWAYS_AUTHENTICATE]:
            again = {"pin": pin}
    try:
        if key.key_type == pkcs11.KeyType.RSA:
            info = algos.DigestInfo({"digest_algorithm": {"algorithm": algorithm}, "digest": digest})
            return bytes(key.sign(info.dump(), mechanism=Mechanism.RSA_PKCS, **again))
        if key.key_type == pkcs11.KeyType.EC:
            return encode_ecdsa_signature(bytes(key.sign(digest, mechanism=Mechanism.ECDSA, **again)))
    except (DataInvalid, DataLenRange, FunctionRejected) as refused:
        raise Trouble("not_signed") from refused
    except PKCS11Error as gone:
        raise Trouble("no_token") from gone
    raise Trouble("no_key")


def _common_name(name: x509.Name) -> str:
    native = name.native
    value = native.get("common_name") or name.human_friendly
    return str(value[-1] if isinstance(value, list) else value)
