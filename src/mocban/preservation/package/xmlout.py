"""Writing XML: namespaces, one way to serialise, texts that XML can hold."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from mocban.lib.text import clean_text

METS = "http://www.loc.gov/METS/"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREMIS = "http://www.loc.gov/premis/v3"
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # the Circular writes times with +07:00


def tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Append a child in the parent's namespace, with attributes that have a value."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, tag(namespace, name) if namespace else name)
    if text:
        child.text = clean_text(text)
    for key, value in attributes.items():
        if value:
            child.set(key, clean_text(value))
    return child


def iso(moment: datetime) -> str:
    """Return an aware moment as ISO 8601 in Vietnam time, whole seconds."""
    return moment.astimezone(_ZONE).replace(microsecond=0).isoformat()


def serialise(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))
