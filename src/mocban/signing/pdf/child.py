"""The child process of `contained`: one task on one file under limits of memory and time."""

from __future__ import annotations

import json
import logging
import resource
import sys

MEMORY = 2 * 1024**3
PROCESSOR_SECONDS = 45


def main(task: str) -> None:
    """Read one message from standard input, do `task`, write the answer to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    logging.disable(logging.CRITICAL)  # what is wrong with a file is the answer, not an event of the server's log

    from mocban.signing.pdf.refusals import Refused

    message = sys.stdin.buffer.read()
    size = int.from_bytes(message[:8])
    values, pdf = json.loads(message[8 : 8 + size]), message[8 + size :]
    try:
        result, data = _do(task, pdf, values)
        answer = {"values": result}
    except Refused as refused:
        answer, data = {"refused": refused.code, "values": refused.values}, b""
    head = json.dumps(answer).encode()
    sys.stdout.buffer.write(len(head).to_bytes(8) + head + data)


def _do(task: str, pdf: bytes, values: dict[str, object]) -> tuple[dict[str, object], bytes]:
    if task == "draft":
        from mocban.signing.pdf.drafts import prepare

        return prepare(pdf, values)
    if task == "stamp":
        from mocban.signing.pdf.stamp import overlay

        return overlay(pdf, values)
    if task == "verify":
        from mocban.signing.pdf.checking import check

        return check(pdf, values)
    raise ValueError(task)


if __name__ == "__main__":
    main(sys.argv[1])
