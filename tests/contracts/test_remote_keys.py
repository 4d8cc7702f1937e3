"""What holds of keys at a remote signing service alone: authorisations, and a service that errs or lies."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator

import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters import credentials, csc, remote, signers
from mocban.signing.pdf.refusals import Refused
from tests import csc_server
from tests.contracts import keystores
from tests.contracts.keystores import HOLDER, PIN, WRONG, Authority, remote_keys
from tests.contracts.test_keystores import refusal, signed_bytes_or_rule


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(keystores.soft_keys(tmp_path_factory.mktemp("soft")))


@pytest.fixture
def service(authority: Authority) -> Iterator[csc_server.Service]:
    with csc_server.serving({"k1": keystores.remote_key(authority)}) as running:
        yield running


def sign(store: remote.RemoteKeys, *texts: bytes) -> None:
    signer = store.signer(HOLDER)
    for text in texts:
        asyncio.run(signer.async_sign_raw(text, "sha256"))


def digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def times(service: csc_server.Service, method: str) -> int:
    return service.asked.count(method)


def test_only_digests_travel_and_each_authorisation_is_used_once(service: csc_server.Service) -> None:
    sign(remote_keys(service), b"1", b"2", b"3")
    assert times(service, "credentials/authorize") == times(service, "signatures/signHash") == 3
    assert times(service, "auth/login") == times(service, "credentials/info") == 1


@pytest.mark.parametrize("scal", ["1", "2"])
def test_many_digests_are_authorised_and_signed_together(service: csc_server.Service, scal: str) -> None:
    service.keys["k1"].scal = scal
    texts = [b"1", b"2", b"3"]
    made = remote_keys(service).sign_digests([digest(one) for one in texts])
    certificate = service.keys["k1"].chain[0]
    assert [signers.proves(certificate, one, text, "sha256") for one, text in zip(made, texts, strict=True)] == [
        True
    ] * 3
    assert times(service, "credentials/authorize") == times(service, "signatures/signHash") == 1


def test_more_than_one_authorisation_covers_are_asked_for_in_parts(service: csc_server.Service) -> None:
    service.keys["k1"].multisign = 2
    assert len(remote_keys(service).sign_digests([digest(b"%d" % place) for place in range(5)])) == 5
    assert times(service, "credentials/authorize") == 3


def test_one_code_covers_no_more_than_one_authorisation(service: csc_server.Service) -> None:
    service.keys["k1"].multisign, service.keys["k1"].otp = 2, "778899"
    store = remote_keys(service, otp="778899")
    with pytest.raises(Refused, match="service_limit"):
        store.sign_digests([digest(b"%d" % place) for place in range(3)])
    assert not times(service, "credentials/authorize"), "no code is spent on it"


@pytest.mark.parametrize("algorithms", [("1.2.840.113549.1.1.11",), ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11")])
def test_the_algorithm_is_one_that_the_key_has(service: csc_server.Service, algorithms: tuple[str, ...]) -> None:
    service.keys["k1"].algorithms = algorithms
    assert signed_bytes_or_rule(remote_keys(service))


def test_a_service_that_ended_it_earlier_is_a_sentence(
    service: csc_server.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csc_server, "LIFE", -1)
    with pytest.raises(RuleBroken, match="SAD expired") as refused:
        signed_bytes_or_rule(remote_keys(service))
    assert refused.value.code == "signing.remote_refused"


def test_a_person_who_agrees_on_another_device_is_waited_for(
    service: csc_server.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.keys["k1"].outside, service.confirmed = True, False
    turns: list[float] = []

    def pause(seconds: float) -> None:
        turns.append(seconds)
        service.confirmed = len(turns) == 2

    monkeypatch.setattr(remote.time, "sleep", pause)
    assert signed_bytes_or_rule(remote_keys(service))
    assert times(service, "credentials/authorizeCheck") == 2

    monkeypatch.setattr(remote.time, "sleep", lambda seconds: None)
    service.confirmed = False
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service))) == "signing.not_confirmed"


def test_a_pin_that_is_wrong_too_often_is_locked_and_named_nowhere(service: csc_server.Service) -> None:
    for _try in range(csc_server.TRIES):
        with pytest.raises(RuleBroken) as refused:
            signed_bytes_or_rule(remote_keys(service, WRONG))
        assert refused.value.code == "signing.wrong_pin"
        assert WRONG not in str(refused.value.message)
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service))) == "signing.pin_locked"


def test_what_a_service_says_never_carries_the_pin(service: csc_server.Service) -> None:
    client = csc.Client(csc.Service("thu", "", service.url), hidden=["9137"])
    with pytest.raises(Refused) as refused:
        client._refused({"error": "odd", "error_description": "PIN 9137 \x00is\n bad" + "!" * 999})
    assert "9137" not in refused.value.values["said"]
    assert len(refused.value.values["said"]) <= csc.SAID


def test_a_one_time_code_is_asked_for_where_the_service_wants_one(service: csc_server.Service) -> None:
    service.keys["k1"].otp = "778899"
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service))) == "signing.no_otp"
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service, otp="000000"))) == "signing.wrong_pin_or_otp"
    assert signed_bytes_or_rule(remote_keys(service, otp="778899"))
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service, otp="778899"))) == "signing.wrong_pin_or_otp"


def test_a_code_alone_that_is_wrong_is_said(service: csc_server.Service) -> None:
    service.keys["k1"].pin, service.keys["k1"].otp = "", "778899"
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service, otp="000000"))) == "signing.wrong_otp"


def test_the_service_is_let_send_its_code(service: csc_server.Service) -> None:
    key = service.keys["k1"]
    client = csc.Client(account(service))

    def method() -> str:
        return credentials.sends_with(client, credentials.credential(client, "k1", []))

    assert method() == "", "nothing to send"
    key.otp = "778899"
    assert method() == "credentials/getChallenge"
    assert credentials.send(client, "k1", "OTP", method()) == ""
    service.methods[service.methods.index("credentials/getChallenge")] = "credentials/sendOTP"
    assert method() == "credentials/sendOTP"
    credentials.send(client, "k1", "OTP", method())
    assert service.sent == ["k1", "k1"]
    service.methods.remove("credentials/sendOTP")
    assert method() == "", "the code comes from a device of the person"
    key.kind = "ChallengeResponse"
    assert method() == "credentials/getChallenge"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("PIN AND OTP", {"PIN", "OTP"}),
        ("OTP OR PIN", {"OTP"}),
        ("(SMS XOR OTP) AND PIN", {"OTP", "PIN"}),
        ("PIN and (OTP or SMS)", {"PIN", "OTP"}),
        ("", {"PIN", "OTP"}),
        (None, {"PIN", "OTP"}),
        ("PIN AND (", {"PIN", "OTP"}),
        ("PIN PIN", {"PIN", "OTP"}),
        ("FACE", {"PIN", "OTP"}),
        ("(" * 2000, {"PIN", "OTP"}),
    ],
)
def test_only_one_way_of_an_expression_is_asked(expression: object, wanted: set[str]) -> None:
    assert credentials.chosen(["PIN", "OTP"], expression) == wanted


def test_a_key_that_is_out_of_use_signs_nothing(service: csc_server.Service) -> None:
    service.keys["k1"].status = "disabled"
    assert refusal(lambda: remote_keys(service).signer(HOLDER)) == "signing.no_key"
    assert credentials.credentials(csc.Client(account(service))) == []


@pytest.mark.parametrize(
    ("misbehaviour", "code"),
    [
        ("rubbish", "signing.remote_rubbish"),
        ("huge", "signing.remote_rubbish"),
        ("redirect", "signing.remote_rubbish"),
        ("broken", "signing.remote_down"),
    ],
)
def test_a_service_that_misbehaves_is_a_sentence(service: csc_server.Service, misbehaviour: str, code: str) -> None:
    service.misbehave = misbehaviour
    assert refusal(lambda: remote_keys(service).signer(HOLDER)) == code
    assert len(service.asked) == 1, "and a redirect is not followed"


def test_a_service_that_signs_something_else_spoils_no_document(service: csc_server.Service) -> None:
    service.misbehave = "foreign"
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service))) == "signing.key_changed"


def test_a_service_that_is_not_there_is_a_sentence(authority: Authority) -> None:
    with csc_server.serving({}) as gone:
        pass
    assert refusal(lambda: remote_keys(gone).signer(HOLDER)) == "signing.remote_down"


def test_an_account_that_the_service_does_not_know_is_a_sentence(service: csc_server.Service) -> None:
    stranger = csc.Service("thu", "", service.url, user="ai-do", password="sai")
    with pytest.raises(Refused, match="remote_login"):
        credentials.credentials(csc.Client(stranger))


def test_keys_of_an_account_are_listed_with_their_certificates(service: csc_server.Service) -> None:
    (found,) = credentials.credentials(csc.Client(account(service)))
    assert (found.id, found.bound, [one.id for one in found.asks]) == ("k1", True, ["PIN"])
    assert found.certificate == service.keys["k1"].chain[0]


def test_every_key_of_an_account_is_listed(service: csc_server.Service, authority: Authority) -> None:
    service.keys["k2"] = keystores.remote_ec_key(authority)
    assert [one.id for one in credentials.credentials(csc.Client(account(service)))] == ["k1", "k2"]


def test_an_access_that_ends_in_a_batch_is_asked_anew(service: csc_server.Service) -> None:
    store = remote_keys(service)
    sign(store, b"1")
    service.tokens.clear()
    sign(store, b"2")
    assert times(service, "auth/login") == 2


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://ky.example.vn/csc/v2/", True),
        ("http://127.0.0.1:8080/csc/v2/", True),
        ("http://ky.example.vn/csc/v2/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_encrypted_addresses_are_called(url: str, usable: bool) -> None:
    assert csc.usable_address(url) == usable


def account(service: csc_server.Service) -> csc.Service:
    return csc.Service("thu", "", service.url, user=csc_server.USER, password=csc_server.PASSWORD)


def test_a_service_shows_no_secret_when_it_is_printed(service: csc_server.Service) -> None:
    assert csc_server.PASSWORD not in repr(account(service))
    assert PIN not in repr(vars(remote_keys(service))["client"])


def test_the_installation_signs_in_as_an_oauth_client(service: csc_server.Service) -> None:
    given = {"client_id": csc_server.CLIENT, "client_secret": csc_server.SECRET}
    allowed = csc.Service("thu", "", service.url, **given)
    assert [one.id for one in credentials.credentials(csc.Client(allowed))] == ["k1"]
    assert times(service, "oauth2/token") == 1
    client = csc.Client(allowed)
    client.call("credentials/list", {})
    service.tokens.clear()
    client.call("credentials/list", {})
    assert times(service, "oauth2/token") == 3, "an access that ended is asked anew"
    wrong = csc.Service("thu", "", service.url, **{**given, "client_secret": "sai"})
    with pytest.raises(Refused, match="remote_refused"):
        csc.Client(wrong).call("credentials/list", {})
    assert csc_server.SECRET not in repr(allowed)


def test_a_key_that_is_authorised_in_the_browser_is_refused_with_a_sentence(service: csc_server.Service) -> None:
    service.keys["k1"].mode = "oauth2code"
    assert refusal(lambda: signed_bytes_or_rule(remote_keys(service))) == "signing.in_browser"
    assert not times(service, "credentials/authorize")
