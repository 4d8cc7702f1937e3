"""Signed wrappings hide nothing: what they carry is looked at and read like a file that comes by itself."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.capture import readers
from mocban.content import formats, wrapped
from mocban.content.examine import examine
from mocban.content.tests import factories
from mocban.lib.errors import RuleBroken
from mocban.signing.tests import signed
from mocban.signing.tests.pki import pki
from tests.steps import refused

MARK = "TỐI MẬT"


def carrying(content: bytes, *, detached: bool = False) -> bytes:
    return signed.cms(pki(), content, detached=detached)


def container(**files: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
        archive.writestr("META-INF/signatures.xml", "<x/>")
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (carrying(MARK.encode()), "p7m"),
        (carrying(MARK.encode()), "p7s"),
        (carrying(factories.docx(MARK)), "p7m"),
        (container(a_txt=b"khong", b_txt=MARK.encode()), "asice"),
        (container(a_docx=factories.docx(MARK)), "asice"),
        (f"<vb dau='{MARK}'/>".encode(), "xml"),
        (f"<vb><a>x</a>{MARK}</vb>".encode(), "xml"),
        (f"<vb><a>{MARK}</a></vb>".encode("utf-16"), "xml"),
    ],
)
def test_a_mark_inside_is_read(data: bytes, extension: str) -> None:
    assert MARK in "\n".join(readers.read(data, extension))
    assert examine(data, f"van-ban.{extension}").extension == extension


def test_a_detached_signature_carries_nothing() -> None:
    data = carrying(b"Noi dung", detached=True)
    assert wrapped.inner_files(data, "p7s") == []
    assert readers.read(data, "p7s") == []
    assert examine(data, "van-ban.pdf.p7s").media_type == "application/pkcs7-signature"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.p7m", carrying(b"PK\x03\x04 an archive"), "content.damaged"),
        ("a.p7m", carrying(b"MZ\x00\x01\x02"), "content.wrapped"),
        ("a.p7m", carrying(carrying(b"Noi dung")), "content.wrapped"),
        ("a.asice", container(a_exe=b"MZ"), "content.type_refused"),
        ("a.asice", container(a_zip=b"PK\x03\x04"), "content.type_refused"),
        ("a.asice", container(a_p7m=carrying(b"Noi dung")), "content.wrapped"),
        ("a.asice", container(a_pdf=b"khong phai pdf"), "content.wrapped"),
        ("a.p7s", b"khong phai chu ky", "content.mismatch"),
        ("a.pdf", carrying(b"%PDF-1.7"), "content.mismatch"),
        ("a.xml", b"khong phai xml", "content.mismatch"),
    ],
)
def test_what_may_not_come_by_itself_may_not_come_wrapped(name: str, data: bytes, code: str) -> None:
    with refused(code):
        examine(data, name)


def test_a_signed_pdf_is_no_pdf_by_its_first_bytes() -> None:
    assert formats.family(carrying(factories.pdf())) == "cms"
    assert formats.family(factories.pdf()) == "pdf"


@given(at=st.integers(0, 2000), bit=st.integers(0, 255), cut=st.integers(0, 3000))
def test_a_damaged_wrapping_is_opened_or_called_bad(at: int, bit: int, cut: int) -> None:
    whole = carrying(b"Noi dung")
    for data in (whole[:cut], whole[:at] + bytes([bit]) + whole[at + 1 :]):
        try:
            wrapped.inner_files(data, "p7m")
        except wrapped.BadWrapping:
            continue


@given(data=st.binary(max_size=400))
def test_any_bytes_under_such_a_name_are_taken_or_refused_with_a_sentence(data: bytes) -> None:
    for extension in sorted(wrapped.WRAPPERS | {"xml"}):
        try:
            examine(data, f"a.{extension}")
        except RuleBroken as broken:
            assert_sentence(broken)


def assert_sentence(broken: RuleBroken) -> None:
    assert str(broken.message)
