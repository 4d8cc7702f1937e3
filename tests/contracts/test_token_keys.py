"""What holds of keys on PKCS#11 devices alone: tries of the PIN, logins, a token that is pulled out.

SoftHSM never locks a PIN, so what a device says in its flags is told by a token of paper put in its place.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pkcs11
import pytest
from pkcs11.constants import TokenFlag
from pkcs11.exceptions import AttributeSensitive, PinIncorrect, PinLocked, UserAlreadyLoggedIn

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters import devices, signers
from mocban.signing.adapters.tokens import TokenKeys
from tests.contracts import keystores
from tests.contracts.keystores import HOLDER, KEY_ID, PIN, SOFTHSM, TOKEN, WRONG, Authority, token_keys
from tests.contracts.test_keystores import refusal, signed_bytes_or_rule

OTHER = "hsm-2"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(keystores.soft_keys(tmp_path_factory.mktemp("soft")))


@pytest.fixture(scope="module")
def tokens(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two tokens in two slots of one module, the same labels on both."""
    with keystores.softhsm(tmp_path_factory.mktemp("tokens"), (TOKEN, OTHER)) as folder:
        keystores.put_key_on_token(authority)
        keystores.put_key_on_token(authority, OTHER)
        yield folder


@pytest.fixture(autouse=True)
def _no_login_left_over() -> None:
    """Refusals that a test before looked at still hold its login."""
    gc.collect()


@pytest.fixture
def store(authority: Authority, tokens: Path) -> TokenKeys:
    return token_keys(authority)


def logged_in(label: str = TOKEN) -> bool:
    """Whether this process is logged in: the device refuses a second login."""
    try:
        pkcs11.lib(str(SOFTHSM)).get_token(token_label=label).open(user_pin=PIN).close()
    except UserAlreadyLoggedIn:
        return True
    return False


@pytest.mark.parametrize("changes", [{"token_label": "another"}, {"serial": "0000"}])
def test_a_token_that_is_not_there_is_a_sentence(authority: Authority, tokens: Path, changes: dict[str, str]) -> None:
    assert refusal(lambda: token_keys(authority, **changes).signer(HOLDER)) == "signing.no_token"


def test_a_file_that_is_no_module_is_a_sentence(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "lib.so").write_bytes(b"no library")
    store = TokenKeys(tmp_path / "lib.so", token_label=TOKEN, pin=PIN, labels={HOLDER: "x"}, chain=[])
    assert refusal(lambda: store.signer(HOLDER)) == "signing.no_token"


def test_a_key_is_found_by_label_or_by_identifier_on_the_token_named(authority: Authority, tokens: Path) -> None:
    here = token_keys(authority).certificate(HOLDER)
    there = token_keys(authority, token_label=OTHER, labels={HOLDER: KEY_ID}).certificate(HOLDER)
    assert here == token_keys(authority, labels={HOLDER: KEY_ID}).certificate(HOLDER)
    assert here != there


def test_certificates_of_every_slot_are_listed_without_a_pin(tokens: Path) -> None:
    found = devices.listed(SOFTHSM)
    assert sorted((one.token.label, one.key_id) for one in found) == [(OTHER, KEY_ID), (TOKEN, KEY_ID)]
    assert all(one.token.serial for one in found)
    assert not logged_in()


def test_the_private_key_cannot_be_taken_out(tokens: Path) -> None:
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label=TOKEN).open(user_pin=PIN) as session:
        (key,) = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
        with pytest.raises(AttributeSensitive):
            key[pkcs11.Attribute.PRIVATE_EXPONENT]


def test_one_login_serves_everybody_with_the_same_pin_and_ends_with_the_last(
    authority: Authority, tokens: Path
) -> None:
    first, second = token_keys(authority), token_keys(authority)
    signer = first.signer(HOLDER)
    assert second.signer(HOLDER)
    del first, second
    assert logged_in()
    assert asyncio.run(signer.async_sign_raw(b"so 12", "sha256"))
    del signer
    gc.collect()
    assert not logged_in()


def test_a_running_login_lets_nobody_in_with_another_pin(authority: Authority, store: TokenKeys) -> None:
    assert store.signer(HOLDER)
    assert refusal(lambda: token_keys(authority, WRONG).signer(HOLDER)) == "signing.wrong_pin"
    assert store.signer(HOLDER), "and the one who gave the right one goes on"


def test_the_device_warns_after_a_wrong_pin(authority: Authority, tokens: Path) -> None:
    with pytest.raises(RuleBroken, match="đã có lần nhập sai") as refused:
        token_keys(authority, WRONG).signer(HOLDER)
    assert refused.value.code == "signing.wrong_pin"
    assert token_keys(authority).signer(HOLDER)


def test_a_token_that_is_gone_while_signing_is_a_sentence_and_serves_again_when_it_is_back(
    store: TokenKeys, tokens: Path
) -> None:
    signer = store.signer(HOLDER)
    tokens.rename(tokens.with_name("gone"))
    try:
        assert refusal(lambda: signed_bytes_or_rule(Holding(signer))) == "signing.no_token"
        assert refusal(lambda: signed_bytes_or_rule(Holding(signer))) == "signing.no_token"
    finally:
        tokens.with_name("gone").rename(tokens)
    made = signed_bytes_or_rule(Holding(signer))
    assert signers.proves(store.certificate(HOLDER), made, b"so 12", "sha256")


def test_a_token_pulled_out_in_a_batch_stops_one_and_the_next_goes_on_when_it_is_back(
    store: TokenKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = store.signer(HOLDER)
    assert asyncio.run(signer.async_sign_raw(b"1", "sha256"))
    with monkeypatch.context() as gone:
        gone.setitem(store._held, HOLDER, (store.certificate(HOLDER), PulledOut()))
        gone.setattr(devices, "tokens", lambda module: [])
        assert refusal(lambda: signed_bytes_or_rule(Holding(signer))) == "signing.no_token"
        assert refusal(lambda: signed_bytes_or_rule(store)) == "signing.no_token"
    made = signed_bytes_or_rule(Holding(signer))
    assert signers.proves(store.certificate(HOLDER), made, b"so 12", "sha256")


@pytest.mark.parametrize("missing", ["SHA256_RSA_PKCS", "SHA512_RSA_PKCS"])
def test_a_device_that_cannot_digest_signs_a_digest(
    store: TokenKeys, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, digest = store.signer(HOLDER), missing.partition("_")[0].lower()
    assert store._login is not None
    monkeypatch.setattr(store._login, "mechanisms", store.mechanisms() - {pkcs11.Mechanism[missing]})
    made = asyncio.run(signer.async_sign_raw(b"so 12", digest))
    assert signers.proves(store.certificate(HOLDER), made, b"so 12", digest)


def test_a_device_that_answers_with_another_signature_spoils_no_document(
    store: TokenKeys, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = store.signer(HOLDER)
    other = token_keys(authority, token_label=OTHER)
    monkeypatch.setitem(store._held, HOLDER, (store.certificate(HOLDER), other.found(HOLDER)[1]))
    assert refusal(lambda: signed_bytes_or_rule(Holding(signer))) == "signing.key_changed"


class PulledOut:
    """A key whose token is gone."""

    def __getitem__(self, attribute: object) -> bool:
        return False

    def sign(self, *args: object, **kwargs: object) -> bytes:
        raise pkcs11.exceptions.DeviceRemoved


class Holding:
    """A store that gives one signer."""

    def __init__(self, signer: object) -> None:
        self.signer = lambda holder: signer


class PaperToken:
    """A token that counts tries as cards do, and says so in its flags."""

    label, serial = TOKEN, b"01"

    def __init__(self, left: int, tries: int = 3) -> None:
        self.left, self.tries, self.asked = left, tries, 0

    @property
    def flags(self) -> TokenFlag:
        found = TokenFlag(0)
        if self.left < self.tries:
            found |= TokenFlag.USER_PIN_COUNT_LOW
        if self.left == 1:
            found |= TokenFlag.USER_PIN_FINAL_TRY
        if self.left == 0:
            found |= TokenFlag.USER_PIN_LOCKED
        return found

    def open(self, user_pin: str) -> object:
        self.asked += 1
        if self.left == 0:
            raise PinLocked
        if user_pin != PIN:
            self.left -= 1
            raise PinIncorrect
        self.left = self.tries
        return SimpleNamespace(close=lambda: None)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> PaperToken:
    token = PaperToken(3)
    monkeypatch.setattr(devices, "tokens", lambda module: [token])
    return token


def enter(pin: str, *, last_try: bool = False) -> str:
    """Log in and leave; returns the code of the refusal, empty when it went well."""
    from mocban.signing.pdf.refusals import Refused

    try:
        devices.log_in(devices.TokenName(Path("lib.so"), TOKEN), pin, last_try=last_try)
    except Refused as refused:
        return refused.code
    return ""


def test_the_last_try_is_not_made_before_it_is_confirmed(paper: PaperToken) -> None:
    assert [enter(WRONG), enter(WRONG)] == ["signing.wrong_pin", "signing.wrong_pin"]
    asked = paper.asked
    assert [enter(WRONG), enter(PIN)] == ["signing.last_try", "signing.last_try"]
    assert paper.asked == asked, "the token was not asked"
    assert enter(PIN, last_try=True) == ""
    assert enter(PIN) == "", "the count starts anew"


def test_a_wrong_last_try_locks_and_a_locked_token_is_not_asked_again(paper: PaperToken) -> None:
    paper.left = 1
    assert enter(WRONG, last_try=True) == "signing.pin_locked"
    asked = paper.asked
    assert enter(PIN, last_try=True) == "signing.pin_locked"
    assert paper.asked == asked


def test_a_wrong_pin_says_when_only_one_try_is_left(paper: PaperToken) -> None:
    from mocban.signing.pdf.refusals import answers

    paper.left = 2
    with pytest.raises(RuleBroken, match="Chỉ còn một lần thử"):
        answers(devices.log_in)(devices.TokenName(Path("lib.so"), TOKEN), WRONG)


def test_an_empty_pin_costs_no_try(paper: PaperToken) -> None:
    assert enter("") == "signing.no_pin"
    assert paper.asked == 0
