"""The pages of trust: what the second administrator compares, and how fresh the revocation data is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Person
from mocban.signing import services, trust_files, trust_selectors
from mocban.signing.models import Intermediate, RevocationData, TrustAnchor
from mocban.signing.tests import office
from mocban.signing.tests.pki import pki

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
LIST, NEW, REVOCATION = (reverse(f"signing:{name}") for name in ("trust", "anchor_new", "revocation"))


class World:
    def __init__(self) -> None:
        self.body = office.organisation()
        self.first = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri-1", name="Phạm Văn Tú")
        self.second = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri-2", name="Lò Thị Mến")
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        self.officer = office.actor(self.body, Role.OFFICER, login="chuyen-vien")


@pytest.fixture
def world(settings, tmp_path) -> World:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    return World()


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=actor.person_id))
    return client


def text(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.content.decode())


def certificate(label: str = "root") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{label}.pem", pki().x509(label).public_bytes(Encoding.PEM))


def proposed(world: World) -> tuple[TrustAnchor, str]:
    values = {"certificate": certificate(), "purposes": ["signing"], "since": "01/01/2026", "until": ""}
    answer = browser(world.first).post(NEW, values)
    assert answer.status_code == 302, text(answer)[:2000]
    return TrustAnchor.objects.get(), answer["Location"]


def trusted(world: World) -> TrustAnchor:
    anchor = services.propose_anchor(
        certificate=pki().der("root"), purposes=["signing", "timestamping"], actor=world.first, on=DAY
    )
    return services.agree_anchor(anchor=anchor, fingerprint=anchor.sha256[-8:], actor=world.second, on=DAY)


class TestAnchors:
    def test_the_way_from_the_file_to_two_agreements(self, world: World) -> None:
        anchor, address = proposed(world)
        own = text(browser(world.first).get(address))
        assert "Rút đề nghị" in own
        assert "Đã đối chiếu, đồng ý" not in own
        second = browser(world.second)
        assert "1 việc đang chờ bạn" in text(second.get(LIST))
        page = text(second.get(address))
        for words in (trust_files.grouped(anchor.sha256), "Chứng thực gốc An Hòa", "RSA 2048", "từ chối"):
            assert words.casefold() in page.casefold()
        wrong = second.post(address, {"step": "agree", "fingerprint": "0000 0000"})
        assert (wrong.status_code, "không phải phần cuối dấu vân tay" in text(wrong)) == (409, True)
        done = second.post(address, {"step": "agree", "fingerprint": anchor.sha256[-8:]}, follow=True)
        assert "Đang tin cậy" in text(done)
        assert "Chờ người thứ hai" not in text(second.get(LIST))

    def test_who_proposed_cannot_agree_by_a_post_of_their_own(self, world: World) -> None:
        anchor, address = proposed(world)
        answer = browser(world.first).post(address, {"step": "agree", "fingerprint": anchor.sha256[-8:]})
        assert (answer.status_code, "một quản trị khác" in text(answer)) == (409, True)

    @pytest.mark.parametrize("step", ["", "propose", "drop table"])
    def test_a_step_that_is_none_is_refused(self, world: World, step: str) -> None:
        _anchor, address = proposed(world)
        assert browser(world.second).post(address, {"step": step}).status_code == 409

    def test_letting_go_over_the_pages(self, world: World) -> None:
        anchor = trusted(world)
        address = reverse("signing:anchor", args=[anchor.pk])
        first, second = browser(world.first), browser(world.second)
        assert first.post(address, {"step": "ask_withdrawal", "reason": ""}).status_code == 409
        first.post(address, {"step": "ask_withdrawal", "reason": "Khóa gốc bị lộ"})
        assert "Đồng ý thôi tin cậy" not in text(first.get(address)).replace("Chờ đồng ý thôi tin cậy", "")
        assert "Khóa gốc bị lộ" in text(second.get(address))
        assert "Đã thôi tin cậy" in text(second.post(address, {"step": "agree_withdrawal"}, follow=True))

    def test_a_file_that_is_no_authority_brings_the_form_back_with_the_reason(self, world: World) -> None:
        values = {"certificate": certificate("person"), "purposes": ["signing"]}
        answer = browser(world.first).post(NEW, values)
        assert (answer.status_code, "không phải của tổ chức chứng thực" in text(answer)) == (409, True)
        assert browser(world.first).post(NEW, {"purposes": ["signing"]}).status_code == 422

    def test_what_waits_stands_first_and_what_ended_last(self, world: World) -> None:
        trusted(world)
        for label in ("other-root", "interm"):
            services.propose_anchor(certificate=pki().der(label), purposes=["signing"], actor=world.first, on=DAY)
        ended = TrustAnchor.objects.get(subject__contains="Lạ")
        services.take_back_anchor(anchor=ended, actor=world.first, on=DAY)
        assert [row.state for row in trust_selectors.anchors_listed(world.first)] == ["proposed", "trusted", "ended"]

    def test_the_list_costs_no_more_queries_for_more_rows(self, world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        for label in ("root", "other-root", "interm"):
            services.propose_anchor(certificate=pki().der(label), purposes=["signing"], actor=world.first, on=DAY)
        client = browser(world.second)
        client.get(LIST)
        with django_assert_max_num_queries(16):
            client.get(LIST)

    @pytest.mark.parametrize("address", [LIST, NEW, REVOCATION])
    def test_the_registry_looks_and_an_officer_does_not(self, world: World, address: str) -> None:
        assert browser(world.officer).get(address).status_code == 403
        assert browser(world.clerk).get(address).status_code == (403 if address == NEW else 200)
        assert browser(world.first).get(address).status_code == 200


class TestRevocationData:
    def upload(self, world: World, data: bytes, actor: Actor | None = None):  # type: ignore[no-untyped-def]
        return browser(actor or world.first).post(REVOCATION, {"file": SimpleUploadedFile("x.crl", data)}, follow=True)

    def test_one_form_takes_lists_answers_and_intermediate_certificates(self, world: World) -> None:
        trusted(world)
        self.upload(world, pki().der("interm"))
        now = datetime.now(UTC).replace(microsecond=0)
        for data in (pki().crl(), pki().ocsp("person-sources", at=now)):
            assert "Đã nhập dữ liệu thu hồi" in text(self.upload(world, data))
        assert (Intermediate.objects.count(), RevocationData.objects.count()) == (1, 2)

    def test_a_stale_list_is_said_on_both_pages(self, world: World) -> None:
        trusted(world)
        self.upload(world, pki().der("interm"))
        answer = self.upload(world, pki().crl(at=datetime.now(UTC) - timedelta(days=40)))
        assert "đã hết hạn ngày" in text(answer)
        assert "Hết hạn ngày" in text(browser(world.clerk).get(REVOCATION))
        assert "dữ liệu thu hồi đã hết hạn" in text(browser(world.clerk).get(LIST))

    @pytest.mark.parametrize(
        ("hours", "superseded", "state"),
        [
            (-1, False, "stale"),
            (1, False, "soon"),
            (24 * 30, False, "good"),
            (None, False, "undated"),
            (-1, True, "superseded"),
        ],
    )
    def test_how_fresh_a_list_is(self, hours: int | None, superseded: bool, state: str) -> None:
        now = datetime.now(UTC)
        ends = None if hours is None else now + timedelta(hours=hours)
        row = RevocationData(this_update=now, next_update=ends, superseded_at=now if superseded else None)
        assert trust_selectors.freshness(row, at=now) == state

    def test_what_cannot_be_taken_stands_beside_the_field(self, world: World) -> None:
        answer = self.upload(world, b"rubbish")
        assert (answer.status_code, "Không đọc được tệp" in text(answer)) == (409, True)

    def test_a_clerk_brings_in_nothing(self, world: World) -> None:
        assert self.upload(world, pki().crl(), world.clerk).status_code == 403
