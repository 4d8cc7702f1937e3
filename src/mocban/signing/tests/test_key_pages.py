"""The pages of keys: who reaches them, what they say, and that a refused PIN comes back nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mocban.audit.models import Event
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Person
from mocban.signing import keys
from mocban.signing.adapters import certificates
from mocban.signing.models import KeySource
from mocban.signing.tests import office
from mocban.signing.tests.key_world import World
from tests import csc_server
from tests.contracts import keystores
from tests.contracts.keystores import PIN, SOFTHSM, TOKEN, WRONG, Authority

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=actor.person_id))
    return client


def upload(data: bytes, passphrase: str, **more: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("khoa.p12", data), "passphrase": passphrase, **more}


def place(kind: str, who: str = "own") -> str:
    return reverse(f"signing:place_{kind}", args=[who])


def test_a_leader_brings_the_own_key_and_sees_what_it_says(world: World, key_file: bytes) -> None:
    client = browser(world.leader)
    assert "Chưa có chứng thư số" in client.get(reverse("signing:own_key")).content.decode()
    answer = client.post(place("file"), upload(key_file, PIN), follow=True)
    text = answer.content.decode()
    assert keystores.NAME in text
    assert certificates.AUTHORITY_NAME in text
    assert "Tệp PKCS#12 trên máy chủ" in text
    assert "đã khai báo nơi giữ khóa" in text, "the history says so"
    assert "chưa tin cậy gốc" in text, "the authority of the tests is a stranger to this installation"


def test_a_refused_passphrase_stands_beside_its_field_and_comes_back_nowhere(world: World, key_file: bytes) -> None:
    client = browser(world.leader)
    answer = client.post(place("file"), upload(key_file, WRONG))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "không đúng" in text
    assert WRONG not in text
    assert WRONG not in str(dict(client.session))
    assert 'autocomplete="off"' in text
    assert 'type="password"' in text
    assert "no-store" in answer["Cache-Control"]
    assert not KeySource.objects.exists()


def test_another_name_is_said_and_then_confirmed_by_an_administrator(world: World, key_file: bytes) -> None:
    Person.objects.filter(pk=world.person.pk).update(full_name="Trần Văn Khác")
    own = browser(world.leader).post(place("file"), upload(key_file, PIN, named="on"))
    assert (own.status_code, keystores.NAME in own.content.decode()) == (409, True), "not by the person alone"
    client, address = browser(world.admin), place("file", str(world.person.pk))
    assert 'name="named"' not in client.get(address).content.decode(), "nothing is to be confirmed yet"
    answer = client.post(address, upload(key_file, PIN))
    assert answer.status_code == 409
    assert 'name="named"' in answer.content.decode()
    assert keystores.NAME in answer.content.decode()
    assert client.post(address, upload(key_file, PIN, named="on")).status_code == 302
    assert KeySource.objects.get().person_id == world.person.pk


def test_an_administrator_chooses_a_key_on_a_token(
    world: World,
    authority: Authority,
    settings,
    tmp_path_factory,  # type: ignore[no-untyped-def]
) -> None:
    with keystores.softhsm(tmp_path_factory.mktemp("token")):
        keystores.put_key_on_token(authority)
        client, address = browser(world.admin), place("token", str(world.person.pk))
        assert "Không thấy chứng thư nào" in client.get(address).content.decode(), "no library is allowed yet"
        settings.PKCS11_MODULES = [f"hsm={SOFTHSM}"]
        answer = client.get(address)
        ((value, spoken),) = answer.context["form"].fields["key"].choices
        assert TOKEN in spoken
        assert "Lựa chọn này không có" in client.post(address, {"key": '["x"]'}).content.decode()
        refused = client.post(address, {"key": value, "pin": WRONG})
        assert refused.status_code == 409
        assert WRONG not in refused.content.decode()
        assert client.post(address, {"key": value, "pin": PIN}).status_code == 302
    assert KeySource.objects.get().settings["module"] == "hsm"
    assert PIN not in str([*KeySource.objects.values(), *Event.objects.values()])


def test_a_key_at_a_service_is_chosen_in_two_steps(world: World, service: csc_server.Service) -> None:
    client = browser(world.leader)
    assert "Dịch vụ thử" in client.get(place("service")).content.decode()
    chosen = place("service") + "?service=thu&account="
    assert keystores.NAME in client.get(chosen).content.decode()
    assert client.post(chosen, {"key": "k1", "pin": PIN}).status_code == 302
    assert KeySource.objects.get().settings["credential"] == "k1"


def test_a_service_that_is_away_is_a_sentence(world: World, service: csc_server.Service) -> None:
    service.misbehave = "broken"
    answer = browser(world.leader).get(place("service") + "?service=thu")
    assert answer.status_code == 200
    assert "Không kết nối được" in answer.content.decode()


def test_a_place_is_removed_only_after_asking(world: World, key_file: bytes) -> None:
    world.place_file(key_file)
    client, address = browser(world.leader), reverse("signing:remove_place", args=["own"])
    assert client.get(address).status_code == 200
    assert KeySource.objects.exists()
    assert client.post(address).status_code == 302
    assert not KeySource.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("leader", 403), ("clerk", 403), ("admin", 200)], ids=["leader", "clerk", "admin"]
)
def test_only_administrators_place_the_key_of_the_organisation(world: World, who: str, status: int) -> None:
    client = browser(getattr(world, who))
    assert client.get(place("file", "organisation")).status_code == status


def test_the_clerk_sees_the_key_of_the_organisation_and_nobody_elses(world: World) -> None:
    client = browser(world.clerk)
    page = client.get(reverse("signing:organisation_key"))
    assert page.status_code == 200
    assert place("file", "organisation") not in page.content.decode()
    assert client.post(reverse("signing:organisation_key"), {"issue": "1"}).status_code == 403
    assert browser(world.leader).get(reverse("signing:organisation_key")).status_code == 403
    assert browser(world.leader).get(place("file", str(world.clerk.person_id))).status_code == 403
    stranger = office.actor(office.organisation("H99.02"), Role.ADMINISTRATOR, login="ngoai")
    assert browser(stranger).get(place("file", str(world.person.pk))).status_code == 404
    assert client.get(place("file", "rubbish")).status_code == 404


def test_certificates_that_end_soon_stand_first(world: World, key_file: bytes) -> None:
    made = world.place_file(key_file)
    until = keys.certificates(made)[0].not_valid_after_utc
    client, address = browser(world.admin), reverse("signing:keys")
    assert "sắp hết hạn" not in client.get(address).content.decode()
    hour = timedelta(hours=1)
    for before, words in ((timedelta(59), "Còn 59 ngày"), (timedelta(29), "Còn 29 ngày"), (-2 * hour, "Đã hết hạn")):
        with time_machine.travel(until - before - hour, tick=False):
            text = browser(world.admin).get(address).content.decode()
        assert "sắp hết hạn" in text
        assert words in text


def test_the_list_costs_the_same_whoever_has_keys(world: World, key_file: bytes) -> None:
    client, address = browser(world.admin), reverse("signing:keys")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(address)
    world.place_file(key_file)
    for number in range(3):
        office.actor(world.body, Role.LEADER, login=f"nguoi-{number}")
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before)


def test_handing_the_device_over_is_recorded_from_its_page(world: World) -> None:
    client, address = browser(world.clerk), reverse("signing:hand_over")
    given = {"receiver": str(world.leader.person_id), "day": f"{timezone.localdate():%d/%m/%Y}"}
    assert client.post(address, given).status_code == 422
    answer = client.post(address, {**given, "permission": "Công văn số 05-CV/TU"}, follow=True)
    assert "05-CV/TU" in answer.content.decode()
    assert browser(world.leader).get(address).status_code == 403


def test_a_trial_at_a_service_that_wants_a_code_asks_for_it_and_lets_it_be_sent(
    world: World, service: csc_server.Service
) -> None:
    client, address = browser(world.leader), place("service") + "?service=thu"
    assert 'name="otp"' not in client.get(address).content.decode()
    service.keys["k1"].otp = "778899"
    assert 'name="otp"' in client.get(address).content.decode()
    given = {"key": "k1", "pin": PIN}
    sent = client.post(address, {**given, "send_code": "1"})
    assert "đã gửi mã" in sent.content.decode()
    assert service.sent == ["k1"]
    assert not KeySource.objects.exists()
    refused = client.post(address, {**given, "otp": "000000"})
    assert refused.status_code == 409
    assert "không cho biết mã nào" in refused.content.decode()
    assert "000000" not in refused.content.decode()
    assert client.post(address, {**given, "otp": "778899"}).status_code == 302
    assert KeySource.objects.get().settings["wants"]["otp"] == "OTP"
