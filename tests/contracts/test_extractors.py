"""The ports of capture against the real programs: the sandboxed readers, LibreOffice, Tesseract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mocban.capture.adapters.libreoffice import LibreOffice
from mocban.capture.adapters.sandboxed import SandboxedExtractor
from mocban.capture.adapters.tesseract import Tesseract
from mocban.capture.ports import CaptureFailed
from mocban.content.tests import factories

WORDS = "Kính gửi: Văn phòng Tỉnh ủy Bình Sơn"
LINES = (WORDS, "Thực hiện Kế hoạch công tác năm 2026, đề nghị rà soát hồ sơ lưu trữ.", "Trân trọng.")


@pytest.fixture(scope="module")
def extractor():
    made = SandboxedExtractor(timeout=20)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def office():
    made = LibreOffice(timeout=60)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def converted(office) -> bytes:
    return office.to_pdf(factories.docx(*LINES), "docx")


def test_the_words_of_a_document_are_read(extractor):
    read = extractor.text(factories.docx(*LINES), "docx")
    assert read.pages == ["\n".join(LINES)]
    assert read.total is None
    assert read.has_words


def test_a_converted_document_keeps_its_words(extractor, converted):
    read = extractor.text(converted, "pdf")
    assert WORDS in read.pages[0]
    assert read.total == 1


def test_a_page_without_text_layer_has_no_words(extractor):
    assert not extractor.text(factories.pdf(), "pdf").has_words


@pytest.mark.parametrize("data", [b"%PDF-1.7\ngarbage", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj"])
def test_a_broken_pdf_is_an_answer_and_the_next_file_is_read(extractor, data):
    with pytest.raises(CaptureFailed) as caught:
        extractor.text(data, "pdf")
    assert caught.value.reason == "crash"
    assert extractor.text(b"xin ch\xc3\xa0o", "txt").pages == ["xin chào"]


def test_a_scan_is_recognised(extractor, converted):
    png, pages = extractor.picture(converted, "pdf", page=0, dpi=300)
    assert pages == 1
    assert WORDS in Tesseract().recognise(png)


def test_what_is_no_picture_is_an_answer():
    with pytest.raises(CaptureFailed) as caught:
        Tesseract().recognise(b"no picture")
    assert caught.value.reason == "crash"


def test_a_page_that_takes_too_long_is_given_up(extractor, converted):
    png, _ = extractor.picture(converted, "pdf", page=0, dpi=300)
    with pytest.raises(CaptureFailed) as caught:
        Tesseract(timeout=0.001).recognise(png)
    assert caught.value.reason == "timeout"


def test_a_converted_document_says_that_it_is_pdf_a_2b(converted):
    """It may be signed, and after that nothing can make it fit for an archive."""
    assert b"<pdfaid:part>2</pdfaid:part>" in converted
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in converted


def test_a_file_that_cannot_be_converted_leaves_the_converter_usable(office):
    with pytest.raises(CaptureFailed):
        office.to_pdf(b"\x00\x01\x02", "docx")
    assert office.to_pdf(factories.docx(*LINES), "docx").startswith(b"%PDF-")


def test_a_late_conversion_kills_the_converter_and_removes_its_files(office, settings):
    impatient = LibreOffice(timeout=0.001)
    with pytest.raises(CaptureFailed) as caught:
        impatient.to_pdf(factories.docx(*LINES), "docx")
    assert caught.value.reason == "timeout"
    assert not impatient.running()
    folders = list((Path(settings.DATA) / "converter").iterdir())
    assert len(folders) <= 1  # the one of the converter that the other tests share


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may take the network away")
def test_the_converter_has_no_network(office, converted):
    assert os.readlink(f"/proc/{office.process_id}/ns/net") != os.readlink("/proc/self/ns/net")
