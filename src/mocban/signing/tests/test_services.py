"""Signing as the registry uses it: from a converted draft to a sealed, checked, recorded document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mocban.audit.models import Event
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.signing import access, selectors, services
from mocban.signing.models import Signature, SignatureKind, Verification
from mocban.signing.services import documents
from mocban.signing.tests import office
from mocban.signing.tests.drafts import GAP, SIGNER, draft
from mocban.signing.tests.seen import flat_text

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)
NUMBER, DATED = "Số 07-CV/TU", "Bình Sơn, ngày 05 tháng 11 năm 2026"
PDF = draft(number=f"Số {GAP} -CV/TU", date=f"Bình Sơn, ngày {GAP} tháng {GAP} năm 2026")


class World:
    """One Party body with a leader who has a key, a registry clerk and an administrator."""

    def __init__(self, signature: bytes, seal: bytes) -> None:
        self.body: Organisation = office.organisation()
        self.leader = office.actor(self.body, Role.LEADER, login="lanh-dao", name=SIGNER)
        self.clerk = office.actor(self.body, Role.CLERK, login="van-thu")
        self.admin = office.actor(self.body, Role.ADMINISTRATOR, login="quan-tri", name="Phạm Văn Tú")
        person = Person.objects.get(pk=self.leader.person_id)
        setup = {"organisation": self.body, "actor": self.admin}
        services.issue_person_key(person=person, **setup)
        services.issue_organisation_key(**setup)
        services.set_image(owner=person, image=signature, **setup)
        services.set_image(owner=self.body, image=seal, **setup)

    def sign(self, actor: Actor | None = None, **changes: object) -> DigitalObject:
        laid = {"pdf": PDF, "signer_name": SIGNER, "symbol": ""}
        laid = {name: changes.pop(name, value) for name, value in laid.items()}
        prepared = services.prepare_document(organisation=self.body, on=DAY, **laid).pdf  # type: ignore[arg-type]
        given = {"prepared": prepared, "name": "Công văn.pdf", "organisation": self.body, "on": DAY}
        return services.sign_as_person(**{**given, "actor": actor or self.leader, **changes})  # type: ignore[arg-type]

    def seal(self, signed: DigitalObject, actor: Actor | None = None, **changes: object) -> DigitalObject:
        given = {"number_text": NUMBER, "date_text": DATED, "name": "07.pdf", "organisation": self.body, "on": DAY}
        return services.fill_and_seal(signed=signed, **{**given, "actor": actor or self.clerk, **changes})  # type: ignore[arg-type]


@pytest.fixture
def world(settings, tmp_path, signature_png, seal_png) -> World:  # type: ignore[no-untyped-def]
    settings.CONTENT_ROOT, settings.KEYS_ROOT = tmp_path / "content", tmp_path / "keys"
    settings.CONTENT_READERS = [f"{__name__}.everybody_reads"]
    return World(signature_png, seal_png)


def everybody_reads(object_id: object, actor: Actor) -> bool:
    return DigitalObject.objects.filter(pk=object_id, organisation_id=actor.organisation_id).exists()


def test_a_draft_becomes_a_sealed_document_and_every_step_is_recorded(world: World) -> None:
    signed = world.sign()
    sealed = world.seal(signed)
    text = flat_text(content.read_bytes(sealed))
    assert "Số 07 -CV/TU" in text
    assert DATED in text
    kinds = Signature.objects.order_by("signed_at").values_list("kind", "signer_name", "signed_object_id")
    assert list(kinds) == [
        (SignatureKind.PERSON, SIGNER, signed.pk),
        (SignatureKind.ORGANISATION, "Lê Thị Mai", sealed.pk),
    ]
    events = Event.objects.filter(verb__in=["signing.signed", "signing.sealed"]).order_by("id")
    assert [event.verb for event in events] == ["signing.signed", "signing.sealed"]
    assert all(event.basis for event in events)


def test_checking_keeps_what_was_found_in_words(world: World) -> None:
    sealed = world.seal(world.sign())
    found = services.verify(stored=sealed, actor=world.clerk)
    assert found.valid
    assert selectors.last_verification(sealed.pk) == found
    assert [row.signer for row in selectors.rows(found)] == [SIGNER, world.body.name]
    assert "được chữ ký cho phép" in selectors.rows(found)[0].sentences[0]


def test_the_background_check_runs_once_and_bears_damaged_files(world: World) -> None:
    sealed = world.sign()
    damaged = content.store(
        examined=describe(b"%PDF-1.7 x", "a.pdf", documents.PDF),
        data=b"%PDF-1.7 x",
        organisation=world.body,
        actor=world.clerk,
    )
    for stored in (sealed, sealed, damaged):
        services.verify_signatures(str(stored.pk))
    assert list(Verification.objects.values_list("object_id", "verdict")) == [(sealed.pk, "valid")]


def test_a_document_without_signatures_is_not_called_valid(world: World) -> None:
    stored = content.store(
        examined=describe(PDF, "a.pdf", documents.PDF), data=PDF, organisation=world.body, actor=world.clerk
    )
    found = services.verify(stored=stored, actor=world.clerk)
    assert (found.verdict, found.signature_count) == ("indeterminate", 0)


def test_a_signed_document_that_was_changed_is_not_sealed(world: World) -> None:
    spoiled = content.read_bytes(world.sign()).replace(b"/MediaBox", b"/MediaBpx", 1)
    stored = content.store(
        examined=describe(spoiled, "a.pdf", documents.PDF), data=spoiled, organisation=world.body, actor=world.clerk
    )
    with pytest.raises(RuleBroken) as refusal:
        world.seal(stored)
    assert refusal.value.code in ("signing.broken", "signing.unreadable")
    assert not Signature.objects.filter(kind=SignatureKind.ORGANISATION).exists()


def test_refused_signing_leaves_nothing_behind(world: World) -> None:
    before = DigitalObject.objects.count()
    with pytest.raises(RuleBroken) as refusal:
        world.sign(symbol="-QĐ/TU")
    assert refusal.value.code == "signing.symbol_differs"
    assert DigitalObject.objects.count() == before
    assert not Signature.objects.exists()


def test_whoever_has_no_key_gets_a_sentence(world: World) -> None:
    with pytest.raises(RuleBroken) as refusal:
        world.sign(world.clerk)
    assert refusal.value.code == "signing.no_key"


def other_body() -> Actor:
    return office.actor(office.organisation("H99.02"), Role.CLERK, Role.ADMINISTRATOR, login="khac")


def test_only_the_clerk_of_the_body_seals(world: World) -> None:
    signed = world.sign()
    for actor in (other_body(), world.leader):
        with pytest.raises(PermissionDenied):
            world.seal(signed, actor)
    assert world.seal(signed, world.clerk)


def test_the_installation_signs_for_nobody(world: World) -> None:
    with pytest.raises((PermissionDenied, RuleBroken)):
        world.sign(system_actor(world.body))


@pytest.mark.parametrize("role", list(Role))
def test_keys_and_images_are_an_administrators_matter(role: Role, world: World) -> None:
    actor = office.actor(world.body, role, login="ai-do")
    assert access.may(actor, "key.issue", world.body) == (role == Role.ADMINISTRATOR)
    assert access.may(actor, "document.seal", world.body) == (role == Role.CLERK)


def test_without_images_names_are_printed_instead(world: World, settings) -> None:  # type: ignore[no-untyped-def]
    for image in (Path(settings.KEYS_ROOT) / "images").iterdir():
        image.unlink()
    text = flat_text(content.read_bytes(world.seal(world.sign())))
    assert text.count(SIGNER) == 2
    assert [words for words in ("Tỉnh ủy\n", "Bình Sơn\n", "H99.01\n") if words not in text] == []


def test_the_stamped_copy_has_the_size_of_the_law(world: World) -> None:
    copy = services.stamped_copy(
        pdf=PDF, organisation=world.body, number="15", day=DAY, forwarded="", file_code="", on=DAY
    )
    assert "Số: 15" in flat_text(copy)
    assert "Ngày: 05/11/2026" in flat_text(copy)


@pytest.fixture
def browser(world: World) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=world.clerk.person_id))
    return client


def test_the_page_checks_and_shows_the_signatures(world: World, browser: Client) -> None:
    sealed = world.seal(world.sign())
    address = reverse("signing:object", args=[sealed.pk])
    assert "Chưa kiểm tra chữ ký số" in browser.get(address).content.decode()
    shown = browser.post(address, follow=True).content.decode()
    assert SIGNER in shown
    assert shown.count("Hợp lệ") == 3  # each signature, and the file as a whole
    assert Verification.objects.filter(object=sealed).count() == 1


def test_the_page_of_an_unreadable_object_is_not_found(world: World, browser: Client) -> None:
    theirs = other_body()
    stored = content.store(
        examined=describe(PDF, "a.pdf", documents.PDF),
        data=PDF,
        organisation=Organisation.objects.get(pk=theirs.organisation_id),
        actor=theirs,
    )
    address = reverse("signing:object", args=[stored.pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address).status_code == 404
    assert not Verification.objects.exists()


@pytest.fixture
def admin_browser(world: World) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=world.admin.person_id))
    return client


def upload(data: bytes) -> dict[str, object]:
    return {"image": SimpleUploadedFile("anh.png", data, content_type="image/png")}


def test_an_administrator_sees_who_can_sign_and_gives_what_is_missing(
    world: World, admin_browser: Client, signature_png: bytes
) -> None:
    listed = admin_browser.get(reverse("signing:keys")).content.decode()
    for name in (world.body.name, SIGNER, "Lê Thị Mai"):
        assert name in listed
    address = reverse("signing:person_key", args=[world.clerk.person_id])
    assert "Chưa có chứng thư số" in admin_browser.get(address).content.decode()
    shown = admin_browser.post(address, {"issue": "1"}, follow=True).content.decode()
    assert "Đã cấp chứng thư số" in shown
    assert "Chưa có chứng thư số" not in shown
    assert "Đã lưu ảnh" in admin_browser.post(address, upload(signature_png), follow=True).content.decode()


def test_a_picture_that_the_law_does_not_mean_is_kept_with_a_warning(
    world: World, admin_browser: Client, signature_png: bytes, seal_png: bytes
) -> None:
    person = reverse("signing:person_key", args=[world.clerk.person_id])
    body = reverse("signing:organisation_key")
    for address, image, warned in (
        (person, signature_png, None),
        (person, seal_png, "không phải màu xanh"),
        (body, seal_png, None),
        (body, signature_png, "không biết kích thước thực"),
    ):
        shown = admin_browser.post(address, upload(image), follow=True).content.decode()
        assert "Đã lưu ảnh" in shown
        assert (warned in shown) if warned else ("Ảnh không" not in shown)


def test_what_is_no_picture_is_refused_beside_the_field(world: World, admin_browser: Client) -> None:
    address = reverse("signing:organisation_key")
    for data in (b"GIF89a no", b"", b"\x89PNG\r\n\x1a\n"):
        answer = admin_browser.post(address, upload(data))
        assert answer.status_code == 409
    assert "PNG" in answer.content.decode()
    assert admin_browser.post(address, {}).status_code == 409


def test_others_do_not_reach_the_keys(world: World, browser: Client, admin_browser: Client) -> None:
    person = reverse("signing:person_key", args=[world.leader.person_id])
    for address in (reverse("signing:keys"), person):
        assert browser.get(address).status_code == 403
    stranger = reverse("signing:person_key", args=[other_body().person_id])
    assert admin_browser.get(stranger).status_code == 404
