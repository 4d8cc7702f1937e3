"""Judge a file of a known kind in the helper process."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from mocban.lib.disk import DiskFile
from mocban.lib.sandbox_child import path_text
from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import Refused

from .detect import UNKNOWN
from .findings import FileFinding
from .identity import unreadable
from .trust import Trust

LARGE = 4 << 20  # bytes of a file that are not sent twice
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def judge_other(
    file: bytes | DiskFile, kind: str, *, trust: Trust, content: bytes | DiskFile | None = None
) -> FileFinding:
    """Return what the signatures in `file`, of the `kind` that `detect` told, are worth.

    `content` is the file that a detached signature is about. Never raises for what the file holds.
    """
    if kind == UNKNOWN:
        return unreadable("file.unknown_format")
    values: dict[str, Any] = {"kind": kind, "size": -1, "at": trust.at.isoformat()}
    if isinstance(content, DiskFile):
        values["content"] = path_text(content.path)
    elif content is not None:  # a detached signature is small
        file = file if isinstance(file, bytes) else file.mapped()[:]
        values["size"] = len(file)
        file += content
    try:
        answer = _asked(file, values, trust)
    except Refused as refused:
        return unreadable("file.too_complex" if refused.code == "signing.too_long" else "file.unreadable")
    return FileFinding.read(answer["finding"])


def _asked(file: bytes | DiskFile, values: dict[str, Any], trust: Trust) -> dict[str, Any]:
    """Ask a helper. A list of revoked certificates may have megabytes: it is sent to each helper once.

    Raises Refused.
    """
    ground = dataclasses.replace(trust, at=_ANY_TIME)
    values = {**values, "ground": _digest(ground)}
    if isinstance(file, DiskFile) or len(file) < LARGE:
        answer, _nothing = contained.run("judge", file, values)
        if "finding" in answer:
            return answer
    return contained.run("judge", file, {**values, "trust": ground.as_values()})[0]


@lru_cache(maxsize=4)
def _digest(ground: Trust) -> str:
    return ground.digest()
