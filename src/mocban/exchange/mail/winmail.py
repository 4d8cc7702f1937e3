"""winmail.dat (TNEF): the wrapping in which some mail programs send their attachments."""

from __future__ import annotations

from typing import Any

from tnefparse import TNEF

from .html_text import text_of
from .limits import MAX_TEXT
from .values import decoded, words

SIGNATURE = b"\x78\x9f\x3e\x22"


class BadWrapping(Exception):
    """The bytes are no TNEF that can be read."""


def unwrapped(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text and the files (name, bytes) of a winmail.dat. Raises BadWrapping."""
    try:
        found = TNEF(data, do_checksum=False)
        text = "\n".join(part for part in (_text(found.body), text_of(_text(found.htmlbody))) if part)
        files = [(words(_text(one.long_filename())), bytes(one.data)) for one in found.attachments]
        if not (text or files):
            raise BadWrapping
    except Exception as error:  # the library has no error of its own: damage shows as whatever it stumbles over
        raise BadWrapping from error
    return text[:MAX_TEXT], files


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    if isinstance(value, bytes):
        value = decoded(value, None)[0]
    return str(value or "").strip("\x00")
