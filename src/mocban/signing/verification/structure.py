"""What the raw bytes of a PDF say before any parser is trusted: its updates, and which bytes a signature covers.

A signature is believed to cover a document only if its byte range leaves out nothing but the digits of that very
signature, and ends where an update of the file ends. Everything after that end must again be whole updates, each
reached from the last one by /Prev: objects that only a lenient reader would find are an attack.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from mocban.lib.disk import Content

from . import syntax
from .findings import Reason

MOST_UPDATES = 500  # of one file; a document passes through some tens of hands, not thousands
_SPACE = b" \t\r\n\f\x00"
_START = re.compile(rb"startxref[ \t\r\n\f\x00]+(\d{1,15})[ \t\r\n\f\x00]+%%EOF")
_TABLE = re.compile(rb"[ \t\r\n\f\x00]*xref[ \t\r\n\f\x00]")
_STREAM = re.compile(rb"[ \t\r\n\f\x00]*\d{1,10}[ \t\r\n\f\x00]+\d{1,5}[ \t\r\n\f\x00]+obj\b")
_PREVIOUS = re.compile(rb"/Prev[ \t\r\n\f\x00]+(\d{1,15})(?![ \t\r\n\f\x00]+\d+[ \t\r\n\f\x00]+R)")
_HYBRID = re.compile(rb"/XRefStm[ \t\r\n\f\x00]+\d")
_TAIL = 2048  # readers look for the end of a file in its last kibibyte or so
_TRAILER_READ = 1 << 16


@dataclasses.dataclass(frozen=True)
class Section:
    """One cross-reference section: where it begins, where the update that it closes ends, what it refers back to."""

    offset: int
    end: int  # just after its %%EOF and line end; 0 when that was not found
    previous: int  # offset of the section before, -1 when there is none
    hybrid: bool = False


@dataclasses.dataclass(frozen=True)
class Updates:
    """The sections of a file from the last to the first. `problem` is the code of what is wrong with them, or empty."""

    sections: tuple[Section, ...]
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class Covered:
    """What one signature covers: `gap` begins at `gap_from`, `end` is the first byte after the signed part."""

    reasons: tuple[Reason, ...]
    gap_from: int = 0
    gap_to: int = 0
    end: int = 0
    whole: bool = False


def is_pdf(data: Content) -> bool:
    return b"%PDF-" in data[:1024]


def updates(data: Content, end: int | None = None) -> Updates:
    """Return the sections of `data` up to `end` (default all), found from its end as readers do."""
    end = len(data) if end is None else end
    shift = max(data.find(b"%PDF-", 0, 1024), 0)  # offsets count from the header, junk before it does not count
    tail = max(0, end - _TAIL)
    found = list(_START.finditer(data, tail, end))
    if not found:
        return Updates((), "structure.no_end")
    sections: list[Section] = []
    seen: set[int] = set()
    offset = int(found[-1][1]) + shift
    while offset not in seen:
        if len(sections) >= MOST_UPDATES:
            return Updates(tuple(sections), "structure.too_many_updates")
        section = _section(data, offset, shift, end)
        if section is None:
            return Updates(tuple(sections), "structure.broken_xref")
        seen.add(offset)
        sections.append(section)
        if section.previous < 0:
            return Updates(tuple(sections))
        offset = section.previous
    return Updates(tuple(sections), "structure.circular_xref")


def _section(data: Content, offset: int, shift: int, end: int) -> Section | None:
    if not 0 <= offset < end:
        return None
    if _TABLE.match(data, offset, min(end, offset + 32)):
        stop = _trailer_end(data, offset, end)
        start = data.rfind(b"trailer", offset, stop)
        head = data[start if start >= 0 else offset : stop]
    elif _STREAM.match(data, offset, min(end, offset + 64)):
        stop = data.find(b"stream", offset, min(end, offset + _TRAILER_READ))
        head = data[offset : stop if stop >= 0 else offset + _TRAILER_READ]
    else:
        return None
    back = _PREVIOUS.search(head)
    closing = _START.search(data, offset, end)
    closes = closing is not None and int(closing[1]) + shift == offset
    return Section(
        offset,
        _after_line(data, closing.end(), end) if closing is not None and closes else 0,
        int(back[1]) + shift if back else -1,
        hybrid=bool(_HYBRID.search(head)),
    )


def _trailer_end(data: Content, offset: int, end: int) -> int:
    stop = data.find(b"startxref", offset, end)
    return stop if stop >= 0 else min(end, offset + _TRAILER_READ)


def _after_line(data: Content, at: int, end: int) -> int:
    """Return the place after at most one line end, which belongs to the %%EOF before it."""
    if data[at : at + 2] == b"\r\n":
        return min(at + 2, end)
    return min(at + 1, end) if data[at : at + 1] in (b"\r", b"\n") else at


def covered(data: Content, byte_range: Any, contents: bytes) -> Covered:
    """Judge a byte range against the bytes of the file and against the contents that the signature claims.

    `byte_range` is whatever stands in the file. Costs nothing for ranges beyond the file.
    """
    if not isinstance(byte_range, (list, tuple)) or not all(type(one) is int for one in byte_range):
        return _refused("structure.range_missing")
    if len(byte_range) != 4 or min(byte_range) < 0 or max(byte_range) > len(data):
        return _refused("structure.range_wrong")
    first, length, second, rest = byte_range
    end = second + rest
    if first != 0 or length == 0 or rest == 0 or second < length + 2 or end > len(data):
        return _refused("structure.range_wrong")
    if data[length : length + 1] != b"<" or data[second - 1 : second] != b">":
        return _refused("structure.gap_wrong")
    digits = data[length + 1 : second - 1]
    try:
        written = bytes.fromhex(digits.translate(None, _SPACE).decode("ascii"))
    except ValueError:
        return _refused("structure.gap_wrong")
    if not contents or written != contents:
        return _refused("structure.gap_wrong")
    whole = not data[end:].strip(_SPACE)
    reasons = () if whole else _later(data, end)
    return Covered(reasons, length, second, end, whole)


def _refused(code: str) -> Covered:
    return Covered((Reason(code),))


def _later(data: Content, end: int) -> tuple[Reason, ...]:
    """Judge what stands after the signed part: whole updates on top of the signed document, and nothing else."""
    signed, whole = updates(data, end), updates(data)
    if "structure.too_many_updates" in (signed.problem, whole.problem):
        return (Reason("structure.too_many_updates", {"most": str(MOST_UPDATES)}),)
    if signed.problem and signed.sections and signed == Updates(whole.sections[-len(signed.sections) :], whole.problem):
        return (Reason("file.damaged"),)  # before anybody signed: what follows is judged by what it changes
    if signed.problem or not signed.sections:
        return (Reason("structure.ends_inside"),)
    if whole.problem or not whole.sections:
        return (Reason("structure.added_outside"),)
    later = [one for one in whole.sections if one.offset >= end]
    before = [one.offset for one in whole.sections if one.offset < end]
    if not _ends_at(signed, data, end):
        return (Reason("structure.ends_inside"),)
    if before != [one.offset for one in signed.sections] or whole.sections[: len(later)] != tuple(later):
        return (Reason("structure.added_outside"),)
    starts = data.count(b"startxref", end)
    tidy = starts == len(later) and all(one.end for one in later)
    offsets = [one.offset for one in reversed(later)]
    if not later or not tidy or offsets != sorted(offsets):
        return (Reason("structure.added_outside"),)
    if data[later[0].end :].strip(_SPACE):
        return (Reason("structure.added_outside"),)
    if any(one.hybrid for one in later):
        return (Reason("structure.hybrid"),)
    shift = max(data.find(b"%PDF-", 0, 1024), 0)
    start = end
    for one in reversed(later):
        if not syntax.one_way(data, start, one.offset, shift=shift, previous=one.previous):
            return (Reason("structure.ambiguous"),)
        start = one.end
    return ()


def _ends_at(signed: Updates, data: Content, end: int) -> bool:
    """Whether the signed part ends with its own %%EOF, white space aside."""
    last = list(_START.finditer(data, max(0, end - _TAIL), end))[-1]
    return not data[last.end() : end].strip(_SPACE) and bool(signed.sections)


def revision_ends(data: Content) -> list[int]:
    """Return where each update of the file ends, the first one first."""
    return sorted({one.end for one in updates(data).sections if one.end})
