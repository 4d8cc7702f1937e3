"""Text comes out of every accepted format, stamps and text boxes included."""

from __future__ import annotations

import io
import struct

import pikepdf
import pytest
import xlsxwriter

from mocban.capture.readers import read
from mocban.content.tests import factories
from mocban.lib.errors import RuleBroken
from mocban.secrecy.choices import Level
from mocban.secrecy.marks import detect_marks

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def word(body: str) -> bytes:
    document = f'<w:document xmlns:w="{_W}" xmlns:mc="{_MC}"><w:body>{body}</w:body></w:document>'
    return factories.zipped({"word/document.xml": document.encode()})


def paragraph(inner: str) -> str:
    return f"<w:p><w:r>{inner}</w:r></w:p>"


def test_page_breaks_part_the_pages_of_a_document():
    body = paragraph("<w:t>một</w:t>") + paragraph('<w:br w:type="page"/><w:t>hai</w:t>')
    assert read(word(body), "docx") == ["một\n", "hai"]


def test_a_text_box_is_read_once_and_on_its_own_line():
    box = f"<w:txbxContent>{paragraph('<w:t>TỐI MẬT</w:t>')}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    text = "\f".join(read(word(paragraph(f"<w:t>Số 5-BC/TU</w:t>{both}")), "docx"))
    assert text.count("TỐI MẬT") == 1
    assert detect_marks(text).level == Level.TOP_SECRET


def test_a_stamp_in_the_header_of_a_document_is_read_first():
    header = f'<w:hdr xmlns:w="{_W}">{paragraph("<w:t>MẬT</w:t>")}</w:hdr>'.encode()
    pages = read(factories.docx("Nội dung", **{"word__header1.xml": header}), "docx")
    assert pages == ["MẬT\nNội dung"]


def test_deleted_words_are_not_read():
    assert read(word(paragraph("<w:t>còn</w:t><w:delText>đã xóa</w:delText>")), "docx") == ["còn"]


def test_a_document_with_an_entity_is_refused():
    bad = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with pytest.raises(RuleBroken):
        read(factories.zipped({"word/document.xml": bad}), "docx")


def test_an_open_document_text_is_read():
    name = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = f'<d xmlns:t="{name}"><t:h>Tiêu đề</t:h><t:p>Một<t:tab/>hai<t:s/>ba</t:p></d>'.encode()
    assert read(factories.zipped({"content.xml": content}), "odt") == ["Tiêu đề\nMột\thai ba"]


def test_each_sheet_of_a_workbook_is_a_page():
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        book.add_worksheet("Sổ đến").write_row(0, 0, ["Số", "Trích yếu"])
        book.add_worksheet("Sổ đi").write(2, 0, "Hết")
    assert read(output.getvalue(), "xlsx") == ["Sổ đến\nSố\tTrích yếu", "Sổ đi\nHết"]


def test_an_annotation_of_a_pdf_is_read_with_its_page():
    document = pikepdf.new()
    document.add_blank_page()
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[10, 10, 90, 40], Contents="TUYỆT MẬT"
    )
    document.pages[0].Annots = document.make_indirect(pikepdf.Array([document.make_indirect(note)]))
    output = io.BytesIO()
    document.save(output)
    assert detect_marks("\f".join(read(output.getvalue(), "pdf"))).level == Level.ABSOLUTE_SECRET


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("xin chào".encode(), "xin chào"),
        ("xin chào".encode("utf-8-sig"), "xin chào"),
        ("xin chào".encode("utf-16"), "xin chào"),
        ("đoàn".encode("cp1258"), "đoàn"),
    ],
)
def test_plain_text_is_read_in_the_encodings_of_offices(data, text):
    assert read(data, "txt") == [text]


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04"])
@pytest.mark.parametrize("extension", ["doc", "docx", "xlsx", "odt", "pptx"])
def test_a_broken_office_file_raises_and_does_not_hang(data, extension):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever a parser throws; the child answers for it
        read(data, extension)
    assert not isinstance(caught.value, MemoryError | RecursionError | struct.error | AssertionError) or data == b""


def test_a_picture_has_no_text():
    assert read(factories.png(), "png") == []


def test_only_the_first_pages_are_read_when_asked():
    assert read(b"1\f2\f3", "txt", 2) == ["1", "2"]
