"""The pages and endpoints of importing: what each desk sees and may press, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mocban.people.actor import Actor
from mocban.registry.choices import ImportState
from mocban.registry.models import Incoming, RegisterImport
from mocban.registry.services.importing.checking import check_in_background
from mocban.registry.services.importing.entering import enter_in_background
from tests import steps
from tests.world import Caller, World, browser

from . import old_registers as old
from .test_import_files import zipped

pytestmark = pytest.mark.django_db
QUERIES = 30


def at(name: str, *keys: Any) -> str:
    return reverse(f"registry:{name}", args=keys)


def shown(actor: Actor, address: str, **given: Any) -> str:
    with CaptureQueriesContext(connection) as asked:
        answer = browser(actor).get(address, given)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    assert len(asked) <= QUERIES
    return answer.content.decode()


def posted(actor: Actor, address: str, data: dict[str, Any], status: int = 302) -> Any:
    answer = browser(actor).post(address, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def upload(data: bytes, name: str = "so-2016.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def mapping(held: RegisterImport, **changes: Any) -> dict[str, Any]:
    named = {f"column_{name}": label for name, label in held.mapping["columns"].items()}
    return {**named, "sheets": list(range(len(held.sheets))), "version": held.version, **changes}


def test_a_clerk_goes_from_the_file_to_the_register(world: World) -> None:
    data = old.workbook([old.incoming_row(1), old.incoming_row(2, arrived="?")], written=old.in_tcvn3)
    assert "Chưa nhập sổ cũ nào" in shown(world.clerk, at("import_list"))
    answer = posted(world.clerk, at("import_list"), {"direction": "incoming", "file": upload(data)})
    held = RegisterImport.objects.get()
    assert answer.url == at("import", held.pk)
    words = shown(world.clerk, at("import", held.pk))
    assert "Ý nghĩa các cột" in words
    assert "Về việc sửa chữa đường" in words
    assert old.in_tcvn3("Về việc sửa chữa đường") in words
    posted(world.clerk, at("import_check", held.pk), mapping(held))
    assert "Đang kiểm tra thử" in shown(world.clerk, at("import", held.pk))
    check_in_background(import_id=str(held.pk))
    words = shown(world.clerk, at("import", held.pk))
    assert "1 hàng sẽ vào sổ" in words
    assert "Cho nhập vào sổ" not in words
    assert "Cho nhập vào sổ" in shown(world.chief, at("import", held.pk))
    held.refresh_from_db()
    posted(world.clerk, at("import_run", held.pk), {"version": held.version}, status=403)
    posted(world.chief, at("import_run", held.pk), {"version": held.version})
    enter_in_background(import_id=str(held.pk))
    assert Incoming.objects.filter(organisation=world.office.organisation).count() == 1
    held.refresh_from_db()
    assert held.state == ImportState.DONE
    bad = held.rows.get(state="bad")
    assert "không đọc được “?”" in shown(world.clerk, at("import_rows", held.pk), state="bad")
    assert "Thiếu" not in shown(world.clerk, at("import_row", held.pk, bad.pk))
    corrected = {**bad.fields, "arrived_on": "5/1/2016", "version": held.version}
    posted(world.clerk, at("import_row", held.pk, bad.pk), corrected)
    assert "Nhập tiếp" in shown(world.chief, at("import", held.pk))


def test_refusals_stand_beside_the_form(world: World) -> None:
    given = {"direction": "incoming", "file": upload(b"no sheet", "so.xlsx")}
    assert "không phải loại .xlsx" in posted(world.clerk, at("import_list"), given, 409).content.decode()
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    missing = mapping(held, column_subject="")
    assert "Hãy chỉ ra cột của" in posted(world.clerk, at("import_check", held.pk), missing, 409).content.decode()
    stale = mapping(held, version=0)
    posted(world.clerk, at("import_check", held.pk), stale, 412)
    posted(world.clerk, at("import_files", held.pk), {"file": upload(b"x", "a.zip")}, 409)
    posted(world.clerk, at("import_corrected", held.pk), {"file": upload(old.workbook([], header=["a"]))}, 409)
    posted(world.clerk, at("import_discard", held.pk), {})
    assert "Chưa nhập sổ cũ nào" in shown(world.clerk, at("import_list"))


@pytest.mark.parametrize("name", ["import", "import_rows", "import_report"])
def test_others_find_no_import(world: World, name: str) -> None:
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    assert browser(world.stranger).get(at(name, held.pk)).status_code == 404
    assert browser(world.officer).get(at(name, held.pk)).status_code == 403
    assert browser(world.clerk).get(at(name, held.pk)).status_code == 200


def test_files_come_in_a_zip(world: World) -> None:
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    data = zipped({"1.pdf": steps.blank_pdf("1"), "x.exe": b"MZ"})
    posted(world.clerk, at("import_files", held.pk), {"file": upload(data, "van-ban.zip")})
    words = shown(world.clerk, at("import", held.pk))
    assert "Đã nhận 1 tệp" in words
    assert "x.exe" in words


def test_the_same_over_the_api(world: World) -> None:
    clerk, chief = Caller(world.clerk), Caller(world.chief)
    data = old.workbook([old.incoming_row(1), old.incoming_row(2, arrived="?")])
    made = clerk.done("post", "/registry/imports", {"direction": "incoming"}, files={"file": upload(data)})
    address = f"/registry/imports/{made['id']}"
    given = {"columns": made["mapping"]["columns"], "version": made["version"]}
    clerk.done("put", f"{address}/mapping", given)
    check_in_background(import_id=made["id"])
    held = clerk.done("get", address)
    assert (held["state"], held["counts"]["good"], held["counts"]["bad"]) == ("checked", 1, 1)
    [bad] = clerk.done("get", f"{address}/rows?state=bad")["items"]
    fixed = [{"id": bad["id"], "fields": {**bad["fields"], "arrived_on": "05/01/2016"}}]
    held = clerk.done("post", f"{address}/rows", fixed)
    assert held["counts"]["bad"] == 0
    assert clerk.refused("post", f"{address}/run", {"version": held["version"]})[0] == 403
    assert chief.refused("post", f"{address}/run", {"version": 0})[0] == 412
    chief.done("post", f"{address}/run", {"version": held["version"]})
    enter_in_background(import_id=made["id"])
    assert clerk.done("get", address)["counts"]["entered"] == 2
    assert clerk("get", f"{address}/report.xlsx").content[:2] == b"PK"
    assert Caller(world.stranger).refused("get", address)[0] == 404
    assert clerk.refused("post", "/registry/imports", {"direction": "incoming"}, files={"file": upload(b"x")})[0] == 409
