"""The one place where XML from outside is parsed: no DTD, no entities, no network, bounded size and depth."""

from __future__ import annotations

from lxml import etree

from mocban.lib.errors import RuleBroken


def parse(data: bytes, max_bytes: int, *, keep: bool = False) -> etree._Element:
    """Return the root element of `data`; with `keep` also comments, instructions and single texts above 10 MB.

    Raises RuleBroken `xml.too_large` above `max_bytes`, `xml.unsafe` for a document type declaration (the door of
    entity attacks), `xml.malformed` for anything that is not well-formed.
    """
    if len(data) > max_bytes:
        raise RuleBroken("xml.too_large", "Tệp XML lớn hơn giới hạn cho phép nên không được đọc.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=keep,
        recover=False,
        remove_comments=not keep,
        remove_pis=not keep,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refusal(data) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe()
    return root


def _refusal(data: bytes) -> RuleBroken:
    """A document that breaks because of its declarations is an attack sooner than a slip: name it so."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return _unsafe()
    return RuleBroken("xml.malformed", "Tệp XML không đúng cú pháp nên không đọc được.")


def _unsafe() -> RuleBroken:
    return RuleBroken("xml.unsafe", "Tệp XML có khai báo kiểu tài liệu hoặc thực thể, không được phép đọc.")
