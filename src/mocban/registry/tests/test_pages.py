"""The desks' pages: what they show, to whom, and how many queries they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from mocban.audit.selectors import reads
from mocban.people.actor import Actor
from mocban.registry.choices import IncomingStatus, OutgoingStatus, TaskStatus
from mocban.registry.models import Incoming, Number, Outgoing, Series, Task
from mocban.registry.services.drafting import approve_draft, return_draft, submit_draft, upload_draft
from tests import steps
from tests.world import DAY, World, browser

pytestmark = pytest.mark.django_db
LIST, DETAIL = 20, 30  # queries a page may cost, however many rows there are


def shown(actor: Actor, address: str, **given: Any) -> str:
    """The words of a page that must open."""
    answer = browser(actor).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def posted(actor: Actor, address: str, data: dict[str, Any], status: int = 302) -> str:
    answer = browser(actor).post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def at(name: str, obj: Any = None) -> str:
    return reverse(f"registry:{name}", args=[obj.pk] if obj else [])


def test_the_lists_show_what_the_desk_may_see_and_nothing_to_others(world: World) -> None:
    entry, outgoing = steps.registered(world), steps.drafted(world, with_file=False)
    assert "Ủy ban nhân dân xã Hòa Bình" in shown(world.clerk, at("incoming_list"))
    assert at("incoming", entry) in shown(world.clerk, at("incoming_list"), q="hoà bình", status="registered")
    assert at("outgoing", outgoing) in shown(world.officer, at("outgoing_list"), status="draft", q="báo cáo")
    assert "Chưa có văn bản đến nào ở đây" in shown(world.stranger, at("incoming_list"))
    assert at("outgoing", outgoing) not in shown(world.stranger, at("outgoing_list"))
    assert "Đăng ký văn bản đến" not in shown(world.officer, at("incoming_list"))


def test_an_entry_shows_its_fields_file_deadline_and_history(world: World) -> None:
    entry = steps.registered(world)
    words = shown(world.chief, at("incoming", entry))
    for expected in (steps.SUBJECT, "12/UBND-VP", "05/11/2026", "đã đăng ký văn bản đến số 1", "Ghi bút phê"):
        assert expected in words
    assert "Ghi bút phê" not in shown(world.clerk, at("incoming", entry))


@pytest.mark.parametrize("name", ["incoming", "incoming_edit", "incoming_stamped"])
def test_another_body_and_the_uninvolved_find_no_entry(world: World, name: str) -> None:
    entry = steps.registered(world)
    for actor in (world.stranger, world.officer):
        assert browser(actor).get(at(name, entry)).status_code == 404
    assert browser(world.clerk).get(at(name, entry)).status_code == 200


def test_whoever_sees_an_entry_without_the_right_is_told_so(world: World) -> None:
    task = steps.given_task(world)
    entry = task.incoming
    officer = browser(world.officer)
    assert officer.get(at("incoming", entry)).status_code == 200
    for address in (at("incoming_edit", entry), at("incoming_stamped", entry), at("incoming_new"), at("series_list")):
        answer = officer.get(address)
        assert answer.status_code == 403
        assert "không được giao việc này" in answer.content.decode()
    assert officer.post(at("task_assign", task), {"version": 1}).status_code in (403, 422)


def test_the_stamped_copy_is_a_pdf_and_a_paper_entry_has_none(world: World) -> None:
    entry, paper = steps.registered(world), steps.registered(world, files=())
    answer = browser(world.clerk).get(at("incoming_stamped", entry))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.getvalue().startswith(b"%PDF")
    assert [reading.person for reading in reads(entry.document.parts.get().object)] == [world.clerk.person_name]
    assert browser(world.clerk).get(at("incoming_stamped", paper)).status_code == 409


def test_an_instruction_written_on_the_page_becomes_tasks(world: World) -> None:
    entry = steps.registered(world)
    units = world.office.units
    typed = {
        "version": 1,
        "opinion": "Tham mưu trả lời.",
        "lead_unit": units["vtlt"].pk,
        "cooperating": units["tccb"].pk,
    }
    posted(world.chief, at("incoming_instruct", entry), typed)
    assert "Phòng Văn thư – Lưu trữ" in shown(world.chief, at("incoming", entry))
    again = posted(world.chief, at("incoming_instruct", entry), typed, status=412)
    assert "Tham mưu trả lời." in again
    assert "vừa được người khác thay đổi" in again
    assert "Mục này không được để trống" in posted(
        world.chief, at("incoming_instruct", entry), {"version": 2, "lead_unit": units["vtlt"].pk}, status=422
    )
    late = posted(
        world.chief, at("incoming_instruct", entry), {**typed, "version": 2, "handle_by": "01/11/2026"}, status=409
    )
    assert "Hạn giải quyết không thể ở trước ngày hôm nay" in late


def test_a_task_is_assigned_started_and_finished_on_its_page(world: World) -> None:
    task = steps.given_task(world, officer=None, cooperating=[])
    page = at("task", task)
    assert "Giao cho chuyên viên" in shown(world.head, page)
    posted(world.head, at("task_assign", task), {"officer": world.officer.position_id, "version": 1})
    assert "Nhận việc" in shown(world.officer, page)
    posted(world.officer, at("task_start", task), {})
    stale = posted(world.officer, at("task_finish", task), {"result": "Xong.", "version": 1}, status=412)
    assert "Xong." in stale
    posted(world.officer, at("task_finish", task), {"result": "", "version": 3}, status=422)
    posted(world.officer, at("task_finish", task), {"result": "Đã trả lời.", "version": 3})
    assert "Đã trả lời." in shown(world.officer, page)


def test_a_stale_assignment_is_told(world: World) -> None:
    task = steps.given_task(world, officer=None)
    answer = browser(world.head).post(at("task_assign", task), {"officer": world.officer.position_id, "version": 7})
    assert answer.status_code == 412
    assert "vừa được người khác thay đổi" in answer.content.decode()


def test_a_draft_goes_from_page_to_page_to_its_issue(world: World, keys: None) -> None:
    outgoing = steps.drafted(world)
    page = at("outgoing", outgoing)

    def version() -> int:
        return Outgoing.objects.get(pk=outgoing.pk).version

    assert "Trình lãnh đạo đơn vị" in shown(world.officer, page)
    posted(world.officer, at("outgoing_submit", outgoing), {"version": version()})
    assert "Duyệt, trình ký" in shown(world.head, page)
    posted(world.head, at("outgoing_return", outgoing), {"version": version(), "reason": "Sửa căn cứ."})
    assert "Sửa căn cứ." in shown(world.officer, page)
    posted(world.officer, at("outgoing_submit", outgoing), {"version": version()})
    posted(world.head, at("outgoing_approve", outgoing), {"version": version()})
    assert "Ký số" in shown(world.leader, page)
    asked = shown(world.leader, at("outgoing_sign", outgoing))
    assert "Ký số văn bản" in asked
    assert "Bạn chưa mở văn bản này" in asked
    refused = posted(world.leader, at("outgoing_sign", outgoing), {"version": version()}, status=409)
    assert "Hãy mở đọc, hoặc xác nhận" in refused
    assert "Trang 1" in shown(world.leader, at("outgoing_read", outgoing))
    assert "Bạn đã mở đúng bản sẽ ký" in shown(world.leader, at("outgoing_sign", outgoing))
    posted(world.leader, at("outgoing_sign", outgoing), {"version": version()})
    assert "số tiếp theo: 1" in shown(world.clerk, page)
    posted(world.clerk, at("outgoing_number", outgoing), {"version": version(), "book": steps.outgoing_book(world).pk})
    assert "01/SNV-VTLT" in shown(world.clerk, at("outgoing_issue", outgoing))
    posted(world.clerk, at("outgoing_issue", outgoing), {"version": version()})
    words = shown(world.officer, page)
    assert "Đã phát hành" in words
    assert world.other.organisation.name in words


def test_a_leader_never_signs_what_changed_after_the_question(world: World, keys: None) -> None:
    """Between the question and the answer the draft was returned, changed and approved again."""
    outgoing = steps.approved(world)
    asked = outgoing.version
    return_draft(outgoing=outgoing, reason="Xem lại.", actor=world.leader, on=DAY)
    upload_draft(outgoing=outgoing, file=steps.draft_file(world), actor=world.officer, on=DAY)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    approve_draft(outgoing=outgoing, actor=world.head, on=DAY)
    typed = {"version": asked}
    assert "vừa được người khác thay đổi" in posted(world.leader, at("outgoing_sign", outgoing), typed, status=412)
    posted(world.leader, at("outgoing_sign", outgoing), {}, status=422)
    assert f'name="version" value="{asked + 4}"' in shown(world.leader, at("outgoing_sign", outgoing))
    posted(world.leader, at("outgoing_sign", outgoing), {"version": asked + 4, "unread_confirmed": "on"})
    assert Outgoing.objects.get(pk=outgoing.pk).status == OutgoingStatus.SIGNED


def test_a_refused_return_keeps_the_typed_reason(world: World) -> None:
    outgoing = steps.approved(world)
    for version, status in ((1, 412), (outgoing.version, 422)):
        typed = {"version": version, "reason": "Sửa phần căn cứ." if status == 412 else ""}
        words = posted(world.head, at("outgoing_return", outgoing), typed, status=status)
        assert typed["reason"] in words


def test_a_reply_begins_with_what_it_answers(world: World) -> None:
    task = steps.given_task(world)
    words = shown(world.officer, at("outgoing_new"), task=task.pk)
    assert "trả lời 12/UBND-VP" in words
    assert browser(world.stranger).get(at("outgoing_new"), {"task": task.pk}).status_code == 404


def test_an_administrator_sees_no_desk_but_sets_up_books(world: World) -> None:
    administrator = world.people()["administrator"]
    assert "Hệ thống số và sổ đăng ký" in shown(administrator, at("series_list"))
    new = at("series_new", world.office.incoming_book.series.issuer)
    posted(administrator, new, {"direction": "outgoing", "name": "Quyết định", "kind_symbols": "QĐ"})
    made = Series.objects.get(name="Quyết định")
    book = {"name": "Sổ quyết định", "year": 2026}
    posted(administrator, at("book_open", made), book)
    assert "quyển sổ này đã có" in posted(administrator, at("book_open", made), book, status=409)
    assert "không được để trống" in posted(administrator, new, {"name": ""}, status=422)
    skip = at("number_skip", world.office.incoming_book.series)
    assert "không được để trống" in posted(world.clerk, skip, {}, status=422)
    posted(world.clerk, skip, {"reason": "In hỏng phôi"})
    assert Number.objects.get(state="void").reason == "In hỏng phôi"
    posted(administrator, skip, {"reason": "In hỏng phôi"}, status=403)


# Queries: pinned at one row and at fifty


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("name", ["incoming_list", "outgoing_list"])
def test_a_list_costs_the_same_for_one_row_and_fifty(
    world: World, django_assert_max_num_queries: Any, name: str, rows: int
) -> None:
    for number in range(rows):
        if name == "incoming_list":
            steps.registered(world, code_number=str(number + 20), files=())
        else:
            steps.drafted(world, with_file=False)
    client = browser(world.clerk)
    with django_assert_max_num_queries(LIST):
        words = client.get(at(name)).content.decode()
    assert words.count("data-label") >= rows


@pytest.mark.parametrize("rows", [1, 50])
def test_an_entry_costs_the_same_for_one_task_and_fifty(
    world: World, django_assert_max_num_queries: Any, rows: int
) -> None:
    entry = steps.registered(world)
    for _place in range((rows + 1) // 2):
        steps.given_task(world, entry=entry)
    for _place in range(rows // 2):
        steps.drafted(world, with_file=False, reply_to=entry)
    client = browser(world.chief)
    with django_assert_max_num_queries(DETAIL):
        assert client.get(at("incoming", entry)).status_code == 200
    assert entry.tasks.count() >= rows
    assert Incoming.objects.get(pk=entry.pk).status == IncomingStatus.INSTRUCTED


@pytest.mark.parametrize("rows", [1, 50])
def test_a_task_and_a_draft_cost_the_same_for_one_row_and_fifty(
    world: World, django_assert_max_num_queries: Any, rows: int
) -> None:
    task = steps.given_task(world)
    recipients = [(f"Nơi nhận {place}", "") for place in range(rows)]
    made = [steps.drafted(world, task=task, with_file=False, recipients=recipients) for _place in range(rows)]
    client = browser(world.officer)
    for address in (at("task", task), at("outgoing", made[0]), at("outgoing_new")):
        with django_assert_max_num_queries(DETAIL):
            assert client.get(address).status_code == 200
    assert Task.objects.get(pk=task.pk).status == TaskStatus.WAITING
