"""The pages of the archives: what they show, to whom, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mocban.archives.models import Holding, Submission
from mocban.archives.services.submissions import receive_submission
from mocban.people.actor import Actor
from mocban.records.models import File
from tests import steps
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db
LIST, DETAIL = 20, 30


def at(name: str, obj: Any = None) -> str:
    return reverse(f"archives:{name}", args=[obj.pk] if obj else [])


def shown(actor: Actor, address: str, **given: Any) -> str:
    answer = browser(actor).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def posted(actor: Actor, address: str, data: dict[str, Any], status: int = 302) -> str:
    answer = browser(actor).post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_files_go_from_the_unit_to_the_box_on_the_pages(world: World) -> None:
    file = steps.closed_file(world)
    assert file.title in shown(world.officer, at("submission_new"))
    posted(world.officer, at("submission_new"), {"title": "Hồ sơ năm 2026"}, status=422)
    posted(world.officer, at("submission_new"), {"files": file.pk, "title": "Hồ sơ năm 2026"})
    submission = Submission.objects.get()
    page = shown(world.archivist, at("submission", submission))
    for words in ("Hồ sơ năm 2026", file.title, file.retention_term):
        assert words in page
    posted(world.archivist, at("submission_receive", submission), {"condition": "", "version": 1}, status=422)
    posted(world.archivist, at("submission_receive", submission), {"condition": "Đủ", "version": 5}, status=412)
    posted(world.archivist, at("submission_receive", submission), {"condition": "Đủ", "version": 1})
    posted(world.archivist, at("submission_return", submission), {"reason": "Thiếu", "version": 2}, status=409)
    holding = Holding.objects.get()
    assert file.title in shown(world.archivist, at("holding_list"), unplaced="1")
    posted(world.archivist, at("holding_pack", holding), {}, status=409)
    shelf = {name: thing.pk for name, thing in steps.shelf(world).items()}
    posted(world.archivist, at("holding_place", holding), {**shelf, "version": 9}, status=412)
    posted(world.archivist, at("holding_place", holding), {**shelf, "version": 1})
    assert file.title not in shown(world.archivist, at("holding_list"), unplaced="1")
    posted(world.archivist, at("holding_pack", holding), {})
    page = shown(world.archivist, at("holding", holding))
    for words in ("SNV.2026.01.VTLT", "Hộp 01", "đã tạo gói lưu trữ"):
        assert words in page


def test_files_are_returned_with_a_reason(world: World) -> None:
    submission = steps.sent(world)
    posted(world.archivist, at("submission_return", submission), {"reason": "", "version": 1}, status=422)
    posted(world.archivist, at("submission_return", submission), {"reason": "Thiếu văn bản.", "version": 1})
    assert "Thiếu văn bản." in shown(world.officer, at("submission", submission))
    assert File.objects.get().title in shown(world.officer, at("submission_new"))


def test_others_find_nothing_and_the_unit_may_not_receive(world: World) -> None:
    holding = steps.received(world)
    for actor in (world.stranger, world.people()["other_officer"]):
        for address in (at("submission", holding.submission), at("holding", holding)):
            assert browser(actor).get(address).status_code == 404
    given = {"condition": "Đủ", "version": 2}
    posted(world.officer, at("submission_receive", holding.submission), given, status=403)
    posted(world.chief, at("holding_pack", holding), {}, status=403)
    assert holding.file.title not in shown(world.stranger, at("holding_list"))


def test_fonds_and_boxes_are_set_up_on_their_pages(world: World) -> None:
    assert "Phông Sở Nội vụ" in shown(world.archivist, at("fonds_list"))
    posted(world.archivist, at("fonds_list"), {"code": "SNV", "title": "Phông khác"}, status=409)
    posted(world.archivist, at("place_list"), {"store": "Kho 1", "shelf": "Giá A1"}, status=422)
    posted(world.archivist, at("place_list"), {"store": "Kho 1", "shelf": "Giá A1", "box": "Hộp 03"})
    assert "Hộp 03" in shown(world.archivist, at("place_list"))
    posted(world.officer, at("place_list"), {"store": "Kho 1", "shelf": "Giá A1", "box": "Hộp 04"}, status=403)


@pytest.mark.parametrize("rows", [1, 50])
def test_pages_cost_the_same_for_one_row_and_fifty(world: World, django_assert_max_num_queries: Any, rows: int) -> None:
    document = steps.given_task(world).incoming.document
    closed = [
        steps.closed_file(world, document=document, notation=f"{place:02d}.X", plan_line=None) for place in range(rows)
    ]
    officer, archivist = browser(world.officer), browser(world.archivist)
    with django_assert_max_num_queries(LIST):
        assert officer.get(at("submission_new")).content.decode().count(".X") >= rows
    holding = received_all(world, closed)
    for address in (at("submission_list"), at("holding_list"), at("fonds_list"), at("place_list")):
        with django_assert_max_num_queries(LIST):
            assert archivist.get(address).status_code == 200
    for address in (at("submission", holding.submission), at("holding", holding)):
        with django_assert_max_num_queries(DETAIL):
            assert archivist.get(address).status_code == 200


def received_all(world: World, files: list[File]) -> Holding:
    """All files in one submission, received; the first of their holdings."""
    submission = steps.sent(world, files=files)
    receive_submission(submission=submission, condition="Đủ", actor=world.archivist, on=DAY)
    return submission.holdings.first()
