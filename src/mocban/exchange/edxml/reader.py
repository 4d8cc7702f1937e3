"""Bytes → a small tree, with every guard on: no DTD, bounded size, depth and number of elements.

expat instead of `lib.xml`: attachments are single texts of many megabytes. lxml either refuses texts above 10 MB or
drops all its guards; expat hands the text over in pieces, so base64 is decoded as it passes and never held whole.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.text import nfc

from . import names
from .limits import Limits

ENCODED = "ContentTransferEncoded"
_FEED = 1024 * 1024
_SEPARATOR = " "


@dataclass(slots=True)
class Node:
    """An element: `name` is the local name when it is of the format's namespace, else `{namespace}local`."""

    name: str
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    data: bytes = b""  # decoded content of ContentTransferEncoded

    @property
    def text(self) -> str:
        return nfc("".join(self.pieces)).strip()

    def child(self, name: str) -> Node | None:
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def value(self, name: str) -> str:
        found = self.child(name)
        return found.text if found else ""


def read(data: bytes, limits: Limits) -> Node:
    """Return the root element. Raises RuleBroken `edxml.too_large`, `edxml.unsafe`, `edxml.malformed`."""
    if len(data) > limits.packet:
        raise RuleBroken("edxml.too_large", _("Gói tin lớn hơn giới hạn cho phép nên không được đọc."))
    tree = _Tree(limits)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.characters
    try:
        view = memoryview(data)
        for start in range(0, len(data), _FEED):
            parser.Parse(bytes(view[start : start + _FEED]), False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise RuleBroken(
            "edxml.malformed", _("Gói tin không đúng cú pháp XML nên không đọc được; giữ lại để bên gửi gửi lại.")
        ) from error
    if tree.root is None:
        raise RuleBroken("edxml.malformed", _("Gói tin rỗng."))
    return tree.root


def _refuse_declarations(*_declared: object) -> None:
    raise RuleBroken("edxml.unsafe", _("Gói tin có khai báo kiểu tài liệu hoặc thực thể, không được phép đọc."))


class _Tree:
    """Builds nodes from expat's calls and counts what it builds."""

    def __init__(self, limits: Limits) -> None:
        self.root: Node | None = None
        self._limits = limits
        self._open: list[Node] = []
        self._elements = 0
        self._length = 0
        self._decoder: _Base64 | None = None

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > self._limits.elements or len(self._open) >= self._limits.depth:
            raise RuleBroken("edxml.too_large", _("Gói tin có quá nhiều phần tử nên không được đọc."))
        node = Node(_local(name))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._length = 0
        self._decoder = _Base64(self._limits.attachment) if node.name == ENCODED else None

    def end(self, _name: str) -> None:
        node = self._open.pop()
        if self._decoder is not None:
            node.data = self._decoder.finish()
            self._decoder = None

    def characters(self, text: str) -> None:
        if self._decoder is not None:
            self._decoder.feed(text)
            return
        self._length += len(text)
        if self._length > self._limits.text:
            raise RuleBroken("edxml.too_large", _("Một trường của gói tin dài quá giới hạn nên không được đọc."))
        self._open[-1].pieces.append(text)


class _Base64:
    """Decodes base64 that comes in pieces of any length, white space ignored."""

    def __init__(self, limit: int) -> None:
        self._decoded = bytearray()
        self._rest = ""
        self._limit = limit
        self._padded = False

    def feed(self, text: str) -> None:
        pending = self._rest + "".join(text.split())
        whole = len(pending) - len(pending) % 4
        self._rest = pending[whole:]
        if not whole:
            return
        if self._padded:
            raise _bad_base64()
        try:
            self._decoded += binascii.a2b_base64(pending[:whole], strict_mode=True)
        except ValueError as error:
            raise _bad_base64() from error
        self._padded = pending[whole - 1] == "="
        if len(self._decoded) > self._limit:
            raise RuleBroken("edxml.too_large", _("Tệp đính kèm trong gói tin lớn hơn giới hạn cho phép."))

    def finish(self) -> bytes:
        if self._rest:
            raise _bad_base64()
        return bytes(self._decoded)


def _bad_base64() -> RuleBroken:
    return RuleBroken("edxml.base64", _("Tệp đính kèm trong gói tin bị hỏng: mã hóa base64 không đúng."))


def _local(name: str) -> str:
    namespace, separator, local = name.rpartition(_SEPARATOR)
    if separator and namespace == names.NAMESPACE:
        return local
    return f"{{{namespace}}}{local}"
