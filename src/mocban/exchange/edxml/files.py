"""Attachments of a received packet: matched with the manifest, taken out of their zip, looked at for damage."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from . import names, wrapping
from .limits import Limits
from .model import Attachment
from .reader import ENCODED, Node
from .values import Notes
from .wrapping import extension

_NO_NODE = Node("")
_MAGIC = {
    "pdf": (b"%PDF-",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
}
_HEAD = 1024  # bytes: readers of PDF accept the signature anywhere in the first kilobyte
_REPLACEMENT = "\ufffd".encode()  # what is left of a byte that was pushed through a text string
_MANY = 20


def read_attachments(root: Node, manifest: Node, limits: Limits, notes: Notes) -> tuple[Attachment, ...]:
    """Return the files of the packet in their order.

    A Reference of the manifest is found by ContentId without `cid:`, else by position, else by name: senders number
    the two lists independently.
    """
    references = manifest.all("Reference")
    holder = root.child("AttachmentEncoded") or _NO_NODE
    found = holder.all("Attachment")[: limits.attachments + 1]
    if len(found) > limits.attachments:
        raise RuleBroken("edxml.too_large", _("Gói tin có quá nhiều tệp đính kèm nên không được đọc."))
    if len(references) > len(found):
        notes.add("attachment_absent", "edXMLManifest", str(len(references)))
    return tuple(_read(node, _reference(node, place, references), limits, notes) for place, node in enumerate(found))


def damaged(name: str, data: bytes) -> bool:
    """Whether the bytes cannot be what the name says: another signature, or binary pushed through a text string."""
    expected = _MAGIC.get(extension(name))
    if expected is None:
        return False
    head = data[:_HEAD]
    known = any(magic in head if magic == b"%PDF-" else head.startswith(magic) for magic in expected)
    return not known or (data.count(_REPLACEMENT) > _MANY and _is_text(data))


def _is_text(data: bytes) -> bool:
    """Whether binary data is valid UTF-8 throughout: only data that passed through a text string is."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(node: Node, reference: Node, limits: Limits, notes: Notes) -> Attachment:
    name = node.value("AttachmentName") or reference.value("AttachmentName")
    if not name:
        notes.add("attachment_unnamed", "Attachment", node.value("ContentId"))
    encoded = node.child(ENCODED)
    data, oddity = wrapping.unwrap(name, encoded.data if encoded else b"", limits)
    if oddity:
        notes.add(oddity, "Attachment", name)
    if not data:
        notes.add("attachment_empty", "Attachment", name)
    elif damaged(name, data):
        notes.add("attachment_damaged", "Attachment", name)
    if reference is _NO_NODE:
        notes.add("attachment_unlisted", "Attachment", name)
    return Attachment(
        name=name,
        data=data,
        description=node.value("Description") or reference.value("Description"),
        content_id=_content_id(node),
        declared_type=node.value("ContentType") or reference.value("ContentType"),
    )


def _reference(node: Node, place: int, references: list[Node]) -> Node:
    wanted, name = _content_id(node), node.value("AttachmentName")
    by_id = [reference for reference in references if wanted and _content_id(reference) == wanted]
    by_place = references[place : place + 1]
    by_name = [reference for reference in references if name and reference.value("AttachmentName") == name]
    return next(iter(by_id or by_place or by_name), _NO_NODE)


def _content_id(node: Node) -> str:
    return node.value("ContentId").removeprefix(names.CONTENT_ID_SCHEME)
