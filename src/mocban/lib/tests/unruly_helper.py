"""A sandbox helper that misbehaves on request, run as a real process by the tests."""

from __future__ import annotations

import ctypes
import os
import socket
import tempfile
from typing import Any, BinaryIO

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox import serve

Answer = tuple[dict[str, Any], bytes]


def echo(payload: dict[str, Any], blob: bytes) -> Answer:
    print("noise that must not reach the frames")
    return {"payload": payload, "pid": os.getpid()}, blob


def environment(_payload: dict[str, Any], _blob: bytes) -> Answer:
    return {"names": sorted(os.environ), "descriptors": len(os.listdir("/proc/self/fd"))}, b""


def crash(_payload: dict[str, Any], _blob: bytes) -> Answer:
    ctypes.string_at(0)
    return {}, b""


def forever(_payload: dict[str, Any], _blob: bytes) -> Answer:
    while True:
        pass


def bomb(_payload: dict[str, Any], _blob: bytes) -> Answer:
    return {}, b"x" * (4 << 30)


def raises(_payload: dict[str, Any], _blob: bytes) -> Answer:
    raise KeyError("something a parser throws")


def refuses(_payload: dict[str, Any], _blob: bytes) -> Answer:
    raise RuleBroken("file.encrypted", "Tệp có mật khẩu nên không đọc được.", "Điều 1")


def writes(_payload: dict[str, Any], _blob: bytes) -> Answer:
    try:
        with tempfile.TemporaryFile() as stream:
            stream.write(b"x")
            stream.flush()
    except OSError:
        return {"written": False}, b""
    return {"written": True}, b""


def network(_payload: dict[str, Any], _blob: bytes) -> Answer:
    return {"interfaces": [name for _, name in socket.if_nameindex() if name != "lo"]}, b""


def copy(payload: dict[str, Any], blob: Any, out: BinaryIO) -> dict[str, Any]:
    out.write(blob[: payload["first"]])
    if payload["fails"]:
        raise KeyError("halfway")
    out.write(blob[payload["first"] :])
    return {"length": len(blob), "in_memory": isinstance(blob, bytes)}


if __name__ == "__main__":
    serve(
        {
            "echo": echo,
            "environment": environment,
            "crash": crash,
            "forever": forever,
            "bomb": bomb,
            "raises": raises,
            "refuses": refuses,
            "writes": writes,
            "network": network,
        },
        {"copy": copy},
    )
