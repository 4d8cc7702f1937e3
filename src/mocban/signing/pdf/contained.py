"""Run work on unknown PDF files in a child process with limits, so that a hostile file ends there.

The child gets neither settings nor secrets, only the file and plain values; what comes back is plain values and bytes.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mocban
from mocban.signing.pdf.refusals import Refused, refuse

log = logging.getLogger(__name__)
SECONDS = 60
SOURCE = str(Path(mocban.__file__).resolve().parents[1])


def run(task: str, pdf: bytes, values: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Run the child's `task` on `pdf`; returns its values and bytes, raises Refused.

    A child that crashes or is stopped by a limit means an unreadable or too complex file, never an error of ours.
    """
    head = json.dumps(values).encode()
    message = len(head).to_bytes(8) + head + pdf
    environment = {"PYTHONPATH": SOURCE, "PATH": os.defpath, "LANG": "C.UTF-8"}
    if "MOCBAN_FONTS" in os.environ:
        environment["MOCBAN_FONTS"] = os.environ["MOCBAN_FONTS"]
    try:
        done = subprocess.run(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "mocban.signing.pdf.child", task],
            input=message, capture_output=True, timeout=SECONDS, env=environment, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        refuse("signing.too_long")
    if done.returncode:
        # The file may be hostile or we may be wrong: the log keeps what a developer needs to tell which.
        log.error("PDF task %s ended with %s: %s", task, done.returncode, done.stderr[-2000:].decode(errors="replace"))
        refuse("signing.unreadable")
    size = int.from_bytes(done.stdout[:8])
    answer = json.loads(done.stdout[8 : 8 + size])
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["values"])
    return answer["values"], done.stdout[8 + size :]
