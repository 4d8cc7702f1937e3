"""What may be stored is what its name says, whole, open and harmless."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from mocban.content.examine import describe, examine
from mocban.lib.errors import RuleBroken

from . import factories

_OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(data: bytes, name: str) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        examine(data, name)
    return caught.value


def test_a_pdf_is_described_with_its_format_and_digest():
    found = examine(factories.pdf(), "Công văn 12.PDF")
    assert (found.media_type, found.extension, found.safe_name) == ("application/pdf", "pdf", "Công văn 12.PDF")
    assert found.puid.startswith("fmt/")
    assert len(found.sha256) == 64
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("make", "name", "media_type"),
    [
        (lambda: factories.docx("Kính gửi"), "du-thao.docx", "application/vnd.openxmlformats-officedocument"),
        (factories.png, "anh.png", "image/png"),
        ("Nội dung".encode, "ghi-chu.txt", "text/plain"),
        ("a;b\n1;2".encode, "bang.csv", "text/csv"),
    ],
)
def test_other_accepted_formats_are_recognised(make, name, media_type):
    assert examine(make(), name).media_type.startswith(media_type)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "rong.pdf", "content.empty"),
        (b"MZ\x90\x00", "virus.exe", "content.type_refused"),
        (b"PK\x03\x04", "tep", "content.type_refused"),
        (b"MZ\x90\x00\x03", "cong-van.pdf", "content.mismatch"),
        (b"\x89PNG\r\n\x1a\n", "anh.jpg", "content.mismatch"),
        (b"PK\x03\x04 hong", "bao-cao.docx", "content.damaged"),
        (_OLE_HEAD + b"\xff" * 600, "cu.doc", "content.damaged"),
        (b"x", "mau.docm", "content.macros"),
        (b"nh\xe1\x00\x01\x02", "chu.txt", "content.mismatch"),
    ],
)
def test_what_is_not_what_it_seems_is_refused(data, name, code):
    assert refusal(data, name).code == code


def test_the_refusal_names_the_file_in_vietnamese():
    assert "“cong-van.pdf”" in str(refusal(b"MZ", "../../cong-van.pdf").message).replace("..-..-", "")


def test_an_encrypted_pdf_is_refused():
    assert refusal(factories.encrypted_pdf(), "mat-khau.pdf").code == "content.encrypted"


def test_a_zip_that_calls_itself_a_document_is_refused():
    assert refusal(factories.zipped({"a.txt": b"a"}), "bao-cao.docx").code == "content.mismatch"


def test_a_document_with_macros_is_refused():
    with_macros = factories.docx("a", **{"word__vbaProject.bin": b"macro"})
    assert refusal(with_macros, "bao-cao.docx").code == "content.macros"


def test_a_document_encrypted_by_its_office_program_is_refused():
    assert refusal(compound("EncryptionInfo", "EncryptedPackage"), "bao-cao.doc").code == "content.encrypted"


def test_an_old_workbook_with_macros_is_refused():
    assert refusal(compound("Workbook", "_VBA_PROJECT_CUR"), "bang.xls").code == "content.macros"


def test_an_old_workbook_without_macros_is_accepted():
    assert examine(compound("Workbook"), "bang.xls").media_type == "application/vnd.ms-excel"


def test_a_file_that_swells_is_refused():
    bomb = factories.docx("a", **{"word__media.bin": b"\0" * (64 * 1024 * 1024)})
    assert len(bomb) < 200_000
    assert refusal(bomb, "phinh.docx").code == "content.bomb"


def test_an_encrypted_part_of_an_office_file_is_refused():
    data = bytearray(factories.docx("a"))
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        last = archive.start_dir
    data[last + 8] |= 1
    assert refusal(bytes(data), "khoa.docx").code == "content.encrypted"


def test_an_embedded_file_is_accepted_with_a_warning():
    found = examine(factories.docx("a", **{"word__embeddings__x.xlsx": b"x"}), "kem.docx")
    assert len(found.warnings) == 1
    assert "kem.docx" in found.warnings[0]


def test_what_the_system_makes_itself_is_described_without_refusal():
    made = describe(b"<edXML/>", "goi.edxml", "application/xml")
    assert (made.media_type, made.size, made.safe_name) == ("application/xml", 8, "goi.edxml")


def compound(*names: str) -> bytes:
    """The smallest compound file with empty streams of these names: header, one FAT sector, one directory sector."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = bytearray(512)
    head[:8] = _OLE_HEAD
    head[0x1A:0x22] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00"
    head[0x1E:0x22] = b"\x09\x00\x06\x00"
    numbers = {0x2C: 1, 0x30: 1, 0x38: 4096, 0x3C: end, 0x40: 0, 0x44: end, 0x48: 0, 0x4C: 0}
    for place, number in numbers.items():
        head[place : place + 4] = number.to_bytes(4, "little")
    head[0x50:] = b"\xff" * (512 - 0x50)
    fat = b"".join(number.to_bytes(4, "little") for number in [0xFFFFFFFD, end, *[free] * 126])
    entries = b"".join(_entry(name, 5 if not index else 2) for index, name in enumerate(["Root Entry", *names]))
    return bytes(head) + fat + entries.ljust(512, b"\0")


def _entry(name: str, kind: int) -> bytes:
    encoded = name.encode("utf-16-le")
    start = (0xFFFFFFFE).to_bytes(4, "little")
    head = encoded.ljust(64, b"\0") + (len(encoded) + 2).to_bytes(2, "little") + bytes([kind, 1]) + b"\xff" * 12
    return head.ljust(116, b"\0") + start + b"\0" * 8
