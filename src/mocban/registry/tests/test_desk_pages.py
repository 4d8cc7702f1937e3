"""The desk's pages and endpoints: what they show, to whom, what they refuse, and how many queries they cost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mocban.lib.hashing import sha256_hex
from mocban.registry.models import Batch, BatchRow, Incoming
from mocban.registry.services.batches import start_batch
from tests import steps
from tests.world import Caller, World, browser

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def folder(world: World, tmp_path: Path, settings: Any) -> Path:
    settings.SCAN_ROOT = tmp_path / "scan"
    settings.CONTENT_ROOT = tmp_path / "content"
    own = settings.SCAN_ROOT / world.office.organisation.code
    own.mkdir(parents=True)
    return own


def drop(folder: Path, name: str, title: str = "") -> None:
    (folder / name).write_bytes(steps.blank_pdf(title or name))
    os.utime(folder / name, (time.time() - 60, time.time() - 60))


def at(name: str, pk: Any = None) -> str:
    return reverse(f"registry:{name}", args=[pk] if pk else [])


def typed(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "book": world.office.incoming_book.pk,
        "arrived_on": ".",
        "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
        "printed_code": "12/QĐ-UBND",
        "issued_on": "2/11",
        "subject": steps.SUBJECT,
    }
    return {**values, **changes}


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def test_the_next_form_shows_the_number_and_remembers_the_desk(world: World) -> None:
    client = browser(world.clerk)
    answer = client.post(at("incoming_new"), typed(world, next="1", received_via="paper"))
    entry = Incoming.objects.get()
    assert answer["Location"] == f"{at('incoming_new')}?after={entry.pk}"
    page = shown(client.get(answer["Location"]))
    assert "Số đến vừa cấp" in page
    assert f">{entry.number_value}</a>" in page
    assert '<option value="paper" selected>' in page
    assert entry.document.kind_code == "decision"
    assert "Số đến vừa cấp" not in shown(browser(world.stranger).get(f"{at('incoming_new')}?after={entry.pk}"))


def test_copying_fills_empty_boxes_only(world: World) -> None:
    client = browser(world.clerk)
    client.post(at("incoming_new"), typed(world, signer_name="Trần Văn Bình", urgency="1"))
    page = shown(client.post(at("incoming_read"), {"copy": "1", "signer_name": "Người khác"}, headers=FRAGMENT))
    assert 'value="Ủy ban nhân dân xã Hòa Bình"' in page
    assert 'value="Người khác"' in page
    assert steps.SUBJECT not in page


def test_the_check_warns_before_saving_and_fills_title_and_day(world: World) -> None:
    entry = steps.registered(world, signer_title="Chủ tịch")
    asked = {
        "issuer_name": "UỶ BAN NHÂN DÂN XÃ HÒA BÌNH",
        "printed_code": "12/UBND-VP",
        "issued_on": "2/11",
        "signer_name": "Trần Văn Bình",
    }
    page = shown(browser(world.clerk).post(at("incoming_check"), asked, headers=FRAGMENT))
    assert "Có thể đã đăng ký" in page
    assert at("incoming", entry.pk) in page
    assert 'data-fill="issued_on" data-value="02/11/2026"' in page
    assert "Có thể đã đăng ký" not in shown(
        browser(world.clerk).post(at("incoming_check"), {**asked, "issued_on": "2/11/2025"}, headers=FRAGMENT)
    )
    broken = {"issued_on": "x" * 500, "printed_code": "\0", "arrived_on": "31/02"}
    assert "Có thể" not in shown(browser(world.clerk).post(at("incoming_check"), broken, headers=FRAGMENT))


@pytest.mark.parametrize("day", ["04/11/2001", "04/11/1801", "04/10/2026"])
def test_an_arrival_of_long_ago_asks_for_a_reason_and_breaks_nothing(world: World, day: str) -> None:
    answer = browser(world.clerk).post(at("incoming_new"), typed(world, arrived_on=day))
    assert answer.status_code in (409, 422), answer.content.decode()[:500]


def test_a_late_arrival_is_registered_with_its_reason(world: World) -> None:
    client = browser(world.clerk)
    page = shown(client.post(at("incoming_new"), typed(world, arrived_on="26/10/2026")), 409)
    assert "Lý do đăng ký muộn" in page
    answer = client.post(at("incoming_new"), typed(world, arrived_on="26/10/2026", late_reason="Bưu điện giao chậm"))
    assert answer.status_code == 302
    assert Incoming.objects.get().number.reason == "Bưu điện giao chậm"


def test_a_scan_goes_from_the_folder_through_the_form(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    drop(folder, "b.exe")
    client = browser(world.clerk)
    listed = shown(client.get(at("scan_list")))
    assert "a.pdf" in listed
    assert "chỉ nhận tệp PDF" in listed
    answer = client.post(at("scan_next"))
    form = shown(client.get(answer["Location"]))
    scan = answer["Location"].rpartition("=")[2]
    assert f'value="{scan}"' in form
    held = client.get(at("scan_file", scan))
    assert held.content == (folder / "a.pdf").read_bytes()
    done = client.post(at("incoming_new"), typed(world, scan=scan, next="1"))
    assert done.status_code == 302, done.content.decode()[:2000]
    entry = Incoming.objects.get()
    assert (entry.received_via, entry.document.parts.count()) == ("paper", 1)
    assert client.get(at("scan_file", scan)).status_code == 404
    assert client.post(at("incoming_new"), typed(world, scan=scan, confirmed="1")).status_code == 404


@pytest.mark.parametrize("name", ["scan_list", "batch_new", "incoming_missing", "incoming_labels"])
def test_only_the_registry_opens_the_desks_pages(world: World, name: str) -> None:
    assert browser(world.officer).get(at(name)).status_code == 403
    assert browser(world.clerk).get(at(name)).status_code == 200


def test_another_body_finds_no_batch_no_scan_and_no_entry(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    client = browser(world.clerk)
    scan = client.post(at("scan_next"))["Location"].rpartition("=")[2]
    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    entry = steps.registered(world, files=())
    other = browser(world.stranger)
    for address in (at("scan_file", scan), at("batch", batch.pk), at("incoming_attach", entry.pk)):
        assert other.get(address).status_code == 404
    assert other.post(at("scan_aside", scan)).status_code == 404
    assert "a.pdf" not in shown(other.get(at("scan_list")))


def test_a_batch_is_staged_typed_and_registered_without_script(world: World) -> None:
    client = browser(world.clerk)
    files = [SimpleUploadedFile(f"{n}.pdf", steps.blank_pdf(str(n))) for n in range(3)]
    answer = client.post(at("batch_new"), {"files": files})
    batch = Batch.objects.get()
    assert answer["Location"] == at("batch", batch.pk)
    data: dict[str, Any] = {"register": "1"}
    for row in batch.rows.all():
        boxes = typed(world, printed_code=f"{row.ordinal}/QĐ-UBND", subject="" if row.ordinal == 2 else "Về việc")
        data |= {f"{row.pk}-{name}": value for name, value in boxes.items()}
    client.post(at("batch", batch.pk), data)
    page = shown(client.get(at("batch", batch.pk)))
    assert "Đã đăng ký 2, còn chờ 0, chưa được 1." in page
    assert 'value="2/QĐ-UBND"' in page
    assert client.post(at("batch_drop", batch.rows.get(ordinal=2).pk)).status_code == 302
    assert Incoming.objects.count() == 2


def test_sixty_files_leave_ten_named(world: World) -> None:
    client = browser(world.clerk)
    files = [SimpleUploadedFile(f"{n}.txt", b"Van ban %d" % n) for n in range(60)]
    page = shown(client.post(at("batch_new"), {"files": files}, follow=True))
    assert BatchRow.objects.count() == 50
    assert "tối đa 50 tệp" in page
    assert "59.txt" in page


def test_the_pages_cost_the_same_for_one_row_and_for_ten(world: World, folder: Path) -> None:
    client = browser(world.clerk)

    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown(client.get(address))
        return len(asked)

    batch = start_batch(organisation=world.office.organisation, actor=world.clerk)
    pages = [at("incoming_new"), at("scan_list"), at("incoming_missing"), at("incoming_labels"), at("batch", batch.pk)]
    steps.registered(world, files=())
    drop(folder, "x.pdf")
    client.post(at("batch_add", batch.pk), {"files": [SimpleUploadedFile("0.txt", b"mot")]})
    before = [cost(address) for address in pages]
    for n in range(8):
        steps.registered(world, files=(), printed_code=f"{100 + n}/X")
        drop(folder, f"tep-{n}x.pdf")
        client.post(at("batch_add", batch.pk), {"files": [SimpleUploadedFile(f"{n}.txt", b"hai %d" % n)]})
    after = [cost(address) for address in pages]
    assert after == before
    assert max(after) <= 30


def test_stamped_copies_of_a_day_leave_the_originals_alone(world: World) -> None:
    first = steps.registered(world)
    steps.registered(world, files=(steps.accepted("b.pdf", steps.blank_pdf("b")),), printed_code="13/X")
    steps.registered(world, files=(), printed_code="14/X")
    stored = first.document.parts.get().object
    answer = browser(world.clerk).get(at("incoming_stamped_day"), {"day": "4/11/2026"})
    assert answer["Content-Type"] == "application/pdf"
    from mocban.content.services import read_bytes

    assert sha256_hex(read_bytes(stored)) == stored.sha256
    assert browser(world.clerk).get(at("incoming_stamped_day"), {"day": "4/11/2020"}).status_code == 409
    assert browser(world.clerk).get(at("incoming_stamped_day"), {"day": "khác"}).status_code == 409


def test_the_scan_of_a_paper_entry_is_attached_on_its_page(world: World) -> None:
    entry = steps.registered(world, files=())
    client = browser(world.clerk)
    assert at("incoming_attach", entry.pk) in shown(client.get(at("incoming_missing")))
    shown(client.post(at("incoming_attach", entry.pk), {"file": SimpleUploadedFile("a.pdf", b"no pdf")}), 409)
    sent = SimpleUploadedFile("a.pdf", steps.blank_pdf("quét"))
    assert client.post(at("incoming_attach", entry.pk), {"file": sent}).status_code == 302
    assert "Mọi văn bản đến đều có tệp" in shown(client.get(at("incoming_missing")))


def test_a_program_works_the_desk(world: World, folder: Path) -> None:
    drop(folder, "a.pdf")
    drop(folder, "b.pdf")
    clerk = Caller(world.clerk)
    assert [one["name"] for one in clerk.done("get", "/registry/scans")] == ["a.pdf", "b.pdf"]
    taken = clerk.done("post", "/registry/scans/take", {})
    made = clerk.done(
        "post",
        "/registry/incoming",
        typed(world, arrived_on="2026-11-04", issued_on="2026-11-02", kind_code="decision", scan=taken["id"]),
        files={},
    )
    assert made["entry"]["received_via"] == "paper"
    found = clerk.done(
        "post", "/registry/duplicates", {"issuer_name": "Ủy ban nhân dân xã Hòa Bình", "printed_code": "12/QĐ-UBND"}
    )
    assert found[0]["entry_id"] == made["entry"]["id"]
    batch = clerk.done("post", "/registry/batches/from-folder")
    [row] = batch["rows"]
    boxes = {name: str(value) for name, value in typed(world, printed_code="77/QĐ-UBND").items()}
    clerk.done("put", f"/registry/batch-rows/{row['id']}", {"values": boxes})
    after = clerk.done("post", f"/registry/batches/{batch['id']}/register")
    assert [(one["state"], one["number"]) for one in after["rows"]] == [("registered", 2)]
    assert clerk.refused("delete", f"/registry/batch-rows/{row['id']}")[0] == 409
    assert Caller(world.officer).refused("get", "/registry/scans")[0] == 403
    assert Caller(world.stranger).refused("get", f"/registry/batches/{batch['id']}")[0] == 404
