"""The wheel over the API: what the pages can do, a program can do, and is refused the same."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mocban.config.demo.desk import letter_kind
from mocban.exchange.services import receive_pending
from mocban.people.actor import system_actor
from tests import steps
from tests.world import DAY, Caller, World

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def test_a_document_goes_the_whole_way_over_the_api(world: World, keys: None) -> None:
    """Arrival, instruction, task, draft, signature, number, issue, file, archive, package."""
    clerk, chief, officer = Caller(world.clerk), Caller(world.chief), Caller(world.officer)
    kind = letter_kind(world.office, DAY).code
    [book] = clerk.done("get", "/registry/incoming/books")
    entry = clerk.done(
        "post",
        "/registry/incoming",
        {
            "book": book["id"],
            "arrived_on": "2026-11-04",
            "kind_code": kind,
            "subject": steps.SUBJECT,
            "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
            "printed_code": "12/UBND-VP",
            "issued_on": "2026-11-02",
        },
        files={"file": upload(steps.blank_pdf(), "cong-van.pdf")},
    )
    assert (entry["entry"]["number"], entry["entry"]["document"]["code_notation"]) == (book["next_number"], "UBND-VP")
    address = f"/registry/incoming/{entry['entry']['id']}"
    units = {unit["symbol"]: unit["id"] for unit in chief.done("get", "/people/units")["items"]}
    orders = {
        "version": entry["entry"]["version"],
        "opinion": "Tham mưu trả lời.",
        "lead_unit": units["VTLT"],
        "handle_by": "2026-11-10",
    }
    chief.done("post", f"{address}/instruct", orders)
    head = Caller(world.head)
    [task] = head.done("get", "/registry/tasks")["items"]
    at = f"/registry/tasks/{task['id']}"
    task = head.done("post", f"{at}/assign", {"officer": str(world.officer.position_id), "version": task["version"]})
    assert officer.done("post", f"{at}/start")["status"] == "doing"

    [line, *_] = officer.done("get", "/records/plan-lines")
    file = officer.done("post", "/records/files", {"plan_line": line["id"]})["file"]
    filed = f"/records/files/{file['id']}"
    officer.done("post", f"{filed}/documents", {"document": entry["entry"]["document"]["id"]})

    draft = officer.done(
        "post",
        f"/registry/outgoing?task={task['id']}",
        {
            "kind_code": kind,
            "subject": steps.SUBJECT,
            "signer": str(world.leader.position_id),
            "recipients": [str(world.other.organisation.pk)],
            "other_recipients": "Như trên\nLưu: VT",
        },
        files={"file": upload(steps.draft_pdf(world), "du-thao.pdf")},
    )
    out = f"/registry/outgoing/{draft['outgoing']['id']}"

    def version() -> int:
        return officer.done("get", out)["outgoing"]["version"]

    def step(caller: Caller, verb: str, **given: object) -> dict:
        return caller.done("post", f"{out}/{verb}", {"version": version(), **given})

    step(officer, "submit")
    step(head, "return", reason="Sửa căn cứ.")
    step(officer, "submit")
    step(head, "approve")
    unread = {"version": version()}
    assert Caller(world.leader).refused("post", f"{out}/sign", unread)[1]["code"] == "outgoing.unread"
    step(Caller(world.leader), "sign", unread_confirmed=True)
    [numbers] = clerk.done("get", "/registry/outgoing/books")
    step(clerk, "number", book=numbers["id"])
    issued = step(clerk, "issue")
    assert issued["outgoing"]["document"]["printed_code"] == "01/SNV-VTLT"
    assert [part["role"] for part in issued["files"]] == ["draft", "issued", "prepared", "signed"]

    stranger = Caller(world.stranger)
    receiver = world.other.organisation
    receive_pending(organisation=receiver, actor=system_actor(receiver), on=DAY)
    [packet] = stranger.done("get", "/packets")["items"]
    [their_book] = stranger.done("get", "/registry/incoming/books")
    theirs = stranger.done("post", f"/registry/incoming/from-packet/{packet['id']}", {"book": their_book["id"]})
    assert theirs["entry"]["document"]["printed_code"] == "01/SNV-VTLT"
    status, problem = stranger.refused(
        "post", f"/registry/incoming/from-packet/{packet['id']}", {"book": their_book["id"], "confirmed": True}
    )
    assert (status, problem["code"]) == (409, "packet.wrong_state")

    officer.done("post", f"{filed}/documents", {"document": issued["outgoing"]["document"]["id"]})
    task = officer.done("get", at)
    officer.done("post", f"{at}/finish", {"result": "Đã trả lời.", "version": task["version"]})
    assert clerk.done("get", address)["entry"]["status"] == "resolved"

    closed = officer.done("post", f"{filed}/close", {"version": officer.done("get", filed)["file"]["version"]})
    sent = officer.done("post", "/archives/submissions", {"files": [closed["file"]["id"]]})
    archivist = Caller(world.archivist)
    to = f"/archives/submissions/{sent['submission']['id']}"
    archivist.done("post", f"{to}/receive", {"condition": "Đầy đủ", "version": sent["submission"]["version"]})
    [holding] = archivist.done("get", "/archives/holdings")["items"]
    held = f"/archives/holdings/{holding['id']}"
    assert archivist.refused("post", f"{held}/pack")[1]["code"] == "holding.not_placed"
    [fonds], [place, *_] = archivist.done("get", "/archives/fonds"), archivist.done("get", "/archives/places")
    shelf = {"fonds": fonds["id"], "place": place["id"], "version": holding["version"]}
    archivist.done("post", f"{held}/place", shelf)
    packed = archivist.done("post", f"{held}/pack")
    assert packed["holding"]["package_id"]
    package = b"".join(archivist("get", f"{held}/package").streaming_content)
    assert any(name.endswith("METS.xml") for name in zipfile.ZipFile(io.BytesIO(package)).namelist())
    assert archivist.refused("post", f"{held}/place", shelf)[0] == 412
    assert packed["history"][-1]["basis"]


def test_a_submission_can_be_returned_over_the_api(world: World) -> None:
    submission = steps.sent(world)
    archivist = Caller(world.archivist)
    to = f"/archives/submissions/{submission.pk}"
    assert archivist.refused("post", f"{to}/return", {"reason": " ", "version": 1})[0] == 422
    answer = archivist.done("post", f"{to}/return", {"reason": "Thiếu văn bản.", "version": 1})
    assert (answer["submission"]["state"], answer["lines"][0]["documents"]) == ("returned", 1)
    again = archivist.refused("post", f"{to}/return", {"reason": "Thiếu.", "version": 2})
    assert (again[0], again[1]["code"]) == (409, "submission.wrong_state")


def test_only_the_archivist_receives_and_strangers_see_nothing(world: World) -> None:
    submission = steps.sent(world)
    to = f"/archives/submissions/{submission.pk}"
    given = {"condition": "Đủ", "version": 1}
    assert Caller(world.officer).refused("post", f"{to}/receive", given)[0] == 403
    assert Caller(world.stranger).refused("post", f"{to}/receive", given)[0] == 404
    assert Caller(world.stranger).done("get", "/archives/submissions")["items"] == []
    assert Caller(world.archivist).done("post", f"{to}/receive", given)["submission"]["state"] == "received"


def test_an_archivist_sets_up_fonds_and_boxes(world: World) -> None:
    archivist = Caller(world.archivist)
    place = {"store": "Kho 2", "shelf": "Giá B1", "box": "Hộp 09"}
    assert archivist.done("post", "/archives/places", place)["box"] == "Hộp 09"
    assert archivist.refused("post", "/archives/places", place)[1]["code"] == "place.exists"
    assert archivist.refused("post", "/archives/fonds", {"code": "X"})[1]["errors"][0]["field"] == "title"
    assert Caller(world.clerk).refused("post", "/archives/fonds", {"code": "X", "title": "Phông X"})[0] == 403
