"""The inside of a sandbox process: fences itself in, then answers requests until its input closes.

Frames in both directions: two big-endian 32-bit lengths, a JSON object, a run of bytes. A frame without an object is a
piece of the bytes of the next one that has it. A request may name a file instead of bringing bytes.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import signal
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from mocban.lib.disk import Content, DiskFile, content_of
from mocban.lib.errors import RuleBroken

Handler = Callable[[dict[str, Any], Any], tuple[dict[str, Any], bytes]]
Maker = Callable[[dict[str, Any], Any, BinaryIO], dict[str, Any]]

HEADER = struct.Struct(">II")
PIECE = 1 << 18  # bytes sent at a time
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 38, 4
_GRACE = 5  # seconds the parent has to notice a late answer before the process ends itself


def head(message: Mapping[str, Any], size: int) -> bytes:
    """Return the beginning of a frame that ends with `size` bytes."""
    written = json.dumps(message, ensure_ascii=False).encode()
    return HEADER.pack(len(written), size) + written


def pack(message: Mapping[str, Any], blob: bytes) -> bytes:
    """Return one frame."""
    return head(message, len(blob)) + blob


def path_text(path: Path) -> str:
    """Return a path as it travels in a frame: names need not be UTF-8."""
    return os.fsencode(path.resolve()).hex()


def mapped_at(text: str) -> Content:
    """Return the content of the file at the path that `path_text` wrote. Raises OSError."""
    return content_of(DiskFile(Path(os.fsdecode(bytes.fromhex(text))), scratch=Path("/")))


def serve(handlers: Mapping[str, Handler], makers: Mapping[str, Maker] | None = None) -> None:
    """Serve `handlers` by name over standard input and output; returns when the input closes.

    A handler gets plain values and the content, which is `bytes`, or `Mapped` where the request names a file, and
    returns values and bytes. One of `makers` writes the file that it makes to a stream instead, piece by piece.
    The first frame names the limits, which are in force before any foreign byte is read. What a handler prints goes
    to standard error. A RuleBroken travels back to the caller; any other exception is reported and ends the process.
    """
    requests, replies = _take_over_the_pipes()
    first = _read(requests)
    if first is None:
        return
    _send(replies, {"ready": True, "network_closed": fence(first[0])}, b"")
    while (request := _read(requests)) is not None:
        message, blob = request
        signal.alarm(int(message["seconds"]) + _GRACE)
        try:
            name, payload, content = message["name"], message["payload"], _content(message, blob)
            if makers and name in makers:
                with _Pieces(replies) as out:
                    answer, data = makers[name](payload, content, out), b""  # type: ignore[arg-type]
            else:
                answer, data = handlers[name](payload, content)
        except RuleBroken as refusal:
            answer, data = {}, b""
            broken = {"code": refusal.code, "message": str(refusal.message), "citation": refusal.citation}
            _send(replies, {"broken": broken}, data)
        except MemoryError:
            del blob, request, content
            _send(replies, {"failed": "memory"}, b"")
            return
        except Exception as error:  # whatever a parser throws: the caller must hear of it, and this process is spent
            _send(replies, {"failed": "crash", "detail": type(error).__name__}, b"")
            return
        else:
            _send(replies, {"answer": answer}, data)
        signal.alarm(0)
        del blob, request, content  # an idle helper holds no file


def _content(message: dict[str, Any], blob: bytes) -> Content:
    return mapped_at(message["path"]) if "path" in message else blob


class _Pieces(io.RawIOBase):
    """A stream whose content goes out as frames without an object."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies, self._held = replies, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        if len(self._held) >= PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._held:
            self._replies.write(HEADER.pack(0, len(self._held)))
            self._replies.write(self._held)
            self._held = bytearray()


def fence(limits: Mapping[str, int]) -> bool:
    """Apply `memory` (bytes), `cpu` (seconds), `files` (descriptors); no writing of files, no core dump, no privileges.

    Returns whether the network could be closed as well, which the kernel does not permit everywhere.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    closed = any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for kind, limit in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    return closed


def _take_over_the_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the frames on private descriptors, so that a chatty library cannot break them."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, replies


def _read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    words, blob = HEADER.unpack(header)
    return json.loads(stream.read(words)), stream.read(blob)


def _send(stream: BinaryIO, message: Mapping[str, Any], blob: bytes) -> None:
    stream.write(head(message, len(blob)))
    stream.write(blob)
    stream.flush()
