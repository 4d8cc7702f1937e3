"""Signing and issuing with a key on the person's own computer: all that the verbs promise, in two halves."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone

from mocban.audit.selectors import history
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.lib.errors import Stale
from mocban.lib.ids import new_id
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.records.choices import ObjectRole
from mocban.registry.choices import OutgoingStatus
from mocban.registry.models import Outgoing
from mocban.registry.services.drafting import return_draft
from mocban.registry.services.key_steps import begin, finish, issuing_step, signing_step
from mocban.signing import keys as stores
from mocban.signing import services as signing
from mocban.signing.choices import AnchorState, KeyPlace, Level, TrustPurpose
from mocban.signing.models import KeySource, PendingSignature, Signature, TimeAuthority, TrustAnchor
from mocban.signing.services import place_key
from mocban.signing.tests.servers import serving
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge
from tests import steps
from tests.steps import refused
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db


def on_token(owner: Person | Organisation, organisation: Organisation, actor: Actor) -> KeySource:
    """The owner's trial key is from now on in a token; what is in it is the same key."""
    certificate, chain = stores.store().certificate(stores.holder(owner)), stores.store().trust_roots()
    return place_key(
        owner=owner, organisation=organisation, place=KeyPlace.AGENT, settings={}, certificate=certificate, chain=chain,
        named=True, actor=actor,
    )  # fmt: skip


def leader_of(world: World) -> Person:
    return Person.objects.get(pk=world.leader.person_id)


def organisation_on_token(world: World) -> None:
    body = world.office.organisation
    on_token(body, body, world.actor(Role.ADMINISTRATOR))


@pytest.fixture
def tokens(world: World, keys: None) -> None:
    on_token(leader_of(world), world.office.organisation, world.leader)
    organisation_on_token(world)


def token_signs(owner: Person | Organisation, begun: list[PendingSignature]) -> list[tuple[str, bytes]]:
    key = stores.store()._read(stores.holder(owner))[0]
    return [
        (str(one.pk), key.sign(bytes.fromhex(one.about["digest"]), padding.PKCS1v15(), Prehashed(hashes.SHA256())))
        for one in begun
    ]


def opened(world: World) -> Outgoing:
    return steps.opened(steps.approved(world), world.leader)


def begun(outgoing: Outgoing, world: World, **changes: Any) -> list[PendingSignature]:
    return begin(signing_step(outgoing=outgoing, **{"actor": world.leader, "on": DAY, "version": None, **changes}))


def signed(outgoing: Outgoing, signatures: list[tuple[str, bytes]], world: World, **changes: Any) -> Outgoing:
    given = {"actor": world.leader, "on": DAY, "version": None, **changes}
    return finish(signing_step(outgoing=outgoing, **given), signatures)


def last(outgoing: Outgoing, role: ObjectRole) -> DigitalObject:
    part = outgoing.document.parts.filter(role=role, superseded_at=None).select_related("object").get()
    return part.object


def conclusions(stored: DigitalObject) -> list[Conclusion]:
    found = judge(content.read_bytes(stored), trust=stores.trust(at=timezone.now()))
    return [one.conclusion for one in found.signatures]


def sentences(obj: Model) -> str:
    return "\n".join(str(entry.sentence) for entry in history(obj))


class TestSigning:
    def test_the_signature_of_the_token_signs_the_document_as_one_made_here(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        done = signed(outgoing, token_signs(leader_of(world), begun(outgoing, world)), world)
        assert done.status == OutgoingStatus.SIGNED
        stored = last(done, ObjectRole.SIGNED)
        assert conclusions(stored) == [Conclusion.VALID]
        assert Signature.objects.get(signed_object=stored).signer_name == world.leader.person_name
        assert "đã lấy mã băm" in sentences(done)
        assert "đã đưa vào chữ ký" in sentences(done)
        assert not PendingSignature.objects.exists()

    def test_beginning_changes_nothing_of_the_document(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        before = (outgoing.status, outgoing.version, DigitalObject.objects.count(), Signature.objects.count())
        begun(outgoing, world)
        outgoing.refresh_from_db()
        assert (outgoing.status, outgoing.version, DigitalObject.objects.count(), Signature.objects.count()) == before

    def test_where_the_key_is_elsewhere_signing_here_says_so(self, world: World, tokens: None) -> None:
        body = world.office.organisation
        assert signing.is_elsewhere(organisation_id=body.pk, person_id=world.leader.person_id)
        assert not signing.is_elsewhere(organisation_id=body.pk, person_id=world.clerk.person_id)

    def test_what_was_never_opened_is_asked_about_before_anybody_takes_the_token(
        self, world: World, tokens: None
    ) -> None:
        outgoing = steps.approved(world)
        with refused("outgoing.unread"):
            begun(outgoing, world)
        assert begun(outgoing, world, unread_confirmed=True)

    def test_without_a_declared_token_nothing_is_begun(self, world: World, keys: None) -> None:
        with refused("signing.not_elsewhere"):
            begun(opened(world), world)

    def test_only_the_signer_begins(self, world: World, tokens: None) -> None:
        with pytest.raises(PermissionDenied):
            begun(opened(world), world, actor=world.clerk)


class TestFinishing:
    def test_a_wrong_signature_is_refused_and_the_right_one_still_serves(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        waiting = begun(outgoing, world)
        with refused("signing.wrong_signature"):
            signed(outgoing, token_signs(world.office.organisation, waiting), world)
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.APPROVED
        assert signed(outgoing, token_signs(leader_of(world), waiting), world).status == OutgoingStatus.SIGNED

    def test_a_signature_is_used_once(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        brought = token_signs(leader_of(world), begun(outgoing, world))
        signed(outgoing, brought, world)
        with refused("signing.pending_gone"):
            signed(outgoing, brought, world)

    def test_a_new_beginning_voids_the_one_before(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        first = token_signs(leader_of(world), begun(outgoing, world))
        begun(outgoing, world)
        with refused("signing.pending_gone"):
            signed(outgoing, first, world)

    def test_a_signature_for_one_document_does_not_sign_another(self, world: World, tokens: None) -> None:
        one, other = opened(world), opened(world)
        brought = token_signs(leader_of(world), begun(one, world))
        with refused("signing.pending_gone"):
            signed(other, brought, world)

    @pytest.mark.parametrize("ids", [[], ["x"], ["01900000-0000-7000-8000-000000000000"]])
    def test_what_was_never_begun_is_refused(self, world: World, tokens: None, ids: list[str]) -> None:
        with refused("signing.pending_gone"):
            signed(opened(world), [(one, b"") for one in ids], world)

    def test_nobody_else_brings_the_signature(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        waiting = begun(outgoing, world)
        PendingSignature.objects.update(person_id=world.clerk.person_id)
        with refused("signing.pending_other"):
            signed(outgoing, token_signs(leader_of(world), waiting), world)

    def test_the_other_bodys_people_find_nothing(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        waiting = begun(outgoing, world)
        with refused("signing.pending_gone"):
            signing.finish_signing(
                signatures=token_signs(leader_of(world), waiting), work=print, subject=outgoing, actor=world.stranger
            )

    def test_too_late_is_too_late_and_the_sweep_takes_it_away(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        waiting = begun(outgoing, world)
        PendingSignature.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with refused("signing.pending_expired"):
            signed(outgoing, token_signs(leader_of(world), waiting), world)
        begun(other := opened(world), world)
        assert signing.forget_expired() == 1
        assert PendingSignature.objects.get().about["subject"] == str(other.pk)

    def test_it_waits_as_long_as_the_setting_says(self, world: World, tokens: None) -> None:
        (waiting,) = begun(opened(world), world)
        assert (waiting.expires_at - waiting.created_at).total_seconds() == settings.SIGNING_PENDING_SECONDS

    def test_a_document_that_was_returned_meanwhile_is_not_signed(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        brought = token_signs(leader_of(world), begun(outgoing, world))
        return_draft(outgoing=outgoing, reason="sai", actor=world.leader, on=DAY)
        outgoing.refresh_from_db()
        with refused("registry.wrong_state"):
            signed(outgoing, brought, world)

    def test_another_version_of_the_page_is_stale(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        brought = token_signs(leader_of(world), begun(outgoing, world))
        with pytest.raises(Stale):
            signed(outgoing, brought, world, version=outgoing.version - 1)

    def test_a_key_that_was_declared_anew_meanwhile_does_not_sign(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        brought = token_signs(leader_of(world), begun(outgoing, world))
        on_token(leader_of(world), world.office.organisation, world.leader)
        with refused("signing.key_changed"):
            signed(outgoing, brought, world)


class TestIssuing:
    def test_the_clerks_token_seals_and_issues(self, world: World, tokens: None) -> None:
        outgoing = steps.opened(steps.approved(world), world.leader)
        signed(outgoing, token_signs(leader_of(world), begun(outgoing, world)), world)
        outgoing.refresh_from_db()
        numbered = steps.take_outgoing_number(
            outgoing=outgoing, book=steps.outgoing_book(world), actor=world.clerk, on=DAY
        )
        given = {"outgoing": numbered, "actor": world.clerk, "on": DAY, "version": None}
        waiting = begin(issuing_step(**given))
        numbered.refresh_from_db()
        assert numbered.status == OutgoingStatus.NUMBERED
        done = finish(issuing_step(**given), token_signs(world.office.organisation, waiting))
        assert done.status == OutgoingStatus.ISSUED
        assert conclusions(last(done, ObjectRole.ISSUED)) == [Conclusion.VALID, Conclusion.VALID]

    def test_only_the_clerk_seals(self, world: World, tokens: None) -> None:
        with pytest.raises(PermissionDenied):
            issuing_step(outgoing=opened(world), actor=world.leader, on=DAY, version=None)


class TestPages:
    def test_a_document_is_signed_through_the_addresses_that_the_script_asks(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        client = browser(world.leader)
        shown = client.get(f"/registry/outgoing/{outgoing.pk}/token-sign/")
        assert shown.status_code == 200
        assert steps.SUBJECT in shown.content.decode()
        base = f"/registry/outgoing/{outgoing.pk}/token-sign"
        told = client.post(f"{base}/begin/", {"version": outgoing.version}).json()
        (one,) = told["signatures"]
        assert (one["algorithm"], len(one["digest"]), one["text"]) == ("sha256", 64, steps.SUBJECT)
        ((_id, signature),) = token_signs(leader_of(world), list(PendingSignature.objects.all()))
        brought = {"version": outgoing.version, "pending": one["id"]}
        wrong = client.post(f"{base}/finish/", {**brought, "signature": "không phải chữ ký"})
        assert (wrong.status_code, "chưa ghi gì cả" in wrong.json()["error"]) == (409, True)
        done = client.post(f"{base}/finish/", {**brought, "signature": base64.b64encode(signature).decode()})
        assert done.json() == {"said": "Đã ký số."}
        outgoing.refresh_from_db()
        assert outgoing.status == OutgoingStatus.SIGNED

    def test_a_refusal_is_a_sentence_for_the_script(self, world: World, tokens: None) -> None:
        outgoing = steps.approved(world)
        answer = browser(world.leader).post(
            f"/registry/outgoing/{outgoing.pk}/token-sign/begin/", {"version": outgoing.version}
        )
        assert (answer.status_code, "chưa mở" in answer.json()["error"]) == (409, True)

    def test_only_these_pages_may_talk_to_the_program(self, world: World, tokens: None) -> None:
        client, port = browser(world.leader), f"http://127.0.0.1:{settings.AGENT_PORT}"
        for path in ("/registry/token-signing/", "/signing/agent/"):
            assert f"connect-src 'self' {port};" in client.get(path)["Content-Security-Policy"]
        for path in ("/registry/outgoing/", "/"):
            assert port not in client.get(path)["Content-Security-Policy"]

    def test_the_list_shows_what_waits_with_a_fixed_number_of_queries(
        self, world: World, tokens: None, django_assert_max_num_queries: Any
    ) -> None:
        client = browser(world.leader)
        client.get("/registry/token-signing/")
        opened(world)
        with django_assert_max_num_queries(100) as one:
            client.get("/registry/token-signing/")
        opened(world), opened(world)
        with django_assert_max_num_queries(len(one)):
            shown = client.get("/registry/token-signing/").content.decode()
        assert shown.count("data-document") == 3

    def test_the_clerk_finds_what_waits_for_the_seal_and_others_do_not(self, world: World, tokens: None) -> None:
        steps_outgoing = opened(world)
        signed(steps_outgoing, token_signs(leader_of(world), begun(steps_outgoing, world)), world)
        steps_outgoing.refresh_from_db()
        steps.take_outgoing_number(outgoing=steps_outgoing, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
        assert browser(world.clerk).get("/registry/token-issuing/").content.decode().count("data-document") == 1
        assert browser(world.leader).get("/registry/token-issuing/").content.decode().count("data-document") == 0

    def test_who_has_no_token_declared_is_led_to_where_it_is_declared(self, world: World, keys: None) -> None:
        answer = browser(world.clerk).get("/registry/token-issuing/")
        assert (answer.status_code, answer["Location"]) == (302, "/signing/agent/")

    def test_the_usual_buttons_lead_here_where_the_key_is_in_a_token(self, world: World, tokens: None) -> None:
        outgoing = opened(world)
        answer = browser(world.leader).get(f"/registry/outgoing/{outgoing.pk}/sign/")
        assert answer["Location"] == f"/registry/outgoing/{outgoing.pk}/token-sign/"
        signed(outgoing, token_signs(leader_of(world), begun(outgoing, world)), world)
        outgoing.refresh_from_db()
        steps.take_outgoing_number(outgoing=outgoing, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
        answer = browser(world.clerk).get(f"/registry/outgoing/{outgoing.pk}/issue/")
        assert answer["Location"] == f"/registry/outgoing/{outgoing.pk}/token-issue/"


def trusted(root: x509.Certificate) -> None:
    """Two administrators have agreed on the root of the authority of time."""
    der = root.public_bytes(serialization.Encoding.DER)
    now = timezone.now()
    TrustAnchor.objects.create(
        certificate=der, sha256=hashlib.sha256(der).hexdigest(), subject="gốc", not_before=root.not_valid_before_utc,
        not_after=root.not_valid_after_utc, purposes=[TrustPurpose.TIMESTAMPING], state=AnchorState.TRUSTED,
        proposed_by_id=new_id(), proposed_by="Võ Hoài Nam", proposed_at=now, agreed_by="Lê Thu Hà", agreed_at=now,
    )  # fmt: skip


class TestLevels:
    def test_the_time_is_stamped_once_the_signature_is_there(self, world: World, tokens: None) -> None:
        body = world.office.organisation
        with serving() as served:
            TimeAuthority.objects.create(organisation=body, name="Nơi cấp giờ", url=served.tsa("tsa"))
            trusted(served.pki.x509("interm"))
            outgoing = opened(world)
            waiting = begun(outgoing, world)
            assert served.asked == []
            done = signed(outgoing, token_signs(leader_of(world), waiting), world)
            assert len(served.asked) == 1
            steps.take_outgoing_number(outgoing=done, book=steps.outgoing_book(world), actor=world.clerk, on=DAY)
            done.refresh_from_db()
            given = {"outgoing": done, "actor": world.clerk, "on": DAY, "version": None}
            issued = finish(issuing_step(**given), token_signs(body, begin(issuing_step(**given))))
        stored = last(issued, ObjectRole.ISSUED)
        made = Signature.objects.get(signed_object=stored)
        assert (made.level != Level.BASIC, made.timestamped_at is not None) == (True, True)
