"""Books on paper and as workbooks: the columns of the law, totals that add up, text that stays text."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from mocban import law
from mocban.law.model import REGIMES
from mocban.people import grants
from mocban.people.choices import Role
from mocban.portal.tests.world import NOON, Body
from mocban.registry.choices import BookKind
from mocban.registry.models import Book, Copy, HandOver, KeptCopyUse, PostItem
from mocban.reports import fitting, volume
from mocban.reports.paper import print_sheet
from mocban.reports.registers import REGISTERS, book_sheet
from mocban.reports.workbook import workbook

from .reading import pages_of, text_of, totals_of

TODAY = date(2026, 9, 10)
HOSTILE = '=HYPERLINK("http://x","y")'

pytestmark = pytest.mark.django_db


def rows_of(data: bytes, sheet: int = 0) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


@pytest.fixture
def clerk(body):
    return body.actor(Role.CLERK)


def log(body: Body, kind: BookKind) -> Book:
    book = Book.objects.create(organisation=body.organisation, kind=kind, name=str(kind.label), year=2026)
    grants.allow(book, body.desks, reason="test")
    return book


def sheet(book: Book, actor, on: date = TODAY):
    return book_sheet(book, actor=actor, on=on)


@pytest.mark.parametrize("regime", sorted(REGIMES))
@pytest.mark.parametrize("kind", sorted(REGISTERS))
def test_every_book_of_every_regime_has_the_columns_of_its_law_table_in_their_order(db, regime, kind):
    office = Body(code="R1", regime=regime, name="Cơ quan mẫu")
    book = office.books.get(kind) or log(office, BookKind(kind))
    printed = sheet(book, office.actor(Role.CLERK))
    table = law.table(REGISTERS[kind].table, regime=regime, on=TODAY)
    labels = [row["label"] for row in sorted(table, key=lambda row: int(row["ordinal"]))]
    assert [column.label for column in printed.grids[0].columns] == labels
    found = rows_of(workbook(printed))
    numbers = [f"({place + 1})" for place in range(len(labels))]
    assert found[[row[: len(labels)] for row in found].index(numbers) - 1][: len(labels)] == labels
    assert bool(printed.notes) == (not table[0]["citation"])


def test_a_register_prints_its_cover_its_columns_and_only_what_the_reader_may_see(body, clerk):
    entry = body.incoming("Mời họp")
    body.task(entry)
    hidden = body.incoming("Không cho xem")
    grants.Grant.objects.filter(object_id=hidden.pk).delete()
    cover, page = pages_of(print_sheet(sheet(body.books["incoming"], clerk)).data)
    for part in ("TỈNH LAM SƠN", "SỞ THỬ NGHIỆM", "Năm: 2026", "Từ ngày 01/09/2026 đến ngày 01/09/2026", "Quyển số: 1"):
        assert part in cover, part
    for part in ("Ngày đến", "Số đến", "Ngày chuyển", "Ký nhận", "(1) (2)", "Công văn: Mời họp", "Phòng Tổng hợp"):
        assert part in page, part
    assert "Không cho xem" not in page
    assert "có 1 trang (không kể bìa), ghi 1 văn bản" in page


def test_an_outgoing_register_names_signer_recipients_and_who_keeps_the_copy(body, clerk):
    drafter = body.position(Role.OFFICER)
    book = body.books["outgoing"]
    body.outgoing(drafter, drafter, status="issued", book=book, number=body._number("outgoing"), number_value=1)
    words = text_of(print_sheet(sheet(book, clerk)).data)
    assert "Công văn: Trả lời" in words
    assert "Phòng Tổng hợp" in words


def test_the_logs_of_hand_over_post_and_kept_copies_print_their_lines(body, clerk):
    entry = body.incoming("Giao giấy")
    over, post, kept = (log(body, kind) for kind in (BookKind.HANDOVER, BookKind.POST, BookKind.KEPT_COPIES))
    common = {"organisation": body.organisation, "ordinal": 1}
    lines = (
        HandOver.objects.create(
            **common,
            book=over,
            incoming=entry,
            receiver="Phòng A",
            handed_on=TODAY,
            handed_by="thử",
            received_by="Người B",
        ),
        PostItem.objects.create(
            **common, book=post, printed_code="5/STN", recipient="Xã C", envelopes=3, sent_on=TODAY
        ),
        KeptCopyUse.objects.create(
            **common, book=kept, document=entry.document, user="Người D", used_on=TODAY, permitted_by="Chánh văn phòng"
        ),
    )
    for line in lines:
        grants.allow(line, body.desks, reason="test")
    expected = {over: ("Công văn: Giao giấy", "Phòng A", "Người B"), post: ("5/STN", "Xã C", "3"), kept: ("Người D",)}
    for book, parts in expected.items():
        words = text_of(print_sheet(sheet(book, clerk)).data)
        assert [part for part in parts if part not in words] == []


def test_the_register_of_copies_names_the_copy_and_what_was_copied(body, clerk):
    book = Book.objects.create(organisation=body.organisation, kind="copies", name="Sổ bản sao", year=2026)
    made = Copy.objects.create(
        organisation=body.organisation,
        document=body.document("Được sao"),
        kind="SY",
        kind_name="Sao y",
        source_form="original",
        maker="here",
        from_medium="paper",
        to_medium="paper",
        book=book,
        number_value=1,
        printed_code="01/SY-STN",
        copied_on=TODAY,
        signer=body.position(Role.LEADER),
        signer_name="Người ký sao",
        recipients=["Phòng A", "Phòng B"],
        requested_by="Người đề nghị",
        amount=3,
        created_at=NOON,
    )
    grants.allow(made, body.desks, reason="test")
    [row] = sheet(book, clerk).grids[0].rows()
    assert row[:3] == ["01/SY-STN", TODAY, "Sao y"]
    assert row[3].endswith("; Được sao")
    assert row[4:7] == ["Người ký sao", "Phòng A; Phòng B", 3]


def test_the_remarks_tell_of_recall_and_late_entry(body, clerk):
    entry = body.incoming("Đã thu hồi", status="recalled")
    entry.number.true_date = date(2026, 8, 1)
    entry.number.save()
    [row] = sheet(body.books["incoming"], clerk).grids[0].rows()
    assert row[-1] == "đăng ký muộn, ngày 01/08/2026; Bên gửi đã thu hồi"


def test_a_book_without_entries_still_prints(body, clerk):
    words = text_of(print_sheet(sheet(body.books["incoming"], clerk)).data)
    assert "Chưa có dòng nào." in words
    assert "Từ số ……… đến số ………" in words


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(volume, "PART", 40)


def table(rows: int, text: str = "Về việc thử", **more) -> volume.Table:
    entries = ([str(n + 1), text] for n in range(rows))
    return volume.Table(
        ["Số", "Trích yếu"], [1, 9], entries, totals="Cộng trang: {page} văn bản; cộng dồn: {all} văn bản", **more
    )


def bound(*tables: volume.Table) -> volume.Printed:
    closing = {"lines": ["Sổ có {pages} trang, {entries} văn bản."], "place": "", "signers": ["Văn thư"]}
    common = {"title": "Sổ", "issuer": "A", "parent": "", "mark": "", "header": [], "printed": "In", "running": "Sổ"}
    return volume.bind(tables, common=common, closing=closing)


def test_page_totals_add_up_over_the_parts_of_a_long_book_and_every_page_but_the_last_is_full(db, small_parts):
    printed = bound(table(300))
    pages = pages_of(printed.data)
    totals = totals_of(printed.data)
    assert len(pages) == printed.pages == len(totals)
    assert [sum(one for one, _all in totals[: place + 1]) for place in range(len(totals))] == [
        up_to for _one, up_to in totals
    ]
    assert totals[-1][1] == printed.entries == 300
    assert len({one for one, _all in totals[1:-1]}) == 1  # rows of one height fill all inner pages alike
    assert f"Sổ có {printed.pages} trang, 300 văn bản." in pages[-1]
    assert [page.rpartition("Trang ")[2] for page in pages] == [str(place) for place in range(1, len(pages) + 1)]
    assert all(f" {n} Về việc thử" in " ".join(pages) for n in range(1, 301))


def test_rows_go_on_below_when_a_cell_is_higher_than_a_page_and_no_word_is_lost(db, small_parts):
    words = [f"từ{n}" for n in range(3_000)]
    printed = bound(table(50, "ngắn"), table(3, " ".join(words)))
    found = text_of(printed.data)
    assert [word for word in words if word not in found] == []
    assert found.count("(tiếp)") >= 3
    assert (sum(one for one, _all in totals_of(printed.data)[2:]), totals_of(printed.data)[-1][1]) == (3, 3)


@pytest.mark.parametrize(
    "text", ["W" * 4_000, "M/" * 2_000, "ẪỘ" * 900, " ".join("WWWWWWWWWWWWWWW" for _ in range(200))]
)
def test_a_word_wider_than_its_cell_is_broken_and_stays_on_the_page(db, text):
    pdf = bound(table(1, text)).data
    found = text_of(pdf).replace(" ", "")
    assert found.count(text[0]) >= text.count(text[0])


def test_pieces_of_a_cell_hold_every_letter():
    for text in ("", "a", "W" * 999, " ".join(["dài"] * 999)):
        assert "".join(fitting.pieces(text, 20.0)).replace(fitting.BREAK, "").replace(" ", "") == text.replace(" ", "")


def test_text_of_documents_is_text_in_the_workbook_never_a_formula(body, clerk):
    for text in (HOSTILE, "+1+1", "@SUM(A1)", "-2", "https://example.org"):
        body.incoming(text, document=body.document(text, kind_name=""))
    data = workbook(sheet(body.books["incoming"], clerk))
    cells = [cell for row in rows_of(data) for cell in row]
    assert HOSTILE in cells
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in xml
        assert "<hyperlink" not in xml
        assert 'orientation="landscape"' in xml
        assert 'state="frozen"' in xml
        assert "Print_Titles" in parts.read("xl/workbook.xml").decode()


def test_dates_and_amounts_are_values_in_the_workbook(body, clerk):
    body.incoming("Mời họp")
    cells = [cell for row in rows_of(workbook(sheet(body.books["incoming"], clerk))) for cell in row]
    assert date(2026, 9, 1) in cells


@pytest.mark.parametrize("ending", ["pdf", "xlsx"])
def test_a_register_is_for_those_who_see_the_book(body, client, ending):
    address = reverse(f"reports:register_{ending}", args=[body.books["incoming"].pk])
    assert client.get(address).status_code == 302
    client.force_login(Body(code="Z9", name="Cơ quan khác").position(Role.HEAD_OF_OFFICE).person)
    assert client.get(address).status_code == 404
    client.force_login(body.position(Role.CLERK).person)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_reading_a_book_takes_the_same_number_of_queries_however_long_it_is(body, clerk, django_assert_num_queries):
    def read(number):
        for n in range(number):
            body.task(body.incoming(f"Văn bản {n}"))
        with django_assert_num_queries(7):
            assert list(sheet(body.books["incoming"], clerk).grids[0].rows())

    read(2)
    read(5)
