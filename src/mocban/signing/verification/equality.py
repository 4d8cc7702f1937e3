"""Whether two objects of two revisions of a file say the same, followed through every reference."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pikepdf

from .objects import Ref, TooMuch, is_dict, ref

MOST_STEPS = 400_000  # of one comparison; a hostile file may be built to be walked for ever
MOST_UNPACKED = 64 * 2**20  # bytes of all streams of one comparison that were compressed anew
_PACKING = {"/Length", "/Filter", "/DecodeParms"}
_REFERENCE = re.compile(rb"(\d{1,8}) (\d{1,5}) R\b")
_CLOSE = Decimal("0.0005")  # producers write numbers anew with other digits; readers see no difference


class Equality:
    """Compares objects of `old` with objects of `new`. Objects in `apart` (pages, fields) are compared by others:
    met inside another object, they are the same when they are the same number."""

    def __init__(self, old: pikepdf.Pdf, new: pikepdf.Pdf, apart: Collection[Ref]) -> None:
        self._old, self._new, self._apart = old, new, apart
        self._equal: set[tuple[Ref, Ref]] = set()
        self._steps = 0
        self._unpacked = 0

    def same(self, old: Any, new: Any, *, skip: Collection[str] = ()) -> bool:
        """Whether `old` and `new` say the same; entries `skip` of the two dictionaries themselves are left out.

        Raises TooMuch when the objects are too many.
        """
        if skip and is_dict(old) and is_dict(new):
            keys = (set(old.keys()) | set(new.keys())) - set(skip)
            return all(key in old and key in new and self.same(old[key], new[key]) for key in keys)
        waiting = [(old, new)]
        met: set[tuple[Ref, Ref]] = set()
        while waiting:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooMuch
            if not self._step(*waiting.pop(), waiting, met):
                return False
        self._equal |= met
        return True

    def _step(self, old: Any, new: Any, waiting: list[tuple[Any, Any]], met: set[tuple[Ref, Ref]]) -> bool:
        if not isinstance(old, pikepdf.Object) or not isinstance(new, pikepdf.Object):
            return _same_scalar(old, new)
        pair = ref(old), ref(new)
        if pair[0] != (0, 0) and pair[1] != (0, 0):
            if pair in self._equal or pair in met:
                return True
            met.add(pair)
            if pair[0] in self._apart or pair[1] in self._apart:
                return pair[0] == pair[1]
        elif pair[0] in self._apart or pair[1] in self._apart:
            return False
        if old._type_code != new._type_code:
            return False
        if isinstance(old, pikepdf.Stream):
            one, other = old.read_raw_bytes(), new.read_raw_bytes()
            if one == other and old.get("/Filter") == new.get("/Filter"):
                return self._entries(old, new, waiting, {"/Length"})
            data = self._unpack(old, one)
            return data is not None and data == self._unpack(new, other) and self._entries(old, new, waiting, _PACKING)
        if isinstance(old, (pikepdf.Dictionary, pikepdf.Array)):
            written = old.unparse(resolved=True)
            if written == new.unparse(resolved=True):
                return self._references(written, waiting)
            if isinstance(old, pikepdf.Array):
                if len(old) != len(new):
                    return False
                waiting.extend(zip(old, new, strict=True))
                return True
            return self._entries(old, new, waiting, set())
        return _same_scalar(old, new)

    def _unpack(self, stream: Any, raw: bytes) -> bytes | None:
        """Return what a plain or deflated stream holds; None for other filters and for what is not whole."""
        kind, parameters = stream.get("/Filter"), stream.get("/DecodeParms")
        if isinstance(kind, pikepdf.Array) and len(kind) == 1:
            kind = kind[0]
        if parameters is not None or "/F" in stream:
            return None
        if kind is None:
            return raw
        if kind != "/FlateDecode":
            return None
        try:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(raw, MOST_UNPACKED - self._unpacked + 1)
        except zlib.error:
            return None
        self._unpacked += len(data)
        if self._unpacked > MOST_UNPACKED:
            raise TooMuch
        return data if unpacker.eof and not unpacker.unused_data.strip() else None

    def _entries(self, old: Any, new: Any, waiting: list[tuple[Any, Any]], skip: set[str]) -> bool:
        keys = set(old.keys()) - skip
        if keys != set(new.keys()) - skip:
            return False
        waiting.extend((old[key], new[key]) for key in keys)
        return True

    def _references(self, written: bytes, waiting: list[tuple[Any, Any]]) -> bool:
        """Two dictionaries or arrays are written alike: what remains is what the references in them lead to."""
        for found in _REFERENCE.finditer(written):
            objgen = int(found[1]), int(found[2])
            if objgen not in self._apart and (objgen, objgen) not in self._equal:
                waiting.append((self._old.get_object(objgen), self._new.get_object(objgen)))
        return True


def _same_scalar(old: Any, new: Any) -> bool:
    if isinstance(old, (int, Decimal)) and isinstance(new, (int, Decimal)):
        return isinstance(old, bool) == isinstance(new, bool) and abs(Decimal(old) - Decimal(new)) <= _CLOSE
    if isinstance(old, pikepdf.String) and isinstance(new, pikepdf.String):
        return bytes(old) == bytes(new) or str(old) == str(new)
    return bool(type(old) is type(new) and old == new)
