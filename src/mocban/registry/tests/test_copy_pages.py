"""The pages of copies, amendments and recalls: what they show, to whom, what they cost; and the same over the API."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mocban.registry.choices import CopyState, IncomingStatus
from mocban.registry.models import Amendment, Copy, Outgoing
from mocban.registry.services.recalls import order_recall
from mocban.signing.pdf.text import lines
from tests import steps
from tests.world import DAY, Caller, World, browser

from .copying import accepted, copies_book, deliver, made, requested
from .test_pages import DETAIL, LIST, posted, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


def at(name: str, *arguments: Any) -> str:
    return reverse(f"registry:{name}", args=[getattr(one, "pk", one) for one in arguments])


@pytest.fixture(scope="module")
def outgoing(world: World, keys: None, django_db_blocker: Any) -> Outgoing:
    with django_db_blocker.unblock():
        return steps.issued(world)


def typed(world: World, **changes: Any) -> dict[str, Any]:
    given = {
        "kind": "full-copy",
        "source_form": "original",
        "from_medium": "electronic",
        "to_medium": "paper",
        "signer": world.chief.position_id,
        "amount": 2,
        "recipients": "Phòng Tổ chức cán bộ\nKho bạc Nhà nước",
    }
    return {**given, **changes}


def test_a_copy_goes_its_way_on_the_pages(world: World, outgoing: Outgoing) -> None:
    copies_book(world)
    assert at("copy_new", outgoing.document) in shown(world.officer, at("outgoing", outgoing))
    form = shown(world.officer, at("copy_new", outgoing.document))
    assert "Chép đầy đủ từ bản sao y" in form
    assert "Điều 25 khoản 2" in form
    posted(world.officer, at("copy_new", outgoing.document), typed(world))
    copy = Copy.objects.get()
    page = at("copy", copy)
    assert "Duyệt việc sao" in shown(world.chief, page)
    assert "Duyệt việc sao" not in shown(world.officer, page)
    posted(world.chief, at("copy_approve", copy), {"version": 1})
    assert "số tiếp theo: 1" in shown(world.clerk, page)
    posted(world.clerk, at("copy_number", copy), {"version": 1, "book": copies_book(world).pk}, status=412)
    posted(world.clerk, at("copy_number", copy), {"version": 2, "book": copies_book(world).pk})
    posted(world.clerk, at("copy_make", copy), {"version": 3})
    words = shown(world.officer, page)
    assert "Số: 01/SY-SNV" in words
    assert "ký tay" in words
    assert "01/SY-SNV" in shown(world.officer, at("outgoing", outgoing))
    assert "01/SY-SNV" in shown(world.clerk, at("copy_list"), q="01/sy", state="made", kind="full-copy")
    assert "Chưa có bản sao nào ở đây" in shown(world.clerk, at("copy_list"), q="không có")


def test_a_wrong_choice_stands_beside_the_form_with_its_article(world: World, outgoing: Outgoing) -> None:
    again = posted(world.officer, at("copy_new", outgoing.document), typed(world, kind="second-copy"), status=409)
    assert "chỉ được thực hiện từ: bản sao y" in again
    assert "Điều 25 khoản 2" in again
    assert "Kho bạc Nhà nước" in again
    posted(world.officer, at("copy_new", outgoing.document), typed(world, amount=0), status=422)
    assert not Copy.objects.exists()


def test_strangers_find_no_copy_and_readers_no_buttons(world: World, outgoing: Outgoing) -> None:
    copy = requested(world, outgoing.document)
    for actor in (world.stranger, world.people()["other_officer"]):
        assert browser(actor).get(at("copy", copy)).status_code == 404
        assert browser(actor).get(at("copy_new", outgoing.document)).status_code == 404
    assert browser(world.officer).post(at("copy_approve", copy), {"version": 1}).status_code == 403
    copy.refresh_from_db()
    assert copy.state == CopyState.REQUESTED


def test_a_copy_is_refused_with_a_reason_on_its_page(world: World, outgoing: Outgoing) -> None:
    copy = requested(world, outgoing.document)
    posted(world.chief, at("copy_refuse", copy), {"version": 1, "reason": ""}, status=422)
    posted(world.chief, at("copy_refuse", copy), {"version": 1, "reason": "Chưa cần sao."})
    assert "Chưa cần sao." in shown(world.officer, at("copy", copy))


def queries(actor: Any, address: str) -> int:
    client = browser(actor)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_pages_cost_the_same_however_many_copies_there_are(world: World, outgoing: Outgoing) -> None:
    first = requested(world, outgoing.document)
    costs = {address: queries(world.clerk, address) for address in (at("copy_list"), at("outgoing", outgoing))}
    for _more in range(4):
        made(world, outgoing.document)
    assert {address: queries(world.clerk, address) for address in costs} == costs
    assert costs[at("copy_list")] <= LIST
    assert costs[at("outgoing", outgoing)] <= DETAIL + 10
    assert queries(world.clerk, at("copy", first)) <= DETAIL


def test_the_printable_original_has_its_signatures_as_pictures_and_the_paper_is_counted(
    world: World, outgoing: Outgoing
) -> None:
    answer = browser(world.clerk).get(at("outgoing_printable", outgoing))
    assert answer["Content-Type"] == "application/pdf"
    made = answer.getvalue()
    with pikepdf.open(io.BytesIO(made)) as document:
        assert "/AcroForm" not in document.Root
    printed = "\n".join(line.text for line in lines(pypdfium2.PdfDocument(made)[0]))
    assert f"Số:{outgoing.document.printed_code}" in printed.replace(" ", "")
    assert browser(world.officer).get(at("outgoing_printable", outgoing)).status_code == 403
    posted(world.clerk, at("outgoing_paper", outgoing), {"amount": 4, "note": "Kho bạc Nhà nước"})
    words = shown(world.clerk, at("outgoing", outgoing))
    assert "Bản chính giấy đã in, đóng dấu" in words
    assert "Kho bạc Nhà nước" in words


def test_the_leader_recalls_and_the_receiver_answers_on_the_pages(world: World) -> None:
    outgoing = steps.issued(world)
    entry = accepted(world, outgoing)
    assert browser(world.clerk).get(at("outgoing_recall", outgoing)).status_code == 403
    version = Outgoing.objects.get(pk=outgoing.pk).version
    posted(world.leader, at("outgoing_recall", outgoing), {"version": version, "reason": ""}, status=422)
    posted(world.leader, at("outgoing_recall", outgoing), {"version": version, "reason": "Nhầm thẩm quyền"})
    words = shown(world.officer, at("outgoing", outgoing))
    assert "Đã thu hồi" in words
    assert "Nhầm thẩm quyền" in words
    assert "Sao văn bản" not in words
    deliver(world)
    waiting = shown(world.stranger, reverse("exchange:waiting_list"))
    assert "Thu hồi" in waiting
    theirs = shown(world.stranger, at("incoming", entry))
    assert "Nơi gửi yêu cầu thu hồi văn bản này" in theirs
    request = entry.packet.followers.get()
    page = at("recall_answer", request)
    assert page in theirs
    assert "Trả lời yêu cầu thu hồi" in shown(world.stranger, reverse("exchange:packet", args=[request.pk]))
    assert "Nhầm thẩm quyền" in shown(world.stranger, page)
    assert browser(world.clerk).get(page).status_code == 404
    posted(world.stranger, page, {"answer": "refuse", "reason": ""}, status=422)
    posted(world.stranger, page, {"answer": "agree"})
    entry.refresh_from_db()
    assert entry.status == IncomingStatus.RECALLED
    assert "văn bản đã hủy theo lệnh thu hồi" in shown(world.stranger, at("incoming", entry))
    assert "đã được trả lời" in shown(world.stranger, page)
    deliver(world)
    assert "Đồng ý lấy lại" in shown(world.clerk, at("outgoing", outgoing))
    assert "Bên gửi đã thu hồi" in shown(world.stranger, at("incoming_list"))


def test_a_correcting_letter_is_begun_from_the_page_and_shown_on_both_sides(world: World) -> None:
    outgoing = steps.issued(world)
    address = at("outgoing_amend", outgoing, "correct")
    form = shown(world.officer, address)
    assert "Về việc đính chính" in form
    assert "Điều 18 khoản 3" in form
    given = {
        "kind_code": outgoing.document.kind_code,
        "subject": "Về việc đính chính công văn",
        "signer": world.leader.position_id,
        "reason": "",
    }
    posted(world.officer, address, given, status=422)
    posted(world.officer, address, {**given, "reason": "Sai thể thức ngày ban hành"})
    amendment = Amendment.objects.get()
    assert at("outgoing", amendment.by_outgoing) in shown(world.officer, at("outgoing", outgoing))
    assert at("outgoing", outgoing) in shown(world.officer, at("outgoing", amendment.by_outgoing))
    assert browser(world.officer).get(at("outgoing_amend", outgoing, "recall")).status_code == 404
    posted(world.officer, at("amendment_cancel", amendment), {})
    assert at("outgoing", amendment.by_outgoing) not in shown(world.officer, at("outgoing", outgoing))


def test_paper_is_ticked_off_when_it_comes_back(world: World) -> None:
    outgoing = steps.issued(world, recipients=[("Kho bạc Nhà nước tỉnh", "")])
    recall = order_recall(outgoing=outgoing, reason="Nhầm", actor=world.leader, on=DAY)
    line = recall.paper_returns.get()
    assert "chưa trả" in shown(world.clerk, at("outgoing", outgoing))
    assert browser(world.officer).post(at("paper_return", line), {"amount": 1}).status_code == 404
    posted(world.clerk, at("paper_return", line), {"amount": 2})
    assert "đã trả" in shown(world.clerk, at("outgoing", outgoing))


def test_the_same_over_the_api(world: World) -> None:
    outgoing = steps.issued(world)
    entry = accepted(world, outgoing)
    officer, chief, clerk, leader = (Caller(one) for one in (world.officer, world.chief, world.clerk, world.leader))
    kinds = officer.done("get", "/registry/copies/kinds")
    assert {kind["code"]: kind["of"] for kind in kinds}["second-copy"] == ["full_copy"]
    document = outgoing.document.pk
    asked = {**typed(world), "signer": str(world.chief.position_id)}
    status, problem = officer.refused(
        "post", f"/registry/copies/of/{document}", {**asked, "kind": "second-copy"}, files={}
    )
    assert (status, problem["code"]) == (409, "copy.wrong_source")
    assert "Điều 25" in problem["citation"]
    copy = officer.done("post", f"/registry/copies/of/{document}", asked, files={})["made"]["id"]
    assert officer.refused("post", f"/registry/copies/{copy}/approve", {"version": 1})[0] == 403
    assert Caller(world.stranger).refused("get", f"/registry/copies/{copy}")[0] == 404
    chief.done("post", f"/registry/copies/{copy}/approve", {"version": 1})
    book = str(copies_book(world).pk)
    assert clerk.refused("post", f"/registry/copies/{copy}/number", {"version": 1, "book": book})[0] == 412
    clerk.done("post", f"/registry/copies/{copy}/number", {"version": 2, "book": book})
    made_copy = clerk.done("post", f"/registry/copies/{copy}/make", {"version": 3})["made"]
    assert (made_copy["printed_code"], made_copy["state"]) == ("Số: 01/SY-SNV", "made")
    assert [one["id"] for one in clerk.done("get", "/registry/copies?state=made")["items"]] == [copy]

    assert clerk.done("post", f"/registry/outgoing/{outgoing.pk}/paper", {"amount": 2})["copies_amount"] == 2
    version = Outgoing.objects.get(pk=outgoing.pk).version
    recalled = leader.done("post", f"/registry/outgoing/{outgoing.pk}/recall", {"version": version, "reason": "Nhầm"})
    assert (recalled["status"], recalled["recall"]["reason"]) == ("recalled", "Nhầm")
    deliver(world)
    request = entry.packet.followers.get()
    theirs = Caller(world.stranger)
    assert theirs.refused("post", f"/registry/recalls/{request.pk}", {"answer": "refuse"})[0] == 422
    assert theirs.done("post", f"/registry/recalls/{request.pk}", {"answer": "agree"}) == {"entry_id": str(entry.pk)}
    assert theirs.refused("post", f"/registry/recalls/{request.pk}", {"answer": "agree"})[0] == 409


def test_an_amendment_is_begun_over_the_api(world: World) -> None:
    outgoing = steps.issued(world)
    given = {
        "kind_code": outgoing.document.kind_code,
        "subject": "Về việc đính chính công văn",
        "signer": str(world.leader.position_id),
        "reason": "Sai thể thức",
    }
    officer = Caller(world.officer)
    made = officer.done("post", f"/registry/outgoing/{outgoing.pk}/amend/correct", given, files={})
    assert (made["kind"], made["state"]) == ("correct", "pending")
    after = officer.done("get", f"/registry/outgoing/{outgoing.pk}/after")
    assert [one["id"] for one in after["put_right"]] == [made["id"]]
