"""The registry over the API: success and every kind of refusal, each as problem+json with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mocban.config.demo.desk import letter_kind
from mocban.registry.models import Incoming, Number
from mocban.secrecy.choices import Channel, Level
from mocban.secrecy.models import Incident
from tests import steps
from tests.world import DAY, Caller, World

pytestmark = pytest.mark.django_db


def arrival(world: World, **changes: Any) -> dict[str, Any]:
    given = {
        "book": str(world.office.incoming_book.pk),
        "arrived_on": "2026-11-04",
        "kind_code": letter_kind(world.office, DAY).code,
        "subject": steps.SUBJECT,
        "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
        "printed_code": "12/UBND-VP",
        "issued_on": "2026-11-02",
    }
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


def pdf(name: str = "cong-van.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, steps.blank_pdf() if data is None else data)


def test_a_document_with_annexes_is_registered_and_listed(world: World) -> None:
    clerk = Caller(world.clerk)
    annexes = [pdf("phu-luc-1.pdf", steps.blank_pdf("1")), pdf("phu-luc-2.pdf", steps.blank_pdf("2"))]
    made = clerk.done("post", "/registry/incoming", arrival(world), files={"file": pdf(), "annexes": annexes})
    assert [part["role"] for part in made["files"]] == ["annex", "annex", "main"]
    [listed] = clerk.done("get", "/registry/incoming")["items"]
    assert (listed["id"], listed["has_file"], listed["present_by"]) == (made["entry"]["id"], True, "2026-11-05")
    assert clerk.done("get", "/registry/incoming?without_file=true")["items"] == []
    assert clerk.done("get", "/registry/incoming?words=hoa+binh")["items"] == [listed]


def test_the_same_document_again_is_a_conflict_until_it_is_confirmed(world: World) -> None:
    clerk = Caller(world.clerk)
    clerk.done("post", "/registry/incoming", arrival(world), files={})
    status, problem = clerk.refused("post", "/registry/incoming", arrival(world), files={})
    assert (status, problem["code"]) == (409, "incoming.already_registered")
    assert "12/UBND-VP" in problem["detail"]
    again = clerk.done("post", "/registry/incoming", arrival(world, confirmed="true"), files={})
    assert again["entry"]["number"] == 2


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"subject": None}, 422, "subject"),
        ({"subject": "x" * 10_000}, 422, "subject"),
        ({"issued_on": "2026-02-31"}, 422, "issued_on"),
        ({"kind_code": "no-such-kind"}, 422, "kind_code"),
        ({"book": "00000000-0000-7000-8000-000000000000"}, 422, "book"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_taken(world: World, change: dict, status: int, field: str) -> None:
    found, problem = Caller(world.clerk).refused("post", "/registry/incoming", arrival(world, **change), files={})
    assert (found, [error["field"] for error in problem["errors"]]) == (status, [field])
    assert not Number.objects.exists()


def test_a_declared_secret_is_refused_with_its_citation_and_leaves_an_incident(world: World) -> None:
    secret = arrival(world, secrecy=Level.SECRET.value)
    status, problem = Caller(world.clerk).refused("post", "/registry/incoming", secret, files={"file": pdf()})
    assert (status, problem["code"]) == (409, "secrecy.refused")
    assert problem["citation"]
    assert not Incoming.objects.exists()
    assert Incident.objects.get().channel == Channel.API


def test_who_may_not_register_is_forbidden_and_who_has_no_token_is_unknown(world: World) -> None:
    assert Caller(world.officer).refused("post", "/registry/incoming", arrival(world), files={})[0] == 403
    answer = Client().get("/api/v1/registry/incoming")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    wrong = Client().get("/api/v1/registry/incoming", headers={"Authorization": "Bearer mocban_wrong"})
    assert wrong.status_code == 401


def test_another_body_sees_nothing(world: World) -> None:
    entry, outgoing = steps.registered(world), steps.drafted(world, with_file=False)
    task = steps.given_task(world, entry=entry)
    stranger = Caller(world.stranger)
    for address in (
        f"/registry/incoming/{entry.pk}",
        f"/registry/tasks/{task.pk}",
        f"/registry/outgoing/{outgoing.pk}",
    ):
        assert stranger.refused("get", address)[0] == 404
        assert Caller(world.clerk)("get", address).status_code == 200
    for listed in ("incoming", "tasks", "outgoing"):
        assert stranger.done("get", f"/registry/{listed}")["items"] == []


def test_an_entry_is_corrected_and_a_stale_version_told(world: World) -> None:
    entry = steps.registered(world)
    clerk = Caller(world.clerk)
    change = arrival(world, book=None, arrived_on=None, subject="Về việc khác") | {"version": 1}
    made = clerk.done("put", f"/registry/incoming/{entry.pk}", change)
    assert (made["entry"]["document"]["subject"], made["entry"]["version"]) == ("Về việc khác", 2)
    assert clerk.refused("put", f"/registry/incoming/{entry.pk}", change)[0] == 412
    assert Caller(world.chief).refused("put", f"/registry/incoming/{entry.pk}", change)[0] == 403


def test_a_step_that_the_state_does_not_allow_is_a_conflict(world: World) -> None:
    outgoing = steps.drafted(world)
    outgoing.refresh_from_db()
    officer, head = Caller(world.officer), Caller(world.head)
    at = f"/registry/outgoing/{outgoing.pk}"
    status, problem = head.refused("post", f"{at}/approve", {"version": outgoing.version})
    assert (status, problem["code"]) == (409, "registry.wrong_state")
    assert officer.refused("post", f"{at}/approve", {"version": outgoing.version})[0] == 403
    assert officer.refused("post", f"{at}/submit", {"version": 99})[0] == 412
    assert officer.done("post", f"{at}/submit", {"version": outgoing.version})["outgoing"]["status"] == "submitted"
    assert officer.done("post", f"{at}/withdraw")["outgoing"]["status"] == "draft"


def test_a_new_version_of_a_draft_is_uploaded(world: World) -> None:
    outgoing = steps.drafted(world, with_file=False)
    officer = Caller(world.officer)
    at = f"/registry/outgoing/{outgoing.pk}/upload"
    assert officer.refused("post", at, {"version": 1}, files={})[0] == 422
    file = {"file": pdf("du-thao.pdf", steps.draft_pdf(world))}
    assert len(officer.done("post", at, {"version": 1}, files=file)["files"]) == 1
    file = {"file": pdf("du-thao.pdf", steps.draft_pdf(world))}
    assert officer.refused("post", at, {"version": 1}, files=file)[0] == 412


def test_the_kinds_of_the_body_are_listed(world: World) -> None:
    kinds = Caller(world.clerk).done("get", "/registry/kinds")
    assert "Công văn" in [kind["name"] for kind in kinds]


def test_the_schema_gives_examples_and_one_meaning_to_each_name() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    described = schema["components"]["schemas"]
    assert described["OrdersIn"]["properties"]["opinion"]["examples"]
    assert {"RecordFileOut", "FileOut"} <= set(described)
    assert any(address.endswith("/pack") for address in schema["paths"])
