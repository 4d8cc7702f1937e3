"""The program with a real driver (SoftHSM): RSA and ECDSA, wrong PINs, tokens that come and go."""

from __future__ import annotations

import base64
import hashlib
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from .fakes import certificate_of, ec_key, rsa_key, verifies
from .people import PAGE, Page, digests
from .softhsm import PIN, Headless, headless, make_token

KEYS = {"rsa": rsa_key, "ec": ec_key}


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pairs = {label: (key(), certificate_of(key())) for label, key in KEYS.items()}
    return make_token(tmp_path_factory.mktemp("token"), pairs)


def paired(agent: Headless) -> Page:
    page = Page(agent.port)
    page.ask("/pair/begin", {})
    page.pair(agent.code())
    return page


def listed(page: Page) -> list[str]:
    status, answer = page.ask("/certificates", {})
    assert status == 200, answer
    return [one["id"] for one in answer["certificates"]]


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_the_token_signs_what_its_certificate_confirms(
    conf: Path, tmp_path: Path, certificates: dict[str, str], kind: str, algorithm: str
) -> None:
    digest = hashlib.new(algorithm, b"so 12").digest()
    with headless(tmp_path, conf, pins=[PIN]) as agent:
        job = paired(agent).signed(digests(certificates[kind], digest, algorithm=algorithm))
    assert (job["state"], job["code"]) == ("done", "")
    verifies(KEYS[kind](), base64.b64decode(job["results"][0]["signature"]), digest, algorithm)


@pytest.fixture(scope="module")
def certificates(conf: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The certificates as the program lists them, by the kind of their key."""
    with headless(tmp_path_factory.mktemp("listing"), conf, pins=[]) as agent:
        _status, answer = paired(agent).ask("/certificates", {})
    found = {}
    for one in answer["certificates"]:
        key = x509.load_der_x509_certificate(base64.b64decode(one["der"])).public_key()
        found["rsa" if isinstance(key, rsa.RSAPublicKey) else "ec"] = one["id"]
        assert (one["token"], one["authority"]) == ("mocban", False)
    return found


DIGEST = hashlib.sha256(b"so 12").digest()


def test_a_wrong_pin_is_asked_again_and_said(conf: Path, tmp_path: Path, certificates: dict[str, str]) -> None:
    with headless(tmp_path, conf, pins=["0000", PIN]) as agent:
        job = paired(agent).signed(digests(certificates["rsa"], DIGEST))
        asked = [one for one in agent.shown if one["kind"] == "pin"]
    assert job["state"] == "done"
    assert [one["wrong"] for one in asked] == [False, True]
    assert asked[1]["lines"][0] == "Mã PIN sai."


def test_after_three_wrong_pins_it_stops_by_itself(conf: Path, tmp_path: Path, certificates: dict[str, str]) -> None:
    with headless(tmp_path, conf, pins=["0000", "1", "9999", PIN]) as agent:
        job = paired(agent).signed(digests(certificates["rsa"], DIGEST))
    assert (job["state"], job["code"], job["results"]) == ("failed", "wrong_pin", [])


def test_a_key_that_wants_the_pin_for_each_signature_gets_it_without_asking_the_person_again(tmp_path: Path) -> None:
    conf = make_token(tmp_path / "t", {"rsa": (rsa_key(), certificate_of(rsa_key()))}, authenticate_always=True)
    with headless(tmp_path / "f", conf, pins=[PIN]) as agent:
        page = paired(agent)
        job = page.signed(digests(listed(page)[0], DIGEST, DIGEST[::-1]))
    assert (job["state"], [set(one) for one in job["results"]]) == ("done", [{"id", "signature"}] * 2)


def test_a_token_that_was_pulled_out_is_a_missing_token(tmp_path: Path) -> None:
    conf = make_token(tmp_path / "t", {"rsa": (rsa_key(), certificate_of(rsa_key()))})
    with headless(tmp_path / "f", conf, pins=[PIN]) as agent:
        page = paired(agent)
        certificate = listed(page)[0]
        shutil.rmtree(tmp_path / "t" / "tokens")
        (tmp_path / "t" / "tokens").mkdir()
        job = page.signed(digests(certificate, DIGEST))
    assert (job["state"], job["code"], job["results"]) == ("failed", "no_certificate", [])


@pytest.mark.parametrize(("driver", "code"), [("", "no_driver"), ("/nowhere/driver.so", "no_driver")])
def test_without_a_driver_it_says_so(conf: Path, tmp_path: Path, driver: str, code: str) -> None:
    with headless(tmp_path, conf, pins=[], driver=driver) as agent:
        assert paired(agent).ask("/certificates", {}) == (409, {"error": code})


def test_a_pairing_outlives_a_restart(conf: Path, tmp_path: Path) -> None:
    with headless(tmp_path, conf, pins=[]) as agent:
        token = paired(agent).token
    with headless(tmp_path, conf, pins=[]) as agent:
        assert Page(agent.port, PAGE, token).ask("/state")[1]["paired"] is True
