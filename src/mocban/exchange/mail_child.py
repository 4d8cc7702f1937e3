"""The sandbox child that opens foreign messages: `python -m mocban.exchange.mail_child`, started by lib.sandbox.Pool.

Request: `parse` with the bytes of a message answers its values and the bytes of its parts (exchange.mail.wire), or
{"bad": reason}.
"""

from __future__ import annotations

from typing import Any

from mocban.exchange.mail.model import BadMail
from mocban.exchange.mail.parse import parse
from mocban.exchange.mail.wire import packed
from mocban.lib.sandbox_child import serve


def read(payload: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a message apart."""
    try:
        return packed(parse(data))
    except BadMail as bad:
        return {"bad": bad.reason}, b""


if __name__ == "__main__":
    serve({"parse": read})
