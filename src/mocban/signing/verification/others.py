"""Judge a file of a known kind in the helper process."""

from __future__ import annotations

from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import Refused

from .detect import UNKNOWN
from .findings import FileFinding
from .identity import unreadable
from .trust import Trust


def judge_other(data: bytes, kind: str, *, trust: Trust, content: bytes | None = None) -> FileFinding:
    """Return what the signatures in `data`, of the `kind` that `detect` told, are worth.

    `content` is the file that a detached signature is about. Never raises for what the file holds.
    """
    if kind == UNKNOWN:
        return unreadable("file.unknown_format")
    values = {"kind": kind, "trust": trust.as_values(), "size": -1 if content is None else len(data)}
    try:
        answer, _nothing = contained.run("judge", data + (content or b""), values)
    except Refused as refused:
        return unreadable("file.too_complex" if refused.code == "signing.too_long" else "file.unreadable")
    return FileFinding.read(answer["finding"])
