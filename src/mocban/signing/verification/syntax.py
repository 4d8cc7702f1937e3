"""Whether an update of a PDF can be read in one way only.

Programs part ways over a table with two entries for one object, a dictionary with one key twice, a reference back that
stands in a comment or a string, and an object that no table names. What was added after a signature is believed only
when it leaves nothing of that open: then what qpdf sees is what every reader sees. The same things before the
signature are what was signed, and are not judged here.
"""

from __future__ import annotations

import dataclasses
import re
import zlib

from mocban.lib.disk import Content

MOST_ENTRIES, MOST_UNPACKED, MOST_TOKENS = 500_000, 32 * 2**20, 20_000
_WS = rb"[ \t\r\n\f\x00]"
_BREAK = rb"\x00\t\n\f\r ()<>\[\]{}/%"
_TOKEN = re.compile(
    rb"(?P<space>" + _WS + rb"+|%[^\r\n]*)|(?P<open><<|\[)|(?P<close>>>|\])|(?P<text>\()"
    rb"|(?P<hex><[0-9A-Fa-f \t\r\n\f\x00]*>)"
    rb"|(?P<name>/[^" + _BREAK + rb"]*)|(?P<word>[^" + _BREAK + rb"]+)"
)  # fmt: skip
_IDLE = re.compile(rb"(?:" + _WS + rb"|%[^\r\n]*[\r\n])*")
_HEADER = re.compile(rb"(?<![0-9])(\d{1,10})" + _WS + rb"+(\d{1,5})" + _WS + rb"+obj(?![A-Za-z0-9])")
_PART = re.compile(rb"[ \t\r\n\f\x00]*(\d{1,10})[ \t]+(\d{1,10})[ \t]*(?:\r\n|\r|\n)")
_ENTRY = re.compile(rb"[ \t\r\n]*(\d{1,10}) +(\d{1,5}) +([nf])(?=[ \t\r\n])")
_TRAILER = re.compile(_WS + rb"*trailer" + _WS + rb"*")
_STREAM = re.compile(_WS + rb"*stream(?:\r\n|\n)")
_ANOTHER = re.compile(rb"\btrailer" + _WS + rb"*<<")
Keys = dict[bytes, bytes]


@dataclasses.dataclass(frozen=True)
class _Entry:
    """Where an object lies: at `place` in the file, or in the object stream `place` as number `index`."""

    kind: int  # 0 free, 1 in the file, 2 in an object stream
    place: int
    index: int  # the generation of an object in the file


class Ambiguous(Exception):
    """The update can be read in more than one way, or in none."""


def one_way(data: Content, start: int, offset: int, *, shift: int, previous: int) -> bool:
    """Whether the update between `start` and the end of its section at `offset` says one thing only.

    `previous` is where its section was believed to refer back to, -1 for nowhere; offsets in the file count from
    `shift`.
    """
    try:
        table = _IDLE.match(data, offset)
        at = table.end() if table else offset
        keys, entries = _table(data, at + 4, shift) if data.startswith(b"xref", at) else _stream(data, at, shift)
        if b"XRefStm" in keys or b"Encrypt" in keys:
            return False
        back = _whole(keys[b"Prev"]) + shift if b"Prev" in keys else -1
        if back != previous or any(number >= _whole(keys[b"Size"]) for number in entries):
            return False
        _objects(data, start, at, entries)
    except (Ambiguous, KeyError, ValueError, IndexError, zlib.error):
        return False
    return True


def _whole(value: bytes) -> int:
    """Return a plain whole number. Raises Ambiguous."""
    if not value.isdigit() or len(value) > 15:
        raise Ambiguous
    return int(value)


# --- dictionaries -----------------------------------------------------------------------------------------------


def dictionary(data: Content, at: int) -> tuple[Keys, int]:
    """Return the entries of the dictionary that begins at `at` and the place behind it. Raises Ambiguous.

    Values are given as written; no name may come twice, however it is written.
    """
    found: Keys = {}
    keys: list[tuple[bytes, int, int]] = []  # name, where its value begins and ends
    depth, steps, name, begin = 0, 0, b"", 0
    last = at
    if not data.startswith(b"<<", at):
        raise Ambiguous
    while True:
        token = _TOKEN.match(data, at)
        steps += 1
        if token is None or steps > MOST_TOKENS:
            raise Ambiguous
        kind, at = token.lastgroup, token.end()
        if kind == "space":
            continue
        if kind == "text":
            at = _after_text(data, at)
        if kind == "close":
            depth -= 1
            if depth == 0:
                keys.append((name, begin, last))
                break
        elif kind == "name" and depth == 1 and (not name or data[begin:last].strip()):
            keys.append((name, begin, last))
            name, begin = _plain(token[0]), at
            last = at
            continue
        elif kind == "open":
            depth += 1
        last = at
    for one, first, end in keys[1:]:
        if one in found:
            raise Ambiguous
        found[one] = data[first:end].strip()
    if not data.startswith(b">>", at - 2):
        raise Ambiguous
    return found, at


def _plain(name: bytes) -> bytes:
    """Return a name without its slash, its #-codes resolved."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name[1:])


def _after_text(data: Content, at: int) -> int:
    """Return the place behind a literal string whose first character stands at `at`."""
    depth = 1
    for found in re.compile(rb"\\.|[()]", re.DOTALL).finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    raise Ambiguous


# --- tables -----------------------------------------------------------------------------------------------------


def _table(data: Content, at: int, shift: int) -> tuple[Keys, dict[int, _Entry]]:
    entries: dict[int, _Entry] = {}
    while not (trailer := _TRAILER.match(data, at)):
        part = _PART.match(data, at)
        if part is None:
            raise Ambiguous
        at = part.end()
        first, count = int(part[1]), int(part[2])
        if count > MOST_ENTRIES:
            raise Ambiguous
        for number in range(first, first + count):
            row = _ENTRY.match(data, at)
            if row is None:
                raise Ambiguous
            at = row.end()
            kind = 1 if row[3] == b"n" else 0
            _put(entries, number, _Entry(kind, int(row[1]) + shift if kind else 0, int(row[2])))
    keys, at = dictionary(data, trailer.end())
    idle = _IDLE.match(data, at)
    if idle is None or not data.startswith(b"startxref", idle.end()):
        raise Ambiguous
    return keys, entries


def _put(entries: dict[int, _Entry], number: int, entry: _Entry) -> None:
    if number in entries or len(entries) >= MOST_ENTRIES:
        raise Ambiguous
    entries[number] = entry


def _stream(data: Content, at: int, shift: int) -> tuple[Keys, dict[int, _Entry]]:
    header = _HEADER.match(data, at)
    if header is None:
        raise Ambiguous
    keys, rows = _unpacked(data, header.end())
    widths = _numbers(keys[b"W"])
    index = _numbers(keys[b"Index"]) if b"Index" in keys else [0, _whole(keys[b"Size"])]
    size = sum(widths)
    if len(widths) != 3 or max(widths) > 8 or not size or len(index) % 2:
        raise Ambiguous
    counts = index[1::2]
    if sum(counts) > MOST_ENTRIES or len(rows) != sum(counts) * size:
        raise Ambiguous
    entries: dict[int, _Entry] = {}
    place = 0
    for first, count in zip(index[::2], counts, strict=True):
        for number in range(first, first + count):
            kind, where, more = _row(rows, place, widths)
            place += size
            if kind not in (0, 1, 2):
                raise Ambiguous
            _put(entries, number, _Entry(kind, where + shift if kind == 1 else where, more))
    return keys, entries


def _row(rows: bytes, place: int, widths: list[int]) -> tuple[int, int, int]:
    values = []
    for width in widths:
        values.append(int.from_bytes(rows[place : place + width], "big"))
        place += width
    return values[0] if widths[0] else 1, values[1], values[2]


def _numbers(value: bytes) -> list[int]:
    """Return the numbers of an array as written. Raises Ambiguous."""
    if value[:1] != b"[" or value[-1:] != b"]":
        raise Ambiguous
    return [_whole(one) for one in value[1:-1].split()]


# --- streams that hold tables and objects -------------------------------------------------------------------------


def _unpacked(data: Content, at: int) -> tuple[Keys, bytes]:
    """Return the dictionary and the data of the stream whose object begins at `at`. Raises Ambiguous, zlib.error."""
    idle = _IDLE.match(data, at)
    keys, at = dictionary(data, idle.end() if idle else at)
    begin = _STREAM.match(data, at)
    if begin is None or b"F" in keys:
        raise Ambiguous
    length = keys[b"Length"]
    if not length.isdigit():
        end = data.find(b"endstream", begin.end())  # its length lies in another object
        raw = data[begin.end() : end if end >= 0 else begin.end()]
    else:
        raw = data[begin.end() : begin.end() + _whole(length)]
        after = begin.end() + len(raw)
        if not data[after : after + 16].lstrip().startswith(b"endstream"):
            raise Ambiguous
    return keys, _inflated(keys, raw)


def _inflated(keys: Keys, raw: bytes) -> bytes:
    kind = keys.get(b"Filter", b"").strip(b"[] \t\r\n")
    if not kind:
        return raw
    if kind != b"/FlateDecode":
        raise Ambiguous
    unpacker = zlib.decompressobj()
    found = unpacker.decompress(raw, MOST_UNPACKED)
    if not unpacker.eof or unpacker.unused_data.strip():
        raise Ambiguous
    parameters = keys.get(b"DecodeParms", b"").strip(b"[] \t\r\n")
    if parameters in (b"", b"null"):
        return found
    said, _end = dictionary(parameters, 0)
    predictor = _whole(said.get(b"Predictor", b"1"))
    if predictor == 1:
        return found
    plain = all(said.get(key, value) == value for key, value in ((b"Colors", b"1"), (b"BitsPerComponent", b"8")))
    if predictor < 10 or not plain:
        raise Ambiguous
    return _unpredicted(found, _whole(said.get(b"Columns", b"1")))


def _unpredicted(found: bytes, columns: int) -> bytes:
    """Undo the PNG predictors of rows of bytes (RFC 2083, 6). Raises Ambiguous."""
    if not 0 < columns <= 64 or len(found) % (columns + 1):
        raise Ambiguous
    out = bytearray()
    above = bytes(columns)
    for start in range(0, len(found), columns + 1):
        kind, row = found[start], bytearray(found[start + 1 : start + 1 + columns])
        for at in range(columns):
            left, up = row[at - 1] if at else 0, above[at]
            corner = above[at - 1] if at else 0
            if kind == 1:
                row[at] = (row[at] + left) & 255
            elif kind == 2:
                row[at] = (row[at] + up) & 255
            elif kind == 3:
                row[at] = (row[at] + (left + up) // 2) & 255
            elif kind == 4:
                row[at] = (row[at] + _nearest(left, up, corner)) & 255
            elif kind:
                raise Ambiguous
        out += row
        above = bytes(row)
    return bytes(out)


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


# --- objects ----------------------------------------------------------------------------------------------------


def _objects(data: Content, start: int, table: int, entries: dict[int, _Entry]) -> None:
    """Every entry leads to the object it names, and every object of the update has an entry. Raises Ambiguous."""
    named: set[int] = set()
    for number, entry in entries.items():
        if entry.kind != 1:
            continue
        idle = _IDLE.match(data, entry.place)
        header = _HEADER.match(data, idle.end() if idle else entry.place) if entry.place <= table else None
        if header is None or int(header[1]) != number or int(header[2]) != entry.index:
            raise Ambiguous
        named.add(header.start())
    if any(one.start() not in named for one in _HEADER.finditer(data, start, table)) or _ANOTHER.search(
        data, start, table
    ):
        raise Ambiguous
    held: dict[int, list[int]] = {}
    for number, entry in entries.items():
        if entry.kind != 2:
            continue
        if entry.place not in held:
            around = entries.get(entry.place)
            if around is None or around.kind != 1:
                raise Ambiguous
            held[entry.place] = _held(data, around.place)
        if held[entry.place][entry.index] != number:
            raise Ambiguous


def _held(data: Content, at: int) -> list[int]:
    """Return the numbers of the objects in the object stream at `at`, each there once. Raises Ambiguous."""
    header = _HEADER.search(data, at)
    keys, inside = _unpacked(data, header.end() if header else at)
    pairs = inside[: _whole(keys[b"First"])].split()[: 2 * _whole(keys[b"N"])]
    numbers = [_whole(one) for one in pairs[::2]]
    if len(set(numbers)) != len(numbers):
        raise Ambiguous
    return numbers
