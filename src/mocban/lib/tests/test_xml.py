import pytest

from mocban.lib import xml
from mocban.lib.errors import RuleBroken

BOMB = b"""<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>"""
FILE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>"""


def code_of(data: bytes, max_bytes: int = 10_000) -> str:
    with pytest.raises(RuleBroken) as refusal:
        xml.parse(data, max_bytes)
    return refusal.value.code


def test_plain_xml_is_read() -> None:
    assert xml.parse("<a><b>Số</b></a>".encode(), 100).findtext("b") == "Số"


@pytest.mark.parametrize("data", [BOMB, FILE, b"<!DOCTYPE a><a/>", b'<!DOCTYPE a SYSTEM "http://x.invalid/a"><a/>'])
def test_declarations_are_refused(data: bytes) -> None:
    assert code_of(data) == "xml.unsafe"


@pytest.mark.parametrize("data", [b"", b"<a>", b"hello", b"\x00\xff", b"<a><b></a></b>", b"<a>\x01</a>"])
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    assert code_of(data) == "xml.malformed"


def test_a_tower_of_elements_is_refused() -> None:
    assert code_of(b"<a>" * 3000 + b"</a>" * 3000, 1_000_000) == "xml.malformed"


def test_too_much_is_refused_before_parsing() -> None:
    assert code_of(b"<a/>" + b" " * 100, 50) == "xml.too_large"
