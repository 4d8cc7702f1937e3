"""Files and documents over the API."""

from __future__ import annotations

import pytest

from tests import steps
from tests.world import Caller, World

pytestmark = pytest.mark.django_db


def test_a_file_is_opened_filled_closed_and_reopened(world: World) -> None:
    officer = Caller(world.officer)
    [line, *_] = officer.done("get", "/records/plan-lines")
    made = officer.done("post", "/records/files", {"plan_line": line["id"]})["file"]
    assert officer.refused("post", "/records/files", {"plan_line": line["id"]})[1]["code"] == "file.notation_taken"
    assert officer.refused("post", "/records/files", {"title": "Thiếu ký hiệu"})[0] == 422
    at = f"/records/files/{made['id']}"
    assert officer.refused("post", f"{at}/close", {"version": 1})[1]["code"] == "file.empty"
    document = str(steps.given_task(world).incoming.document_id)
    filled = officer.done("post", f"{at}/documents", {"document": document})
    assert [entry["document"]["id"] for entry in filled["entries"]] == [document]
    assert officer.done("delete", f"{at}/documents/{document}")["entries"] == []
    officer.done("post", f"{at}/documents", {"document": document})
    assert officer.done("get", f"/records/documents/{document}")["in_files"] == [made["id"]]
    assert officer.refused("post", f"{at}/close", {"version": 5})[0] == 412
    assert officer.done("post", f"{at}/close", {"version": 1})["file"]["state"] == "closed"
    assert officer.done("post", f"{at}/reopen", {"version": 2, "reason": "Bổ sung."})["file"]["state"] == "open"
    assert [file["id"] for file in officer.done("get", "/records/files?state=open")["items"]] == [made["id"]]


def test_strangers_find_nothing_and_the_uninvolved_may_do_nothing(world: World) -> None:
    file, document = steps.opened_file(world), steps.registered(world).document
    stranger = Caller(world.stranger)
    assert stranger.refused("get", f"/records/files/{file.pk}")[0] == 404
    assert stranger.refused("get", f"/records/documents/{document.pk}")[0] == 404
    assert stranger.done("get", "/records/files")["items"] == []
    assert Caller(world.chief).refused("post", f"/records/files/{file.pk}/close", {"version": 1})[0] == 403
    given = {"document": str(document.pk)}
    assert Caller(world.officer).refused("post", f"/records/files/{file.pk}/documents", given)[0] == 404
