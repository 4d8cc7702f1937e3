"""What a file is, by its bytes and never by its name; cheap and safe enough for the process that asks.

What stands at the very start decides before a PDF header further on: a container and a message may hold a whole PDF
near their start, while readers of PDF accept their header anywhere in the first 1024 bytes.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import re

from mocban.lib.disk import DiskFile

PDF, CMS, XML, ZIP, UNKNOWN = "pdf", "cms", "xml", "zip", ""

_HEADER_WITHIN = 1024
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_XML_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_\x80-\xff]|\A(?:\xfe\xff\x00<|\xff\xfe<\x00)")
_PEM = re.compile(rb"\A\s*-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s([A-Za-z0-9+/=\s]*)-----END \1-----\s*\Z")
_PEM_START = re.compile(rb"\A\s*-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----")
_BASE64_START = re.compile(rb"\A\s*MI[A-Za-z0-9+/\s]{40}")
_MESSAGE_START = re.compile(rb"\A\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){1,50}")
_HEADER_NAME = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):", re.MULTILINE)
_MESSAGE_TYPE = re.compile(rb"^content-type:\s*application/(?:x-)?pkcs7-mime", re.IGNORECASE | re.MULTILINE)


def detect(file: bytes | DiskFile) -> str:
    """Return which kind of file it is: PDF, CMS, XML, ZIP or UNKNOWN."""
    head = file[:_HEADER_WITHIN] if isinstance(file, bytes) else file.head(_HEADER_WITHIN)
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    if _is_signed_data(head) or _is_wrapped(head):
        return CMS
    if b"%PDF-" in head:
        return PDF
    return XML if _XML_START.match(head) else UNKNOWN


def der_of(data: bytes) -> bytes:
    """Return the CMS message itself: taken out of PEM, bare base64 or an S/MIME message. Raises ValueError.

    Words around it are no part of it, and what a reader would see must not be passed over: PEM holds nothing else.
    """
    if _is_signed_data(data[:64]):
        return data
    if found := _PEM.match(data):
        return _decoded(found.group(2))
    if _MESSAGE_START.match(data):
        body = email.message_from_bytes(data, policy=email.policy.default).get_payload(decode=True)
        return body if isinstance(body, bytes) else b""
    return _decoded(data)


def unsigned_headers(data: bytes) -> list[str]:
    """Return the names of the headers of an S/MIME message that say something to a reader: nobody signs them."""
    if _is_signed_data(data[:64]) or not (found := _MESSAGE_START.match(data)):
        return []
    names = [name.decode() for name in _HEADER_NAME.findall(found.group())]
    return [name for name in names if not name.casefold().startswith(("content-", "mime-"))]


def _is_signed_data(head: bytes) -> bool:
    """Whether a BER sequence starts with the name of signed data: after its tag and 1 to 5 bytes of length."""
    return head[:1] == b"\x30" and _SIGNED_DATA in head[2 : 6 + len(_SIGNED_DATA)]


def _is_wrapped(head: bytes) -> bool:
    if _PEM_START.match(head) or _BASE64_START.match(head):
        return True
    found = _MESSAGE_START.match(head)
    return bool(found and _MESSAGE_TYPE.search(found.group()))


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as problem:
        raise ValueError("not base64") from problem
