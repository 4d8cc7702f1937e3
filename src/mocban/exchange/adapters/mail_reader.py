"""Opens messages of strangers in a child process without network, files or privileges."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from mocban.lib.sandbox import Limits, Pool, SandboxFailed

from ..mail.model import BadMail, Message
from ..mail.wire import unpacked

TIMEOUT = 60.0  # seconds for one message


@cache
def _pool() -> Pool:
    limits = Limits(memory=2 << 30, reply=1 << 29)
    return Pool(
        "mocban.exchange.mail_child",
        size=1,
        timeout=TIMEOUT,
        idle_seconds=settings.CONVERTER_IDLE_SECONDS,
        limits=limits,
    )


def read(data: bytes) -> Message:
    """Take a message apart. Raises BadMail: broken, too_many_parts, empty, too_heavy (for time and memory given)."""
    try:
        answer, blob = _pool().call("parse", {}, data)
    except SandboxFailed as failed:
        raise BadMail("broken" if failed.reason == "crash" else "too_heavy") from failed
    if "bad" in answer:
        raise BadMail(str(answer["bad"]))
    try:
        return unpacked(answer, blob)
    except (ValueError, KeyError, TypeError) as error:
        raise BadMail("broken") from error


def stop() -> None:
    """End the idle child."""
    _pool().stop()
