"""The text of files inside signed files, and of XML: whatever is signed is read as if it had come by itself."""

from __future__ import annotations

from mocban.content import formats
from mocban.content.wrapped import Inner, inner_files
from mocban.lib import xml

from . import office, pdf, plain, sheets, word97

MAX_XML = 100 * 1024 * 1024  # bytes, as large as an upload may be


def read_xml(data: bytes, first_pages: int | None) -> list[str]:
    """Return every text of an XML file, one a line, attributes too: a mark may stand anywhere."""
    lines = []
    for element in xml.parse(data, MAX_XML).iter():
        lines += [element.text or "", *(str(value) for value in element.attrib.values()), element.tail or ""]
    return ["\n".join(line.strip() for line in lines if line.strip())][:first_pages]


def read_cms(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text of what a signature carries."""
    return _read(inner_files(data, "p7m"), first_pages)


def read_container(data: bytes, first_pages: int | None) -> list[str]:
    """Return the texts of the files in an ASiC-E container, one after the other."""
    return _read(inner_files(data, "asice"), first_pages)


def _read(files: list[Inner], first_pages: int | None) -> list[str]:
    return [page for one in files for page in _one(one, first_pages)]


def _one(file: Inner, first_pages: int | None) -> list[str]:
    """Read by content, not by name: a wrapped file may have none."""
    family = formats.family(file.data)
    if family == "pdf":
        return pdf.read(file.data, first_pages)
    if family == "text":
        looks = file.data.lstrip()[:1] == b"<"
        return read_xml(file.data, first_pages) if looks else plain.read(file.data, first_pages)
    if family == "zip":
        reader = {"docx": office.read_docx, "pptx": office.read_pptx, "odt": office.read_odt}
        return reader.get(_office_kind(file.data), sheets.read)(file.data, first_pages)
    if family == "ole":
        return word97.read(file.data, first_pages)
    return []


def _office_kind(data: bytes) -> str:
    """Which office format a zip is, by the names of its parts, which stand uncompressed in its directory."""
    for kind, marker in (("docx", b"word/document.xml"), ("pptx", b"ppt/presentation.xml")):
        if marker in data:
            return kind
    return "odt" if b"opendocument.text" in data[:200] else ""
