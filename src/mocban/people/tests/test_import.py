"""Units and people from a sheet: a report first, then the good rows; hostile files get a sentence."""

import re
import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from mocban.people import services
from mocban.people.models import Person, Position, Unit

pytestmark = pytest.mark.django_db
PEOPLE = ["Họ và tên", "Tên đăng nhập", "Chức vụ", "Đơn vị", "Vai trò", "Thư điện tử", "Từ ngày"]


def sheet(rows):
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return buffer.getvalue()


def upload(client, kind, data, name="bang.xlsx"):
    return client.post(f"/admin/import/{kind}/", {"file": SimpleUploadedFile(name, data)})


def confirm(client, kind, page):
    payload = re.search(r'name="payload" value="([^"]+)"', page.content.decode())[1]
    return client.post(f"/admin/import/{kind}/confirm/", {"payload": payload})


def test_the_report_names_each_wrong_row_and_writes_nothing(office, admin_client):
    rows = [
        PEOPLE,
        ["Lê Văn Bình", "binh", "Văn thư", "TH", "Văn thư, Chuyên viên", "", "15/09/2026"],
        ["Trần An", "BINH", "Chuyên viên", "", "Chuyên viên", "", ""],
        ["Trần An", "an", "Chuyên viên", "Phòng Khác", "Chuyên viên", "", ""],
        ["Trần An", "an", "Chuyên viên", "", "Giám đốc", "", ""],
        ["Trần An", "an", "Chuyên viên", "", "Chuyên viên", "không phải thư", ""],
        ["Trần An", "an", "Chuyên viên", "", "Chuyên viên", "", "31/02/2026"],
        ["", "", "", "", "", "", ""],
    ]
    page = upload(admin_client, "people", sheet(rows)).content.decode()
    assert "1 hàng ghi được." in page
    assert "5 hàng có vấn đề" in page
    for sentence in (
        "Tên đăng nhập «binh» đã có hoặc lặp lại trong bảng.",
        "Cơ quan không có đơn vị «Phòng Khác».",
        "Không có vai trò «giam doc».",
        "Địa chỉ thư điện tử không đúng dạng.",
        "«31/02/2026» không phải là ngày.",
    ):
        assert sentence in page
    assert Person.objects.count() == 1


def test_confirming_enters_the_good_rows_and_repeating_it_doubles_nothing(office, admin_client):
    rows = [PEOPLE, ["Lê Văn Bình", "binh", "Văn thư", "phong tong hop", "văn thư", "", "15/09/2026"]]
    page = upload(admin_client, "people", sheet(rows))
    assert confirm(admin_client, "people", page).url == "/admin/people/?without_password=1"
    position = Position.objects.get(person__login="binh")
    assert (position.unit, position.roles, str(position.valid_from)) == (office.unit, ["clerk"], "2026-09-15")
    again = confirm(admin_client, "people", page)
    assert "Tên đăng nhập «binh» đã có." in again.content.decode()
    assert Position.objects.filter(person__login="binh").count() == 1


def test_units_are_entered_with_headings_in_any_order(office, admin_client):
    page = upload(admin_client, "units", sheet([["Chữ viết tắt", "Tên đơn vị"], ["TCHC", "Phòng Tổ chức"]]))
    assert confirm(admin_client, "units", page).url == "/admin/units/"
    assert Unit.objects.filter(organisation=office.organisation, symbol="TCHC", name="Phòng Tổ chức").exists()


def test_the_template_can_be_imported(office, admin_client):
    data = b"".join(admin_client.get("/admin/import/people/template/").streaming_content)
    assert "1 hàng ghi được." in upload(admin_client, "people", data).content.decode()


def bomb():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 110_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"khong phai bang", "Không đọc được tệp này"),
        (b"PK\x03\x04" + b"\x00" * 100, "Không đọc được tệp này"),
        (sheet([PEOPLE])[:900], "Không đọc được tệp này"),
        (bomb(), "Tệp quá lớn"),
        (sheet([["a"]] * 5002), "quá 5.000 hàng"),
        (sheet([["Tên", "Khác"], ["a", "b"]]), "Bảng thiếu cột «Tên đơn vị»."),
        (sheet([["Tên đơn vị", "Chữ viết tắt"]]), "không có hàng nào"),
        (sheet([]), "Bảng thiếu cột"),
        (b"", "rỗng"),
    ],
)
def test_a_file_that_is_no_such_sheet_gets_a_sentence(office, admin_client, data, sentence):
    response = upload(admin_client, "units", data)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_report_is_confirmed_only_by_whom_it_was_made_for(office, admin_client):
    page = upload(admin_client, "units", sheet([["Tên đơn vị", "Chữ viết tắt"], ["Phòng Một", "M"]]))
    payload = re.search(r'name="payload" value="([^"]+)"', page.content.decode())[1]
    assert admin_client.post("/admin/import/units/confirm/", {"payload": payload + "x"}).status_code == 409
    assert admin_client.post("/admin/import/people/confirm/", {"payload": payload}).status_code == 409
    assert admin_client.post("/admin/import/khac/confirm/", {"payload": payload}).status_code == 404
    assert Unit.objects.count() == 1


def test_a_row_that_became_impossible_is_refused_alone(office, admin_client):
    rows = [["Tên đơn vị", "Chữ viết tắt"], ["Phòng Một", "M"], ["Phòng Hai", "H"]]
    page = upload(admin_client, "units", sheet(rows))
    services.create_unit(organisation=office.organisation, name="Trước", symbol="M", actor=office.admin)
    assert "đã thuộc đơn vị khác" in confirm(admin_client, "units", page).content.decode()
    assert Unit.objects.filter(symbol="H").exists()


def test_a_long_sheet_is_confirmed_in_parts(office, admin_client, monkeypatch):
    monkeypatch.setattr("mocban.people.views.imports.AT_ONCE", 2)
    rows = [["Tên đơn vị", "Chữ viết tắt"], *([f"Phòng {number}", f"P{number}"] for number in range(3))]
    first = confirm(admin_client, "units", upload(admin_client, "units", sheet(rows)))
    assert "Đã ghi 2 hàng." in first.content.decode()
    assert "1 hàng ghi được." in first.content.decode()
    assert confirm(admin_client, "units", first).url == "/admin/units/"
    assert Unit.objects.filter(symbol__in=["P0", "P1", "P2"]).count() == 3
