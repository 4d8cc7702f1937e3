"""Text of a legacy Word file (.doc, Word 97–2003) straight from its piece table.

Written from the published structure (MS-DOC). It works in memory, so a legacy file too is checked for secrecy marks
before anything of it reaches a disk, which a conversion by an office program would not allow.
"""

from __future__ import annotations

import re
import struct

from mocban.content.ole import CompoundFile

MAX_PIECES = 200_000
SHORT_BOX = 40  # characters: text boxes of a stamp's size are shown first, longer ones last
MAX_SHORT_BOXES = 10
_WORD97 = 0xC1  # the lowest format version with this layout
_TABLE_FLAG = 0x0200
_COUNTS_AT = 0x4C  # lengths of body, footnotes, headers, macros, comments, endnotes, text boxes, header boxes
_CLX_AT = 0x01A2
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_ODD = re.compile("[\x00-\x06\x08\x0e-\x1d]")


def read(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text split at page breaks; headers and stamp-sized text boxes first, notes last.

    Raises ValueError for a file that does not hold together.
    """
    compound = CompoundFile(data)
    word = compound.stream("WordDocument")
    if len(word) < _CLX_AT + 8 or struct.unpack_from("<H", word, 2)[0] < _WORD97:
        raise ValueError("older than Word 97")
    table = compound.stream("1Table" if struct.unpack_from("<H", word, 10)[0] & _TABLE_FLAG else "0Table")
    whole = _pieces(word, table)
    body, notes, heads, _, comments, ends, boxes, head_boxes = _stories(whole, word)
    stamps, long_boxes = _sort_boxes(boxes + head_boxes)
    parts = [_clean(heads), *stamps, _clean(body), *long_boxes, _clean(notes + comments + ends)]
    return "\n".join(part for part in parts if part.strip()).split("\f")[:first_pages]


def _pieces(word: bytes, table: bytes) -> str:
    start, length = struct.unpack_from("<II", word, _CLX_AT)
    pieces = _piece_table(table[start : start + length])
    count = (len(pieces) - 4) // 12
    if not 0 < count <= MAX_PIECES:
        raise ValueError("piece table")
    places = struct.unpack_from(f"<{count + 1}I", pieces)
    text = []
    for index in range(count):
        where = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * index + 2)[0]
        characters = places[index + 1] - places[index]
        if characters < 0 or characters > len(word):
            raise ValueError("piece length")
        text.append(_piece(word, where, characters))
    return "".join(text)


def _piece(word: bytes, where: int, characters: int) -> str:
    """A piece is one byte a character when bit 30 is set, two bytes otherwise."""
    if where & 0x4000_0000:
        begin = (where & 0x3FFF_FFFF) // 2
        return word[begin : begin + characters].decode("cp1252", "replace")
    begin = where & 0x3FFF_FFFF
    return word[begin : begin + 2 * characters].decode("utf-16-le", "replace")


def _piece_table(clx: bytes) -> bytes:
    position = 0
    while position + 5 <= len(clx) and clx[position] == 1:  # property runs stand before the table
        position += 3 + int(struct.unpack_from("<H", clx, position + 1)[0])
    if position + 5 > len(clx) or clx[position] != 2:
        raise ValueError("no piece table")
    length = struct.unpack_from("<I", clx, position + 1)[0]
    return clx[position + 5 : position + 5 + length]


def _stories(whole: str, word: bytes) -> list[str]:
    lengths = struct.unpack_from("<8I", word, _COUNTS_AT)
    stories = []
    begin = 0
    for length in lengths:
        stories.append(whole[begin : begin + length])
        begin += length
    return stories


def _sort_boxes(boxes: str) -> tuple[list[str], list[str]]:
    lines = [line.strip() for line in _clean(boxes).split("\n") if line.strip()]
    stamps = [line for line in lines if len(line) <= SHORT_BOX][:MAX_SHORT_BOXES]
    return stamps, [line for line in lines if line not in stamps]


def _clean(text: str) -> str:
    previous = None
    while previous != text:  # fields nest; each pass opens one level
        previous, text = text, _FIELD.sub(lambda found: found[1] or "", text)
    text = text.replace("\r", "\n").replace("\x07", "\n").replace("\x0b", "\n")
    return _ODD.sub("", text.replace("\x1e", "-").replace("\x1f", ""))
