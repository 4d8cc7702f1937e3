"""Signing over the API: two phases for other programs, places, annexes, whole reports, keys and trust to read."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from mocban.people.choices import Role
from mocban.records.choices import ObjectRole
from mocban.registry.choices import OutgoingStatus
from mocban.registry.models import Outgoing
from mocban.signing import keys as stores
from mocban.signing.models import KeySource, PendingSignature
from mocban.signing.services import verify
from mocban.signing.verification.findings import Conclusion
from tests import steps
from tests.steps import blank_pdf
from tests.world import Caller, World

from .test_api import pdf
from .test_token_signing import conclusions, last, leader_of, organisation_on_token, token_signs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def declared(world: World, leader: Caller) -> Any:
    """The leader says, over the API, that the own key signs elsewhere."""
    certificate = stores.store().certificate(stores.holder(leader_of(world)))
    given = {"certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}
    return leader.done("post", "/signing/keys/own", given)


def brought(owner: Any, begun: dict[str, Any]) -> list[dict[str, str]]:
    rows = list(PendingSignature.objects.filter(pk__in=[one["id"] for one in begun["signatures"]]))
    return [{"id": name, "signature": base64.b64encode(made).decode()} for name, made in token_signs(owner, rows)]


class TestTwoPhases:
    def test_another_program_signs_with_the_callers_own_key(self, world: World) -> None:
        leader = Caller(world.leader)
        outgoing = steps.opened(steps.approved(world), world.leader)
        address, seen = f"/registry/two-phase/sign/{outgoing.pk}", {"version": outgoing.version}
        assert leader.refused("post", f"{address}/begin", seen)[1]["code"] == "signing.not_elsewhere"
        assert declared(world, leader)["place"] == "agent"
        begun = leader.done("post", f"{address}/begin", seen)
        (one,) = begun["signatures"]
        assert (one["algorithm"], len(one["digest"]), one["text"]) == ("sha256", 64, outgoing.document.subject)
        wrong = [{"id": one["id"], "signature": "AAAA"}]
        status, problem = leader.refused("post", f"{address}/finish", {**seen, "signatures": wrong})
        assert (status, problem["code"]) == (409, "signing.wrong_signature")
        signatures = brought(leader_of(world), begun)
        done = leader.done("post", f"{address}/finish", {**seen, "signatures": signatures})
        assert done["state"] == OutgoingStatus.SIGNED
        assert conclusions(last(Outgoing.objects.get(pk=outgoing.pk), ObjectRole.SIGNED)) == [Conclusion.VALID]
        status, _problem = leader.refused("post", f"{address}/finish", {**seen, "signatures": signatures})
        assert status in (403, 409)

    def test_the_clerk_issues_and_nobody_else(self, world: World) -> None:
        numbered = steps.numbered(world)
        organisation_on_token(world)
        address, clerk = f"/registry/two-phase/issue/{numbered.pk}", Caller(world.clerk)
        seen = {"version": numbered.version}
        assert Caller(world.officer).refused("post", f"{address}/begin", seen)[0] == 403
        assert Caller(world.stranger).refused("post", f"{address}/begin", seen)[0] == 404
        begun = clerk.done("post", f"{address}/begin", seen)
        done = clerk.done(
            "post", f"{address}/finish", {**seen, "signatures": brought(world.office.organisation, begun)}
        )
        assert done["state"] == OutgoingStatus.ISSUED

    def test_what_was_never_opened_must_be_confirmed_here_too(self, world: World) -> None:
        leader = Caller(world.leader)
        declared(world, leader)
        outgoing = steps.approved(world)
        address, seen = f"/registry/two-phase/sign/{outgoing.pk}/begin", {"version": outgoing.version}
        assert leader.refused("post", address, seen)[1]["code"] == "outgoing.unread"
        assert leader.done("post", address, {**seen, "unread_confirmed": True})["signatures"]

    def test_a_certificate_that_is_none_is_refused(self, world: World) -> None:
        leader = Caller(world.leader)
        for text in ("", "AAAA", "!", "A" * 20_000):
            assert leader.refused("post", "/signing/keys/own", {"certificate": text})[1]["code"] == "signing.key_unfit"
        assert not KeySource.objects.exists()


class TestPreparing:
    def test_places_are_read_and_moved(self, world: World) -> None:
        outgoing = steps.drafted(world)
        officer, address = Caller(world.officer), f"/registry/outgoing/{outgoing.pk}/places"
        found = officer.done("get", address)
        assert {"number", "date", "signature", "seal"} <= {one["name"] for one in found["fields"]}
        assert found["moved"] == []
        seal = next(one for one in found["fields"] if one["name"] == "seal")
        moved = {"seal": {"page": seal["page"], "left": seal["left"] - 2, "top": seal["top"]}}
        placed = officer.done("put", address, {"version": found["version"], "moved": moved})
        assert placed["moved"] == ["seal"]
        outside = {"date": {"page": 0, "left": 1_900, "top": 10}}
        status, problem = officer.refused("put", address, {"version": placed["version"], "moved": outside})
        assert (status, problem["code"]) == (409, "signing.place_outside")
        assert (
            officer.refused("put", address, {"version": 1, "moved": {"date": {"page": 0, "left": -1, "top": 1}}})[0]
            == 422
        )
        assert officer.refused("put", address, {"version": 1, "moved": {}})[0] == 412
        assert Caller(world.stranger).refused("get", address)[0] == 404

    def test_annexes_are_added_and_left_out(self, world: World) -> None:
        outgoing = steps.drafted(world)
        officer, address = Caller(world.officer), f"/registry/outgoing/{outgoing.pk}/annexes"
        files = {"files": [pdf("bang-1.pdf", blank_pdf("1")), pdf("bang-2.pdf", blank_pdf("2"))]}
        outgoing.refresh_from_db()
        made = officer.done("post", address, {"version": outgoing.version}, files=files)
        assert [one["name"] for one in made["annexes"]] == ["bang-1.pdf", "bang-2.pdf"]
        first = made["annexes"][0]["id"]
        left = officer.done("delete", f"{address}/{first}?version={made['version']}")
        assert [one["name"] for one in left["annexes"]] == ["bang-2.pdf"]
        assert officer.done("get", address) == left
        assert officer.refused("delete", f"{address}/{first}?version={left['version']}")[0] == 409
        assert Caller(world.leader).refused("post", address, {"version": 1}, files={"files": [pdf("c.pdf")]})[0] == 403
        assert Caller(world.stranger).refused("get", address)[0] == 404


class TestReading:
    def test_the_whole_report_is_given_to_who_may_read_the_file(self, world: World) -> None:
        signed = steps.signed(world)
        stored = last(signed, ObjectRole.SIGNED)
        address, leader = f"/signing/objects/{stored.pk}", Caller(world.leader)
        verify(stored=stored, actor=world.leader)
        known = leader.done("get", f"{address}/checks")
        assert [(one["verdict"], one["signature_count"]) for one in known] == [("valid", 1)]
        whole = leader.done("get", f"{address}/report")
        assert whole == leader.done("get", f"/signing/checks/{known[0]['id']}/report")
        assert stored.sha256 in str(whole) or base64.b64encode(bytes.fromhex(stored.sha256)).decode() in str(whole)
        xml = leader("get", f"{address}/report?form=xml")
        assert xml["Content-Type"].startswith("application/xml")
        assert etree.fromstring(xml.content).tag.endswith("ValidationReport")
        again = leader.done("post", f"{address}/checks")
        assert again["latest"]
        stranger = Caller(world.stranger)
        for verb, path in (
            ("get", f"{address}/report"),
            ("get", f"{address}/checks"),
            ("post", f"{address}/checks"),
            ("get", f"/signing/checks/{known[0]['id']}/report"),
        ):
            assert stranger.refused(verb, path)[0] == 404

    def test_keys_are_read_by_whom_they_concern(self, world: World) -> None:
        admin, leader = Caller(world.actor(Role.ADMINISTRATOR)), Caller(world.leader)
        listed = admin.done("get", "/signing/keys")
        assert listed[0]["person_id"] is None
        assert str(world.leader.person_id) in [one["person_id"] for one in listed]
        assert leader.refused("get", "/signing/keys")[0] == 403
        own = leader.done("get", "/signing/keys/own")
        assert (own["place"], own["wants"]) == ("trial", None)
        assert Caller(world.clerk).done("get", "/signing/keys/organisation")["person_id"] is None
        assert Caller(world.officer).refused("get", "/signing/keys/organisation")[0] == 403

    def test_trust_is_read_by_who_judges_and_issues(self, world: World) -> None:
        told = Caller(world.clerk).done("get", "/signing/trust")
        assert told["configured"]
        assert (told["anchors"], told["intermediates"], told["revocation"]) == ([], [], [])
        assert Caller(world.officer).refused("get", "/signing/trust")[0] == 403
