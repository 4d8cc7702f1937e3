"""Files beside an old register: found by name, code or number; looked at like any file from outside."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from mocban.registry.importing.file_sources import in_folder, in_zip
from mocban.registry.models import Incoming, RegisterImport
from mocban.registry.services.importing import run_import, stage_files
from mocban.secrecy.choices import Channel
from mocban.secrecy.models import Incident
from tests import steps
from tests.world import DAY, World

from . import old_registers as old

pytestmark = pytest.mark.django_db
HEADER = [*old.INCOMING, "Tên tệp"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_files(world: World, rows: list, data: bytes, how: str) -> tuple[RegisterImport, object]:
    held = old.checked(world, old.workbook(rows, header=HEADER), files=how)
    taken = stage_files(register_import=held, files=in_zip(data), channel=Channel.UPLOAD, actor=world.clerk)
    return run_import(register_import=held, actor=world.chief, on=DAY), taken


def parts_of(world: World) -> dict[int, list[str]]:
    entries = Incoming.objects.filter(organisation=world.office.organisation)
    return {one.number_value: [part.object.name for part in one.document.parts.all()] for one in entries}


def test_files_are_found_by_the_name_in_the_row_whatever_its_spelling(world: World) -> None:
    rows = [
        [*old.incoming_row(1), "D:\\vanban\\Công văn 1.PDF"],
        [*old.incoming_row(2), "cong van 2"],
        [*old.incoming_row(3), "khong-co.pdf"],
    ]
    data = zipped(
        {
            unicodedata.normalize("NFD", "2016/Công văn 1.pdf"): steps.blank_pdf("1"),
            "2016/Công văn 2.pdf": steps.blank_pdf("2"),
            "__MACOSX/._x": b"x",
        }
    )
    held, taken = with_files(world, rows, data, "name")
    assert (taken.stored, taken.refused) == (2, 0)
    assert parts_of(world) == {1: ["Công văn 1.pdf"], 2: ["Công văn 2.pdf"], 3: []}
    assert "Không tìm thấy tệp “khong-co.pdf”" in old.problems(held)[4][1]


def test_names_of_old_systems_in_a_zip_are_understood() -> None:
    name = "Công văn đến.pdf"
    for written in (old.in_tcvn3(name).encode("cp1252"), name.encode()):
        place = "x" * len(written)  # a member whose name is bytes without the sign of UTF-8, as old programs write it
        [file] = in_zip(zipped({place: b"x"}).replace(place.encode(), written))
        assert file.path == name
    [plain] = in_zip(zipped({name: b"x"}))
    assert plain.path == name


def test_files_are_found_by_number_and_by_code(world: World) -> None:
    rows = [[*old.incoming_row(one), ""] for one in (1, 2)]
    data = zipped(
        {
            "2016/001.pdf": steps.blank_pdf("1"),
            "2015/2.pdf": steps.blank_pdf("2"),
            "2016/2 UBND-VP.pdf": steps.blank_pdf("3"),
        }
    )
    with_files(world, rows, data, "number")
    assert parts_of(world) == {1: ["001.pdf"], 2: ["2 UBND-VP.pdf"]}
    more = [[*old.incoming_row(7), ""]]
    with_files(world, more, zipped({"7-UBND-VP.pdf": steps.blank_pdf("7")}), "code")
    assert parts_of(world)[7] == ["7-UBND-VP.pdf"]


def test_bad_files_are_listed_and_the_others_kept(world: World) -> None:
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    data = zipped(
        {
            "../../etc/passwd.pdf": steps.blank_pdf("1"),
            "virus.exe": b"MZ",
            "rong.pdf": b"",
            "bom.pdf": b"\x00" * 40_000_000,
            "tot.pdf": steps.blank_pdf("ok"),
        }
    )
    taken = stage_files(register_import=held, files=in_zip(data), channel=Channel.UPLOAD, actor=world.clerk)
    assert (taken.stored, taken.refused) == (1, 4)
    problems = dict(held.files.exclude(problem="").values_list("path", "problem"))
    assert "không an toàn" in problems["../../etc/passwd.pdf"]
    assert "phình ra" in problems["bom.pdf"]
    with steps.refused("files.unreadable"):
        stage_files(register_import=held, files=in_zip(b"x"), channel=Channel.UPLOAD, actor=world.clerk)


def test_a_secret_file_leaves_not_even_its_name(world: World) -> None:
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    text = "ỦY BAN NHÂN DÂN\nSố: 15/BC-UBND\nMẬT\nBáo cáo\n".encode()
    taken = stage_files(
        register_import=held, files=in_zip(zipped({"chuyen-kin.txt": text})), channel=Channel.UPLOAD, actor=world.clerk
    )
    assert (taken.stored, taken.refused) == (0, 1)
    assert "chuyen-kin" not in str(list(held.files.values_list("path", "key", "problem")))
    assert Incident.objects.filter(organisation=world.office.organisation).count() == 1


def test_a_folder_on_the_server_without_following_links(world: World, tmp_path: Path) -> None:
    (tmp_path / "2016").mkdir()
    (tmp_path / "2016" / "1.pdf").write_bytes(steps.blank_pdf("1"))
    (tmp_path / "2016" / "lien-ket.pdf").symlink_to("/etc/passwd")
    held = old.staged(world, old.workbook([old.incoming_row(1)]))
    taken = stage_files(register_import=held, files=in_folder(tmp_path), channel=Channel.UPLOAD, actor=world.clerk)
    assert (taken.stored, taken.refused) == (1, 1)
    again = stage_files(register_import=held, files=in_folder(tmp_path), channel=Channel.UPLOAD, actor=world.clerk)
    assert (again.stored, again.known) == (0, 1)
