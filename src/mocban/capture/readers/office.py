"""Text of zipped office files (OOXML, ODF): paragraphs in order, table cells and text boxes on their own lines."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from mocban.lib import xml

MAX_PART = 64 * 1024 * 1024  # bytes of one unpacked part
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DIGITS = re.compile(r"\d+")


def read_docx(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text split at page breaks; headers stand first and footers last, where a marking is looked for."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        heads = [_word_text(archive, name) for name in _numbered(names, r"word/header\d*\.xml")]
        body = _word_text(archive, "word/document.xml")
        feet = [_word_text(archive, name) for name in _numbered(names, r"word/(?:footer|footnotes|endnotes)\d*\.xml")]
    pages = "\n".join([*_distinct(heads), body, *_distinct(feet)]).split("\f")
    return pages[:first_pages]


def read_pptx(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text of each slide."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        slides = _numbered(archive.namelist(), r"ppt/slides/slide\d+\.xml")[:first_pages]
        return [_slide_text(_part(archive, name)) for name in slides]


def read_odt(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text as one page; headers and footers stand first."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in ("styles.xml", "content.xml") if name in archive.namelist()]
        return ["\n".join(filter(None, (_odf_text(_part(archive, name)) for name in parts)))]


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    with archive.open(name) as part:
        return xml.parse(part.read(MAX_PART + 1), MAX_PART)


def _numbered(names: list[str], pattern: str) -> list[str]:
    matching = (name for name in names if re.fullmatch(pattern, name))
    return sorted(matching, key=lambda name: [int(number) for number in _DIGITS.findall(name)])


def _distinct(texts: list[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text.strip()]


def _word_text(archive: zipfile.ZipFile, name: str) -> str:
    return "".join(_word_pieces(_part(archive, name))).strip("\n")


def _word_pieces(root: etree._Element) -> Iterator[str]:
    """Walk in document order. Word keeps each text box twice; the fallback copy is left out, as are deleted words."""
    skipping = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipping is not None:
            skipping = None if event == "end" and element is skipping else skipping
        elif event == "end":
            yield "\n" if element.tag == _W + "p" else ""
        elif element.tag in (_FALLBACK, _W + "delText", _W + "instrText"):
            skipping = element
        else:
            yield _word_piece(element)


def _word_piece(element: etree._Element) -> str:
    tag = element.tag
    if tag == _W + "t":
        return element.text or ""
    if tag == _W + "tab":
        parent = element.getparent()  # a tab stop of the paragraph's properties is not a typed tab
        return "\t" if parent is not None and parent.tag == _W + "r" else ""
    if tag == _W + "br":
        return "\f" if element.get(_W + "type") == "page" else "\n"
    if tag == _W + "noBreakHyphen":
        return "-"
    if tag == _W + "lastRenderedPageBreak":
        return "\f"
    return "\n" if tag == _W + "txbxContent" else ""


def _slide_text(root: etree._Element) -> str:
    paragraphs = root.iter(_A + "p")
    return "\n".join("".join(run.text or "" for run in paragraph.iter(_A + "t")) for paragraph in paragraphs)


def _odf_text(root: etree._Element) -> str:
    paragraphs = (element for element in root.iter(_T + "p", _T + "h"))
    return "\n".join("".join(_odf_pieces(paragraph)) for paragraph in paragraphs)


def _odf_pieces(paragraph: etree._Element) -> Iterator[str]:
    """The words of one paragraph; paragraphs inside it (text boxes) are read on their own."""
    yield paragraph.text or ""
    for child in paragraph:
        if child.tag not in (_T + "p", _T + "h", _T + "tracked-changes"):
            if child.tag in (_T + "tab", _T + "line-break"):
                yield "\t" if child.tag == _T + "tab" else "\n"
            elif child.tag == _T + "s":
                yield " "
            yield from _odf_pieces(child)
        yield child.tail or ""
