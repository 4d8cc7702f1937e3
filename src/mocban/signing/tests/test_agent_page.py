"""The page on which a person declares the certificate of the own token."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.signing.choices import KeyPlace
from mocban.signing.models import KeySource
from mocban.signing.tests import office
from mocban.signing.tests.pki import pki
from tests.world import browser

pytestmark = pytest.mark.django_db
NAME = "Trần Thị Bích Ngọc"  # as the authority of the tests wrote it


@pytest.fixture
def person() -> Actor:
    return office.actor(office.organisation(), Role.LEADER, login="bich-ngoc", name=NAME)


def der(label: str) -> str:
    return base64.b64encode(pki().x509(label).public_bytes(Encoding.DER)).decode()


def declare(client: Client, label: str, **more: Any) -> Any:
    chain = [der("root"), der("interm")]
    return client.post("/signing/agent/", {"certificate": der(label), "chain": chain, "owner": "own", **more})


def test_a_person_declares_the_own_certificate_with_its_chain(person: Actor) -> None:
    client = browser(person)
    assert declare(client, "person").status_code == 302
    source = KeySource.objects.get(person_id=person.person_id)
    assert (source.place, len(source.chain)) == (KeyPlace.AGENT, 2)
    assert NAME in client.get("/signing/agent/").content.decode()


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("ecdsa", "khác với"),
        ("expired", "hiệu lực"),
        ("encipherment", "không dùng để ký"),
        ("small", "2048"),
        ("interm", "không dùng để ký"),
    ],
)
def test_a_certificate_of_another_or_of_no_use_is_refused_with_the_reason(
    person: Actor, label: str, words: str
) -> None:
    answer = declare(browser(person), label)
    assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert not KeySource.objects.exists()


def test_a_name_that_is_written_otherwise_may_be_confirmed(person: Actor) -> None:
    assert declare(browser(person), "ecdsa", named="on").status_code == 302


@pytest.mark.parametrize("rubbish", ["", "không", "AAAA", "A" * 20_000])
def test_rubbish_is_no_certificate(person: Actor, rubbish: str) -> None:
    client = browser(person)
    assert client.post("/signing/agent/", {"certificate": rubbish, "owner": "own"}).status_code == 409
    assert client.post("/signing/agent/describe/", {"certificate": rubbish}).json() == {"certificates": {}}


def test_only_an_administrator_declares_the_organisations(person: Actor) -> None:
    whole = {"owner": "organisation", "named": "on"}
    assert declare(browser(person), "organisation", **whole).status_code == 403
    assert "Dùng cho cơ quan" not in browser(person).get("/signing/agent/").content.decode()
    body = KeySource(organisation_id=person.organisation_id).organisation
    administrator = office.actor(body, Role.ADMINISTRATOR, login="quan-tri", name="Đỗ Văn Quản")
    assert declare(browser(administrator), "organisation", **whole).status_code == 302
    assert KeySource.objects.get(person=None).organisation_id == body.pk


def test_the_server_says_whose_each_certificate_is_and_why_one_is_of_no_use(person: Actor) -> None:
    answer = browser(person).post("/signing/agent/describe/", {"certificate": [der("person"), der("expired")]})
    told = {one["subject"]: one for one in answer.json()["certificates"].values()}
    assert told[NAME]["algorithm"] == "RSA 2048"
    assert "refusal" not in told[NAME]
    assert "hiệu lực" in told["Bùi Văn Hết Hạn"]["refusal"]


def test_a_stranger_sees_no_page() -> None:
    assert Client().get("/signing/agent/").status_code == 302
