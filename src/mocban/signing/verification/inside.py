"""The helper's side of judging: the kind of the file decides who judges it."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from mocban.lib.disk import Content
from mocban.lib.sandbox_child import mapped_at

from . import detect
from .findings import FileFinding
from .trust import Trust

KEPT = 2  # grounds of trust remembered
_known: dict[str, Trust] = {}


def judge_here(values: dict[str, Any], data: Content) -> dict[str, Any]:
    """Return {"finding": …} for the bytes `data`; {} when the ground of trust is not known here and must be sent.

    `values` holds the `kind` that was detected, the digest of the `ground` of trust, the ground itself as `trust` when
    it is sent, the moment `at`, and the length of the signature file `size`: what stands behind that many bytes is the
    content of a detached signature; -1 when there is none, or it is a file of its own, whose path is `content`.
    """
    ground = _ground(values["ground"], values.get("trust"))
    if ground is None:
        return {}
    trust = dataclasses.replace(ground, at=datetime.fromisoformat(values["at"]))
    size = int(values["size"])
    content: Any = None
    signature = data
    if size >= 0:
        signature, content = data[:size], data[size:]
    elif "content" in values:
        content = memoryview(mapped_at(values["content"]))
    return {"finding": _judged(values["kind"], signature, trust, content).as_values()}


def _ground(digest: str, sent: dict[str, Any] | None) -> Trust | None:
    """Return what to rely on, and remember what was sent: the next files are mostly judged on the same."""
    if sent is not None:
        while len(_known) >= KEPT:
            del _known[next(iter(_known))]
        _known[digest] = Trust.read(sent)
    return _known.get(digest)


def _judged(kind: str, file: Content, trust: Trust, content: Any) -> FileFinding:
    if kind == detect.PDF:
        from .pdf import judge_pdf  # each format has libraries of its own: only those needed are loaded

        return judge_pdf(file, trust)
    data = file[:]
    if kind == detect.CMS:
        from .cms import judge_cms

        return judge_cms(data, trust=trust, content=content)
    if kind == detect.XML:
        from .xml import judge_xml

        return judge_xml(data, trust=trust)
    if kind == detect.ZIP:
        from .asice import judge_asic

        return judge_asic(data, trust=trust)
    from .identity import unreadable

    return unreadable("file.unknown_format")
