"""Old registers in: tried out, corrected, entered; numbers kept, nothing twice, nothing lost."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from python_calamine import CalamineWorkbook

from mocban.audit.models import Event
from mocban.audit.selectors import history
from mocban.lib.errors import Stale
from mocban.people.agency_names import derived
from mocban.people.models import Agency
from mocban.registry.choices import BookState, ImportState, IncomingStatus, OutgoingOrigin, OutgoingStatus
from mocban.registry.importing import columns, report, staged
from mocban.registry.models import Incoming, Number, Outgoing, SeriesPeriod
from mocban.registry.services.importing import (
    check_import,
    checking,
    correct_rows,
    discard_import,
    enter_rows,
    entering,
    run_check,
    run_import,
    start_import,
    stop_import,
)
from mocban.secrecy.models import Incident
from tests import steps
from tests.world import DAY, World

from . import old_registers as old

pytestmark = pytest.mark.django_db


def test_an_old_register_is_entered_with_its_own_numbers(world: World) -> None:
    data = old.workbook(
        [old.incoming_row(1), old.incoming_row(2), old.incoming_row("3a"), old.incoming_row("007", note="Bản giấy")],
        titles=["SỔ ĐĂNG KÝ VĂN BẢN ĐẾN NĂM 2016"],
    )
    held = old.entered(world, data)
    assert (held.state, held.counts["entered"], held.counts["bad"]) == (ImportState.DONE, 4, 0), old.problems(held)
    entries = list(Incoming.objects.filter(organisation=world.office.organisation).order_by("number_value"))
    assert [(one.number.value, one.number.mark) for one in entries] == [(1, ""), (2, ""), (3, "a"), (7, "")]
    assert {one.status for one in entries} == {IncomingStatus.FORMER}
    assert entries[0].arrived_on == date(2016, 1, 5)
    assert entries[3].document.description == "Bản giấy"
    period = SeriesPeriod.objects.get(pk=entries[0].number.period_id)
    assert (period.name, period.last_number) == ("2016", 7)
    book = entries[0].book
    assert (book.year, book.state, book.summary["entries"]) == (2016, BookState.CLOSED, 4)
    assert Number.objects.filter(period=period).count() == 4


def test_old_fonts_are_converted_and_columns_guessed(world: World) -> None:
    for written in (old.in_tcvn3, old.in_vni):
        made = old.staged(world, old.workbook([old.incoming_row(1)] * 4, written=written, titles=["Sổ công văn đến"]))
        [sheet] = made.sheets
        assert sheet["header"] == old.INCOMING
        assert made.mapping["columns"]["issuer_name"] == "Tác giả"
        [line, before, after] = sheet["preview"][0]
        assert (line, after[3]) == (3, "Ủy ban nhân dân xã Hòa Bình".replace("Ủ", after[3][0]))
        assert before[3] != after[3]


def test_the_trail_feeds_the_search_and_names_no_subject(world: World) -> None:
    old.entered(world, old.workbook([old.incoming_row(1), old.incoming_row(2)]))
    entry = Incoming.objects.get(organisation=world.office.organisation, number_value=2)
    [told] = history(entry)
    assert told.sentence.endswith("đã nhập văn bản đến số 2 từ sổ cũ.")
    touched = Event.objects.filter(verb="incoming.imported").values_list("objects_touched", flat=True)
    assert {f"records.document:{entry.document_id}"} <= {key for keys in touched for key in keys}
    assert Incoming.objects.visible_to(world.clerk).filter(pk=entry.pk).exists()
    assert not Incoming.objects.visible_to(world.officer).filter(pk=entry.pk).exists()


def test_the_next_document_of_a_running_year_goes_on_behind_the_last_old_number(world: World) -> None:
    rows = [old.incoming_row(one, arrived=date(2026, 3, 5), issued=date(2026, 3, 4)) for one in (1, 2, 40)]
    old.entered(world, old.workbook(rows, name="Sổ"))
    assert steps.registered(world).number_value == 41


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"arrived": ""}, "Thiếu “Ngày đến”"),
        ({"arrived": "31/02/2016"}, "không đọc được “31/02/2016” thành ngày"),
        ({"arrived": date(2027, 1, 1)}, "không thể là ngày của sổ cũ"),
        ({"number": "mười"}, "Không đọc được số “mười”"),
        ({"subject": ""}, "Chưa có trích yếu"),
        ({"issuer": "X" * 300}, "dài 300 ký tự"),
    ],
)
def test_a_broken_row_is_listed_with_its_reason_and_the_good_ones_go_in(world: World, row: dict, words: str) -> None:
    held = old.checked(world, old.workbook([old.incoming_row(1), old.incoming_row(2, **row)]))
    state, problem = old.problems(held)[3]
    assert (state, words in problem) == ("bad", True), problem
    assert not Incoming.objects.filter(organisation=world.office.organisation).exists()
    held = run_import(register_import=held, actor=world.chief, on=DAY)
    assert (held.counts["entered"], held.counts["bad"]) == (1, 1)


def test_a_broken_row_is_corrected_in_a_sheet_and_only_it_goes_in_afterwards(world: World) -> None:
    data = old.workbook([old.incoming_row(1), old.incoming_row(2, arrived="?"), old.incoming_row(3, subject="=1+1")])
    held = old.entered(world, data)
    assert held.counts["entered"] == 2
    sheet = CalamineWorkbook.from_filelike(BytesIO(report.bad_rows_sheet(held))).get_sheet_by_index(0).to_python()
    assert sheet[1][2] == "3"
    column = sheet[0].index("Ngày đến")
    sheet[1][column] = "ngày 5 tháng 1 năm 2016"
    fixed = old.sheets({"Hàng cần sửa": sheet})
    again = report.corrections_in(fixed, "sua.xlsx")
    assert correct_rows(register_import=held, corrections=again, actor=world.clerk, on=DAY) == 1
    held.refresh_from_db()
    held = run_import(register_import=held, actor=world.chief, on=DAY)
    assert (held.counts["entered"], held.counts["bad"]) == (3, 0)
    numbers = Number.objects.filter(period__series__organisation=world.office.organisation)
    assert sorted(numbers.values_list("value", flat=True)) == [1, 2, 3]


def test_many_corrections_are_kept_part_by_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CORRECTED_AT_ONCE", 2)
    held = old.checked(world, old.workbook([old.incoming_row(number, arrived="?") for number in range(1, 6)]))
    fixed = [(row.pk, {**row.fields, "arrived_on": "05/01/2016"}) for row in held.rows.filter(state="bad")]
    assert len(fixed) == 5
    assert correct_rows(register_import=held, corrections=fixed, actor=world.clerk, on=DAY, version=held.version) == 5
    held.refresh_from_db()
    assert (held.counts["good"] + held.counts["warned"], held.counts["bad"]) == (5, 0)
    assert Event.objects.filter(verb="import.row_corrected").count() == 5


def test_a_correction_that_crosses_with_the_run_changes_nothing_that_was_entered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = old.checked(world, old.workbook([old.incoming_row(1)]))
    row = held.rows.get(state="good")
    check = checking.context_of

    def meanwhile(*given: Any) -> Any:
        monkeypatch.undo()
        run_import(register_import=held, actor=world.chief, on=DAY)
        return check(*given)

    monkeypatch.setattr(checking, "context_of", meanwhile)
    with pytest.raises(Stale):
        correct_rows(
            register_import=held, corrections=[(row.pk, {**row.fields, "number": "7"})], actor=world.clerk, on=DAY
        )
    row.refresh_from_db()
    assert (row.state, Incoming.objects.filter(organisation=world.office.organisation).count()) == ("entered", 1)


def test_a_repeated_number_is_refused_within_the_file_and_against_the_register(world: World) -> None:
    data = old.workbook([old.incoming_row(1), old.incoming_row(1), old.incoming_row("1A"), old.incoming_row("1a")])
    held = old.entered(world, data)
    found = old.problems(held)
    assert [found[line][0] for line in (2, 3, 4, 5)] == ["entered", "bad", "entered", "bad"]
    assert "trùng với hàng 2" in found[3][1]
    second = old.checked(world, data)
    assert {state for state, _problem in old.problems(second).values()} == {"bad"}
    assert "đã có trong sổ" in old.problems(second)[2][1]


def test_what_no_column_takes_stays_in_the_note(world: World) -> None:
    header = [*old.INCOMING, "Lãnh đạo chỉ đạo", "Mã vạch"]
    row = [*old.incoming_row(1, note="Hỏa tốc"), "Giao Phòng Nội vụ", "X-17"]
    old.entered(world, old.workbook([row], header=header))
    note = Incoming.objects.get(organisation=world.office.organisation).document.description
    assert note == "Hỏa tốc; Lãnh đạo chỉ đạo: Giao Phòng Nội vụ; Mã vạch: X-17"


def test_outgoing_registers_take_their_number_from_the_code(world: World) -> None:
    rows = [old.outgoing_row(15), old.outgoing_row("15a"), old.outgoing_row(17, code="17/SNV-VP", subject="V/v họp")]
    held = old.entered(world, old.workbook(rows, header=old.OUTGOING), direction="outgoing")
    assert held.counts["entered"] == 3, old.problems(held)
    first, second, third = Outgoing.objects.filter(origin=OutgoingOrigin.IMPORTED).order_by(
        "number__value", "number__mark"
    )
    assert (first.document.kind_code, first.document.printed_code, second.number.mark) == ("decision", "15/QĐ-SNV", "a")
    assert third.document.kind_code == "official-letter"
    assert [line.name for line in first.recipients.all()] == ["Như Điều 3", "Lưu: VT"]
    assert (first.status, first.unit_id, first.signed_on) == (OutgoingStatus.ISSUED, None, date(2016, 1, 5))


def test_several_sheets_one_a_year_and_the_mapping_is_remembered(world: World) -> None:
    pages = {
        str(year): [
            ["SỔ VĂN BẢN ĐẾN"],
            old.INCOMING,
            old.incoming_row(1, arrived=f"05/01/{year}", issued=f"04/01/{year}"),
        ]
        for year in (2014, 2015)
    }
    held = old.entered(world, old.sheets(pages), carry=["issuer_name"])
    assert held.counts["entered"] == 2
    years = Incoming.objects.filter(organisation=world.office.organisation).values_list("book__year", flat=True)
    assert sorted(years) == [2014, 2015]
    again = old.staged(world, old.sheets(pages))
    assert again.mapping["carry"] == ["issuer_name"]


def test_a_killed_run_goes_on_where_it_was_and_enters_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = old.checked(world, old.workbook([old.incoming_row(one) for one in range(1, 26)]))
    monkeypatch.setattr(entering, "CHUNK", 10)
    start_import(register_import=held, actor=world.chief, in_background=False)
    real, calls = staged.mark_entered, []

    def fall_over(rows: object) -> None:
        calls.append(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(rows)

    monkeypatch.setattr(staged, "mark_entered", fall_over)
    with pytest.raises(KeyboardInterrupt):
        enter_rows(register_import=held, actor=world.chief, on=DAY)
    own = Incoming.objects.filter(organisation=world.office.organisation)
    assert own.count() == 10
    assert enter_rows(register_import=held, actor=world.chief, on=DAY) is False
    assert own.count() == 25
    assert enter_rows(register_import=held, actor=world.chief, on=DAY) is False
    assert own.count() == 25


def test_a_stopped_import_goes_on_when_it_is_let(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "CHUNK", 2)
    held = old.checked(world, old.workbook([old.incoming_row(one) for one in range(1, 6)]))
    start_import(register_import=held, actor=world.chief, in_background=False)
    assert enter_rows(register_import=held, actor=world.chief, on=DAY, most_chunks=1) is True
    stop_import(register_import=held, actor=world.clerk)
    assert enter_rows(register_import=held, actor=world.chief, on=DAY) is False
    held.refresh_from_db()
    assert (held.state, held.rows.filter(state="entered").count()) == (ImportState.STOPPED, 2)
    held = run_import(register_import=held, actor=world.chief, on=DAY)
    assert (held.state, held.counts["entered"]) == (ImportState.DONE, 5)


def test_a_number_that_somebody_took_since_the_dry_run_is_not_entered(world: World) -> None:
    rows = [old.incoming_row(one, arrived=date(2026, 3, 5), issued=date(2026, 3, 4)) for one in (1, 2)]
    held = old.checked(world, old.workbook(rows, name="Sổ"))
    steps.registered(world)
    held = run_import(register_import=held, actor=world.chief, on=DAY)
    assert [state for state, _ in old.problems(held).values()] == ["bad", "entered"]
    assert "đã có trong sổ" in old.problems(held)[2][1]


def test_secret_rows_are_refused_without_their_words_and_with_one_incident(world: World) -> None:
    header = [*old.INCOMING, "Độ mật"]
    rows = [
        [*old.incoming_row(one, subject="Chuyện kín"), level] for one, level in ((1, "Mật"), (2, "Tối mật"), (3, ""))
    ]
    rows.append([*old.incoming_row(4, subject="Báo cáo (Mật)"), ""])
    rows.append([*old.incoming_row(5, subject="Về công tác bảo vệ bí mật nhà nước"), "Thường"])
    held = old.entered(world, old.workbook(rows, header=header))
    assert [state for state, _ in old.problems(held).values()] == [
        "refused",
        "refused",
        "entered",
        "refused",
        "entered",
    ]
    refused = held.rows.filter(state="refused")
    assert {(tuple(row.cells), str(row.fields)) for row in refused} == {((), "{}")}
    assert Incident.objects.filter(organisation=world.office.organisation).count() == 1
    assert "Tối" not in str(held.sheets)


def test_a_row_that_turns_out_secret_later_loses_its_words(world: World) -> None:
    header = [*old.INCOMING, "Phân loại"]
    made = old.staged(world, old.workbook([[*old.incoming_row(1, subject="Chuyện kín"), "B"]], header=header))
    mapping = columns.mapping_of(made.mapping | {"columns": made.mapping["columns"] | {"secrecy": "Phân loại"}})
    held = check_import(register_import=made, mapping=mapping, series=None, period=None, actor=world.clerk)
    held = run_check(register_import=held, actor=world.clerk, on=DAY)
    row = held.rows.get()
    assert (row.state, row.cells, row.fields) == ("refused", [], {})
    held.refresh_from_db()
    assert "Chuyện kín" not in str(held.sheets)
    assert Incident.objects.filter(organisation=world.office.organisation).count() == 1


def test_who_may(world: World) -> None:
    data = old.workbook([old.incoming_row(1)])
    held = old.checked(world, data)
    for name, actor in world.people().items():
        if name not in ("chief", "administrator"):
            with pytest.raises(PermissionDenied):
                start_import(register_import=held, actor=actor)
        if name not in ("clerk", "chief", "administrator"):
            with pytest.raises(PermissionDenied):
                old.staged(world, data, actor=actor)
    discard_import(register_import=held, actor=world.clerk)
    assert not held.rows.exists()
    with steps.refused("registry.wrong_state"):
        start_import(register_import=held, actor=world.chief)


def test_an_issuer_that_the_directory_knows_by_name_gets_its_code(world: World) -> None:
    [agency] = fill_one("Ủy ban nhân dân xã Hòa Bình")
    old.entered(world, old.workbook([old.incoming_row(1), old.incoming_row(2, issuer="Nơi không ai biết")]))
    own = Incoming.objects.filter(organisation=world.office.organisation).order_by("number_value")
    assert [one.document.issuer_code for one in own] == [agency.code, ""]


def fill_one(name: str) -> list[Agency]:
    """One agency of the directory."""
    made = Agency(code="X099.01", name=name, level="commune", imported_on=DAY, source="thử")
    for field, value in derived(made).items():
        setattr(made, field, value)
    made.save()
    return [made]
