"""The pages of files, documents and plans: what they show, to whom, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mocban.people.actor import Actor
from mocban.records.choices import FileState
from mocban.records.models import File, FilePlan, PlanLine
from mocban.records.services import add_to_file
from tests import steps
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db
LIST, DETAIL = 20, 30


def at(name: str, obj: Any = None) -> str:
    return reverse(f"records:{name}", args=[obj.pk] if obj else [])


def shown(actor: Actor, address: str, **given: Any) -> str:
    answer = browser(actor).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def posted(actor: Actor, address: str, data: dict[str, Any], status: int = 302) -> str:
    answer = browser(actor).post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_file_is_opened_from_the_plan_or_beside_it(world: World) -> None:
    line = PlanLine.objects.get(plan__organisation=world.office.organisation, notation="01.VTLT")
    assert line.title in shown(world.officer, at("file_new"))
    posted(world.officer, at("file_new"), {"plan_line": line.pk})
    assert File.objects.get().title == line.title
    assert "đã có hồ sơ mang ký hiệu 01.VTLT" in posted(
        world.officer, at("file_new"), {"plan_line": line.pk}, status=409
    )
    beside = {"notation": "09.VTLT", "title": "Hồ sơ ngoài danh mục"}
    assert "Hồ sơ ngoài danh mục phải ghi đủ mục này" in posted(world.officer, at("file_new"), beside, status=422)
    posted(world.officer, at("file_new"), {**beside, "retention_code": line.retention_code})
    assert "Hồ sơ ngoài danh mục" in shown(world.officer, at("file_list"), q="ngoài danh mục", state="open")


def test_a_document_is_filed_taken_out_and_the_file_closed_and_reopened(world: World) -> None:
    file, document = steps.opened_file(world), steps.given_task(world).incoming.document
    assert file.notation in shown(world.officer, at("document", document))
    filing = {"document": document.pk, "file": file.pk, "next": at("document", document)}
    answer = browser(world.officer).post(at("file_add"), filing)
    assert answer["Location"] == at("document", document)
    outside = browser(world.officer).post(at("file_add"), {**filing, "next": "https://example.com/"})
    assert outside.status_code == 409
    page = shown(world.officer, at("file", file))
    for words in (steps.SUBJECT, "12/UBND-VP", file.retention_term):
        assert words in page
    assert steps.SUBJECT in shown(world.officer, at("file_contents", file))
    posted(world.officer, at("file_remove", file), {"document": document.pk})
    assert "chưa có văn bản nào" in posted(world.officer, at("file_close", file), {"version": 1}, status=409)
    posted(world.officer, at("file_add"), filing)
    assert "Kết thúc hồ sơ" in shown(world.officer, at("file_close", file))
    posted(world.officer, at("file_close", file), {"version": 1})
    posted(world.officer, at("file_reopen", file), {"version": 2, "reason": ""}, status=422)
    posted(world.officer, at("file_reopen", file), {"version": 1, "reason": "Bổ sung."}, status=412)
    posted(world.officer, at("file_reopen", file), {"version": 2, "reason": "Bổ sung."})
    assert "Bổ sung." in shown(world.officer, at("file", file))


def test_a_file_changed_after_the_question_is_not_closed(world: World) -> None:
    file = steps.opened_file(world)
    add_to_file(file=file, document=steps.registered(world).document, actor=world.officer, on=DAY)
    assert 'name="version" value="1"' in shown(world.officer, at("file_close", file))
    posted(world.officer, at("file_close", file), {"version": 7}, status=412)
    assert File.objects.get().state == FileState.OPEN


def test_strangers_and_other_units_find_neither_file_nor_document(world: World) -> None:
    file, document = steps.opened_file(world), steps.registered(world).document
    for actor in (world.stranger, world.people()["other_officer"]):
        for address in (at("file", file), at("file_contents", file), at("file_close", file), at("document", document)):
            assert browser(actor).get(address).status_code == 404
        posted(actor, at("file_add"), {"document": document.pk, "file": file.pk}, status=404)
    assert file.title not in shown(world.stranger, at("file_list"))
    assert browser(world.chief).get(at("file", file)).status_code == 200
    assert browser(world.chief).get(at("file_close", file)).status_code == 403


def test_a_plan_is_drafted_on_its_pages_and_issued(world: World) -> None:
    posted(world.clerk, at("plan_list"), {"year": 2027})
    assert "đã có" in posted(world.clerk, at("plan_list"), {"year": 2027}, status=409)
    plan = FilePlan.objects.get(organisation=world.office.organisation, year=2027)
    line = {
        "heading": "1. Văn thư",
        "notation": "01.VTLT",
        "title": "Hồ sơ năm sau",
        "unit": world.office.units["vtlt"].pk,
        "retention_code": PlanLine.objects.first().retention_code,
    }
    posted(world.clerk, at("plan", plan), line)
    assert "đã có trong danh mục" in posted(world.clerk, at("plan", plan), line, status=409)
    posted(world.clerk, at("plan", plan), {**line, "title": ""}, status=422)
    posted(world.clerk, at("plan_approve", plan), {}, status=403)
    posted(world.leader, at("plan_approve", plan), {})
    assert "Hồ sơ năm sau" in shown(world.officer, at("plan", plan))
    assert browser(world.stranger).get(at("plan", plan)).status_code == 404


@pytest.mark.parametrize("rows", [1, 50])
def test_pages_cost_the_same_for_one_row_and_fifty(world: World, django_assert_max_num_queries: Any, rows: int) -> None:
    files = [steps.opened_file(world, notation=f"{place:02d}.X", plan_line=None) for place in range(rows)]
    for number in range(rows):
        document = steps.registered(world, files=(), code_number=str(number + 30)).document
        add_to_file(file=files[0], document=document, actor=world.officer, on=DAY)
    client = browser(world.officer)
    with django_assert_max_num_queries(LIST):
        assert client.get(at("file_list")).content.decode().count(".X") >= rows
    plan = FilePlan.objects.get(organisation=world.office.organisation)
    pages = [at("file", files[0]), at("file_contents", files[0]), at("document", document), at("plan", plan)]
    for address in [*pages, at("plan_list"), at("file_new")]:
        with django_assert_max_num_queries(DETAIL):
            assert client.get(address).status_code == 200
