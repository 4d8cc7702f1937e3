"""The pages of books, hand-overs, post, kept copies, envelopes and the follow-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from mocban.config.demo.desk import letter_kind
from mocban.people import grants
from mocban.people.choices import Role
from mocban.registry.choices import BookKind
from mocban.registry.models import Book, Envelope, HandOver, Incoming, KeptCopyUse, PostItem
from mocban.registry.services.instructions import instruct
from tests import steps
from tests.world import DAY, World, browser

from .logs import envelope, handed, issued, log, to_officer
from .test_pages import at, posted, shown

pytestmark = pytest.mark.django_db
LIST, DETAIL = 28, 32  # queries a page may cost, however many rows there are
DESK_PAGES = ("hand_over_list", "post_list", "kept_copy_list", "envelope_list")


def test_the_books_of_a_year_are_listed_and_a_log_is_opened_there(world: World) -> None:
    steps.registered(world)
    words = shown(world.clerk, at("book_list"))
    for expected in ("Sổ đăng ký văn bản đến", "1 – 1", "Chưa giải quyết xong: 1", "Đang ghi"):
        assert expected in words
    posted(world.clerk, at("book_new"), {"kind": "handover", "name": "Sổ chuyển giao"})
    assert "Sổ chuyển giao" in shown(world.clerk, at("book_list"), kind="handover")
    assert "quyển sổ này đã có" in posted(
        world.clerk, at("book_new"), {"kind": "handover", "name": "Sổ chuyển giao"}, status=409
    )
    assert "không được để trống" in posted(world.clerk, at("book_new"), {"kind": "post"}, status=422)
    assert "Chưa có sổ nào" in shown(world.officer, at("book_list"))
    assert "Mở sổ" not in shown(world.chief, at("book_list"))


def test_the_next_years_books_open_with_one_press(world: World) -> None:
    assert "Mở sổ năm 2027" in shown(world.clerk, at("book_list"))
    assert "quyển 1" in shown(world.clerk, at("book_open_year"))
    posted(world.clerk, at("book_open_year"), {})
    assert (
        Book.objects.filter(organisation=world.office.organisation, year=2027).count()
        == Book.objects.filter(organisation=world.office.organisation, year=2026).count()
    )
    assert "Mở sổ năm 2027" not in shown(world.clerk, at("book_list"))
    assert "Sổ đăng ký văn bản đến" in shown(world.clerk, at("book_list"), year="2027")


def test_a_book_is_continued_closed_and_reopened_on_its_page(world: World) -> None:
    book = world.office.incoming_book
    steps.registered(world, files=())
    assert "Kết thúc sổ" in shown(world.clerk, at("book", book))
    assert "số chạy tiếp" in shown(world.clerk, at("book_continue", book))
    posted(world.clerk, at("book_continue", book), {})
    second = Book.objects.get(series=book.series, volume=2)
    question = shown(world.clerk, at("book_close", second))
    assert "Sổ này chưa in, đóng quyển." in question
    assert "Điều 22" in question
    posted(world.clerk, at("book_close", second), {})
    words = shown(world.clerk, at("book", second))
    assert "Số liệu kết thúc sổ" in words
    assert "Hãy in và đóng quyển" in words or "Mở lại, ghi lý do" in words
    posted(world.clerk, at("book_reopen", second), {"reason": ""}, status=422)
    posted(world.clerk, at("book_reopen", second), {"reason": "Ghi thiếu"})
    assert "Lý do: Ghi thiếu" in shown(world.clerk, at("book", second))
    assert "đã có quyển tiếp theo" in posted(world.clerk, at("book_reopen", book), {"reason": "x"}, status=409)
    for actor, status in ((world.officer, 404), (world.stranger, 404), (world.leader, 403)):
        assert browser(actor).post(at("book_lock", second)).status_code == status


def test_chosen_rows_are_handed_over_in_one_post_and_signed_for_in_the_inbox(world: World) -> None:
    assert "Năm nay chưa mở" in shown(world.clerk, at("hand_over_list"))
    book = log(world, BookKind.HANDOVER)
    entries = [steps.registered(world, files=()) for _count in range(2)]
    assert "Văn bản đến chưa chuyển giao" in shown(world.clerk, at("hand_over_list"))
    items = [f"incoming:{entry.pk}" for entry in entries]
    typed = {"item": items, "book": book.pk, "unit": world.office.units["vtlt"].pk, "amount": 1}
    refused = posted(world.clerk, at("hand_over_new"), {**typed, "name": "Ông Ba"}, status=409)
    assert "đúng một nơi nhận" in refused
    assert refused.count('name="item"') == 2
    posted(world.clerk, at("hand_over_new"), typed)
    first, second = HandOver.objects.order_by("ordinal")
    inbox = shown(world.head, reverse("portal:inbox"))
    assert "Văn bản, bì thư chờ ký nhận" in inbox
    assert at("hand_over_confirm", first) in inbox
    posted(world.head, at("hand_over_confirm", first), {})
    assert world.head.person_name in shown(world.clerk, at("hand_over", first))
    posted(world.head, at("receipt_list"), {"item": [second.pk]})
    assert not HandOver.objects.filter(received_at=None).exists()
    assert "Không có gì chờ bạn ký nhận" in shown(world.head, at("receipt_list"))
    posted(world.head, at("receipt_list"), {"item": [second.pk]}, status=409)


def test_a_row_that_is_not_to_be_seen_is_not_handed_over(world: World) -> None:
    book = log(world, BookKind.HANDOVER)
    typed = {"book": book.pk, "unit": world.office.units["vtlt"].pk, "amount": 1}
    for item in ("incoming:00000000-0000-7000-8000-000000000000", "letter:x", "x"):
        posted(world.clerk, at("hand_over_new"), {**typed, "item": [item]}, status=404)
    posted(world.clerk, at("hand_over_new"), typed, status=409)
    assert browser(world.officer).get(at("hand_over_new")).status_code == 403


def test_a_line_is_noted_on_paper_or_undone_on_its_page(world: World) -> None:
    first, second = handed(world, steps.registered(world, files=()), steps.registered(world, files=()))
    posted(world.clerk, at("hand_over_note", first), {"name": ""}, status=422)
    posted(world.clerk, at("hand_over_note", first), {"name": "Bà Mai"})
    assert "Bà Mai (ký trên giấy)" in shown(world.clerk, at("hand_over_list"), show="all")
    posted(world.clerk, at("hand_over_note", first), {"name": "Bà Mai"}, status=409)
    posted(world.clerk, at("hand_over_undo", second), {})
    assert "chưa ký nhận" not in shown(world.clerk, at("hand_over_list"), show="open")
    assert browser(world.stranger).get(at("hand_over", first)).status_code == 404


def test_an_issued_document_goes_to_the_post_from_its_page(world: World) -> None:
    outgoing = issued(world)
    assert at("outgoing_post", outgoing) in shown(world.clerk, at("outgoing", outgoing))
    assert "Năm nay chưa mở" in shown(world.clerk, at("outgoing_post", outgoing))
    book = log(world, BookKind.POST)
    assert "UBND xã Hòa Bình" in shown(world.clerk, at("outgoing_post", outgoing))
    nothing = {"book": book.pk, "envelopes-1": 0, "envelopes-2": 0}
    assert "ít nhất một dòng" in posted(world.clerk, at("outgoing_post", outgoing), nothing, status=409)
    typed = {"book": book.pk, "envelopes-1": 2, "envelopes-2": 0, "extra_place": "Thư viện tỉnh", "extra_envelopes": 1}
    posted(world.clerk, at("outgoing_post", outgoing), typed)
    assert list(PostItem.objects.values_list("recipient", "envelopes").order_by("ordinal")) == [
        ("UBND xã Hòa Bình", 2),
        ("Thư viện tỉnh", 1),
    ]
    item = PostItem.objects.order_by("ordinal")[0]
    posted(world.clerk, at("post_receipt", item), {"receipt": "EL123VN"})
    assert "EL123VN" in shown(world.clerk, at("post_list"), day="04/11/2026")
    assert "EL123VN" not in shown(world.clerk, at("post_list"), show="open")
    assert browser(world.clerk).get(at("post_list"), {"day": "31/02/2026"}).status_code == 422
    posted(world.clerk, at("post_receipt", item), {"receipt": ""}, status=409)
    assert at("outgoing_post", outgoing) not in shown(world.officer, at("outgoing", outgoing))


def test_a_kept_copy_is_lent_and_taken_back(world: World) -> None:
    document, book = issued(world).document, log(world, BookKind.KEPT_COPIES)
    address = at("kept_copy_lend", document)
    assert "Người cho phép" in shown(world.clerk, address)
    typed = {"book": book.pk, "user": "Ông Ba", "permitted_by": "Chánh Văn phòng"}
    posted(world.clerk, address, {**typed, "permitted_by": ""}, status=422)
    posted(world.clerk, address, {**typed, "user": ""}, status=409)
    posted(world.clerk, address, typed)
    line = KeptCopyUse.objects.get()
    assert "Ông Ba" in shown(world.clerk, at("kept_copy_list"))
    assert "Ông Ba" not in shown(world.clerk, at("kept_copy_list"), show="late")
    posted(world.clerk, at("kept_copy_back", line), {})
    assert "Ông Ba" in shown(world.clerk, at("kept_copy_list"), show="all")
    assert browser(world.stranger).get(address).status_code == 404


def test_an_envelope_is_noted_handed_returned_and_offered_for_registration(world: World) -> None:
    book = log(world, BookKind.HANDOVER)
    typed = {"arrived_on": "04/11/2026", "sender": "Hội Cựu chiến binh", "position": world.officer.position_id}
    secret = {**typed, "level": "secret", "marks": "05/BC"}
    assert "không ghi số, ký hiệu" in posted(world.clerk, at("envelope_new"), secret, status=409)
    posted(world.clerk, at("envelope_new"), {**typed, "hand": "1"})
    made = Envelope.objects.get()
    assert "Hội Cựu chiến binh" in shown(world.clerk, at("envelope_list"), state="waiting")
    item = f"envelope:{made.pk}"
    assert f'value="{world.officer.position_id}" selected' in shown(world.clerk, at("hand_over_new"), item=item)
    receiver = {"item": [item], "book": book.pk, "position": world.officer.position_id, "amount": 1}
    posted(world.clerk, at("hand_over_new"), receiver)
    line = HandOver.objects.get()
    assert "Trả lại để đăng ký" in shown(world.officer, at("hand_over", line))
    posted(world.officer, at("envelope_return", made), {})
    words = shown(world.clerk, at("envelope", made))
    assert f"{at('incoming_new')}?envelope={made.pk}" in words
    assert "Bì thư trả lại, chờ đăng ký" in shown(world.clerk, reverse("portal:inbox"))
    form = shown(world.clerk, at("incoming_new"), envelope=str(made.pk))
    assert 'value="Hội Cựu chiến binh"' in form
    registering = {
        "envelope": made.pk,
        "book": world.office.incoming_book.pk,
        "arrived_on": "04/11/2026",
        "issuer_name": "Hội Cựu chiến binh",
        "kind_code": letter_kind(world.office, DAY).code,
        "subject": "Về việc phối hợp tuyên truyền",
        "save": "1",
    }
    posted(world.clerk, at("incoming_new"), registering)
    made.refresh_from_db()
    assert (made.state, made.incoming.document.issuer_name) == ("registered", "Hội Cựu chiến binh")
    posted(world.clerk, at("incoming_new"), registering, status=404)
    assert browser(world.stranger).get(at("envelope", made)).status_code == 404
    assert browser(world.head).get(at("envelope_list")).status_code == 403


def test_the_follow_up_shows_deadline_handlers_and_reply_by_period_unit_and_progress(world: World) -> None:
    waiting = steps.registered(world, files=())
    task = steps.given_task(world)
    reply = steps.drafted(world, task=task, reply_to=task.incoming, with_file=False)
    reply.document.printed_code = "07/SNV-VTLT"
    reply.document.save(update_fields=["printed_code"])
    type(reply).objects.filter(pk=reply.pk).update(status="issued")
    words = shown(world.clerk, at("follow_up"))
    for expected in ("Phòng Văn thư – Lưu trữ", "10/11/2026", "07/SNV-VTLT"):
        assert expected in words
    of_unit = shown(world.clerk, at("follow_up"), unit=str(world.office.units["vtlt"].pk), progress="doing")
    assert at("incoming", task.incoming) in of_unit
    assert at("incoming", waiting) not in of_unit
    assert at("incoming", waiting) not in shown(world.clerk, at("follow_up"), until="03/11/2026")
    Incoming.objects.filter(pk=waiting.pk).update(present_by=DAY - timedelta(days=1))
    late = shown(world.clerk, at("follow_up"), progress="late")
    assert "quá hạn" in late
    assert at("incoming", task.incoming) not in late
    assert (
        "Ngày này không có trong lịch"
        in browser(world.clerk).get(at("follow_up"), {"since": "31/02/2026"}).content.decode()
    )


@pytest.mark.parametrize("name", DESK_PAGES)
def test_a_page_of_the_desk_is_for_the_clerk(world: World, name: str) -> None:
    assert browser(world.clerk).get(at(name)).status_code == 200
    for actor in (world.officer, world.leader):
        assert browser(actor).get(at(name)).status_code == 403


# Queries: pinned at one row and at fifteen of each kind


@pytest.mark.parametrize("rows", [1, 15])
def test_each_list_costs_the_same_for_one_row_and_fifteen(
    world: World, django_assert_max_num_queries: Any, rows: int
) -> None:
    book, post, kept = log(world, BookKind.HANDOVER), log(world, BookKind.POST), log(world, BookKind.KEPT_COPIES)
    outgoing = issued(world)
    common = {"organisation_id": book.organisation_id}
    for place in range(rows):
        entry = steps.registered(world, files=())
        instruct(entry=entry, orders=steps.orders(world), actor=world.chief, on=DAY)
        envelope(world)
        steps.registered(world, files=())
        post_line = {"ordinal": place + 1, "outgoing": outgoing, "sent_on": DAY, "recipient": "Thư viện tỉnh"}
        made = [
            PostItem.objects.create(book=post, **common, **post_line),
            KeptCopyUse.objects.create(
                book=kept, ordinal=place + 1, document=outgoing.document, user="Ông Ba", used_on=DAY, **common
            ),
        ]
        for line in made:
            grants.allow(line, [grants.role_token(book.organisation_id, Role.CLERK)], reason="registry")
        handed(world, envelope(world), receiver=to_officer(world), book=book)
    pages = [(at(name), {}) for name in (*DESK_PAGES, "book_list", "follow_up")]
    pages += [(at("hand_over_list"), {"show": shown_rows}) for shown_rows in ("open", "all")]
    client = browser(world.clerk)
    for address, given in pages:
        with django_assert_max_num_queries(LIST, info=address):
            assert client.get(address, given).status_code == 200
    for one in (book, post, kept, world.office.incoming_book):
        with django_assert_max_num_queries(DETAIL, info=one.name):
            assert client.get(at("book", one)).status_code == 200
    with django_assert_max_num_queries(LIST):
        assert browser(world.officer).get(at("receipt_list")).content.decode().count("<td data-label") >= rows
