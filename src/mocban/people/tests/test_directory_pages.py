"""The directory's pages, sheets and endpoint: everybody looks things up, administrators keep it."""

from datetime import date
from io import BytesIO

import pytest
import python_calamine
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people import directory, services
from mocban.people.choices import Role
from mocban.people.models import Agency

from .conftest import DAY

pytestmark = pytest.mark.django_db
HEAD = [
    "Mã định danh",
    "Tên cơ quan",
    "Mã cũ",
    "Cấp",
    "Hộp thư công vụ",
    "Hoạt động đến hết ngày",
    "Mã cơ quan kế thừa",
]
ROWS = [
    ["H99.03", "Sở Nội vụ tỉnh Đông Lĩnh", "000.00.03.H99", "Cấp tỉnh", "NV@H99.gov.vn", "", ""],
    ["H99.28", "UBND xã Khê Hạ", "", "", "", "30/06/2025", "H99.27"],
    ["H99 29", "Mã sai dạng", "", "", "", "", ""],
    ["H99.30", "", "", "", "", "", ""],
    ["H99.31", "Cấp lạ", "", "Cấp thôn", "", "", ""],
    ["H99.32", "Thư lạ", "", "", "không phải thư", "", ""],
    ["H99.33", "Ngày lạ", "", "", "", "31/02/2025", ""],
    ["h99.03", "Lặp lại", "", "", "", "", ""],
]


def sheet(rows, head=HEAD):
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            page.write_row(number, 0, row)
    return buffer.getvalue()


def enter(office, rows, **more):
    return services.import_directory(
        data=sheet(rows, **more), source="danh bạ.xlsx", organisation=office.organisation, actor=office.admin, on=DAY
    )


def upload(client, button, data=None, name="danh-ba.xlsx"):
    file = SimpleUploadedFile(name, sheet(ROWS) if data is None else data)
    return client.post("/directory/import/", {"file": file, button: "1"})


def test_good_rows_go_in_and_bad_ones_are_listed_with_their_reason(office):
    report = enter(office, ROWS)
    assert (report.new, report.changed, report.closed, report.same, report.refused) == (2, 0, 1, 0, 6)
    assert [row.number for row in report.bad] == [4, 5, 6, 7, 8, 9]
    entry = Agency.objects.get(code="H99.03")
    assert (entry.email, entry.level, entry.source, entry.imported_on) == (
        "nv@h99.gov.vn",
        "province",
        "danh bạ.xlsx",
        DAY,
    )
    assert Agency.objects.get(code="H99.28").level == "commune"
    assert "2 cơ quan mới" in history(office.organisation)[-1].sentence


def test_the_same_sheet_again_changes_nothing_and_leaves_no_trace(office):
    enter(office, ROWS)
    before = len(history(office.organisation))
    report = enter(office, ROWS)
    assert (report.new, report.changed, report.same) == (0, 0, 2)
    assert len(history(office.organisation)) == before


def test_an_empty_cell_keeps_what_is_known_and_an_old_code_stays_findable(office):
    enter(office, ROWS)
    report = enter(office, [["H99.103", "Sở Nội vụ tỉnh Đông Lĩnh", "H99.03", "", "", "", ""]])
    assert (report.new, report.changed) == (0, 1)
    entry = directory.agency_by_code("H99.03", on=DAY)
    assert (entry.code, entry.former_codes, entry.email) == ("H99.103", ["000.00.03.H99", "H99.03"], "nv@h99.gov.vn")
    assert [found.code for found in directory.find_agencies("000.00.03", on=DAY)] == ["H99.103"]


def test_an_agency_whose_former_code_has_a_row_of_its_own_was_merged_not_renamed(office):
    enter(office, ROWS)
    rows = [["H99.27", "UBND xã Khê", "H99.28", "", "", "", ""], ROWS[1]]
    report = enter(office, rows)
    assert (report.new, report.same) == (1, 1)


def test_a_body_of_this_installation_keeps_its_own_name(office):
    report = enter(office, [["A99.01", "Tên khác", "", "", "vptu@lamson.dcs.vn", "", ""]])
    entry = Agency.objects.get(organisation=office.organisation)
    assert report.changed == 1
    assert (entry.name, entry.email) == (office.organisation.name, "vptu@lamson.dcs.vn")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_with_any_usual_delimiter_is_a_sheet_too(office, delimiter):
    text = "\ufeff" + delimiter.join(["Tên", "Mã"]) + "\n" + delimiter.join(['"Sở Y tế"', "H99.08"]) + "\n"
    report = services.preview_directory(data=text.encode(), actor=office.admin)
    assert (report.new, report.refused) == (1, 0)
    assert not Agency.objects.filter(code="H99.08").exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 broken", "sheet.unreadable"),
        (b"\xff\xfe\x00", "sheet.unreadable"),
        ("Mã,Tên\n".encode(), "sheet.empty"),
        ("Tên\nSở\n".encode(), "sheet.column"),
        (b"", "sheet.column"),
    ],
)
def test_what_is_no_directory_gets_a_sentence(office, data, code):
    with pytest.raises(RuleBroken) as refused:
        services.preview_directory(data=data, actor=office.admin)
    assert refused.value.code == code
    assert refused.value.message


def test_only_an_administrator_keeps_the_directory(office):
    clerk = office.actor(office.person("thu", Role.CLERK))
    fields = services.AgencyFields(code="H1", name="Sở")
    for step in (
        lambda: services.preview_directory(data=b"", actor=clerk),
        lambda: services.add_agency(fields=fields, actor=clerk),
        lambda: services.edit_agency(agency=Agency.objects.first(), fields=fields, actor=clerk),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert services.add_agency(fields=fields, actor=office.admin).code == "H1"


def test_an_entry_by_hand_takes_no_code_twice_and_keeps_the_one_it_gives_up(office):
    fields = services.AgencyFields(code="H1", name="Sở A")
    made = services.add_agency(fields=fields, actor=office.admin)
    with pytest.raises(RuleBroken, match="H1"):
        services.add_agency(fields=fields, actor=office.admin)
    changed = services.AgencyFields(code="H2", name="Sở A", valid_to=date(2026, 1, 1), successor_code="A99.01")
    edited = services.edit_agency(agency=made, fields=changed, actor=office.admin)
    assert edited.former_codes == ["H1"]
    assert directory.find_agencies("so a", on=DAY)[0].successor.code == "A99.01"


def test_the_name_of_a_body_of_this_installation_is_not_changed_here(office):
    entry = Agency.objects.get(organisation=office.organisation)
    with pytest.raises(RuleBroken) as refused:
        services.edit_agency(
            agency=entry, fields=services.AgencyFields(code="A99.01", name="Tên khác"), actor=office.admin
        )
    assert refused.value.code == "agency.hosted"


def test_the_page_finds_shows_and_leads_to_the_successor(office, admin_client):
    enter(office, [*ROWS, ["H99.27", "UBND xã Khê", "", "", "", "", ""]])
    page = admin_client.get("/directory/", {"q": "ubnd xa khe ha"}).content.decode()
    assert "UBND xã Khê Hạ" in page
    assert "Đã ngừng" in page
    shown = admin_client.get(f"/directory/{Agency.objects.get(code='H99.28').pk}/").content.decode()
    assert "Cơ quan kế thừa" in shown
    assert "UBND xã Khê</a>" in shown
    assert "Không tìm thấy cơ quan nào" in admin_client.get("/directory/", {"q": "zzz"}).content.decode()


def test_looking_something_up_takes_few_queries(office, admin_client, django_assert_max_num_queries):
    enter(office, ROWS)
    admin_client.get("/directory/options/", {"q": "snv"})
    with django_assert_max_num_queries(13):
        answer = admin_client.get("/directory/options/", {"q": "snv"})
    assert 'data-code="H99.03"' in answer.content.decode()


def test_the_options_are_for_people_who_are_signed_in_and_escaped(office, admin_client, client):
    services.add_agency(fields=services.AgencyFields(code="X1", name='Hội <b>"x"</b>'), actor=office.admin)
    assert "&lt;b&gt;&quot;x&quot;" in admin_client.get("/directory/options/", {"q": "hội"}).content.decode()
    client.logout()
    assert client.get("/directory/options/", {"q": "hội"}).status_code in (302, 401)


def test_a_sheet_is_judged_first_and_entered_by_the_other_button(office, admin_client):
    seen = upload(admin_client, "preview").content.decode()
    assert "Xem trước, chưa ghi gì" in seen
    assert "lặp lại trong bảng" in seen
    assert not Agency.objects.filter(code="H99.03").exists()
    assert "Đã ghi vào danh bạ" in upload(admin_client, "enter").content.decode()
    assert Agency.objects.filter(code="H99.03").exists()
    assert upload(admin_client, "preview", b"PK").status_code == 422


def test_what_is_exported_can_be_imported_and_changes_nothing(office, admin_client):
    enter(office, ROWS)
    data = b"".join(admin_client.get("/directory/export/").streaming_content)
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + Agency.objects.count()
    report = services.preview_directory(data=data, actor=office.admin)
    assert (report.new, report.changed, report.refused, report.same) == (0, 0, 0, 3)
    example = b"".join(admin_client.get("/directory/export/?empty=1").streaming_content)
    assert services.preview_directory(data=example, actor=office.admin).new == 1
