"""Open PDF bytes of unknown origin with pyHanko; whatever goes wrong inside becomes one refusal."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from mocban.signing.pdf.refusals import Refused, refuse

# pyHanko promises PdfError; hostile files also reach plain Python errors inside it.
HOSTILE = (
    PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    NotImplementedError, ArithmeticError, RecursionError, EOFError, OSError,
)  # fmt: skip


@contextmanager
def hostile_input() -> Iterator[None]:
    """Turn every parser error inside the block into the refusal that the file is unreadable."""
    try:
        yield
    except Refused:
        raise
    except HOSTILE as problem:
        raise Refused("signing.unreadable") from problem


def reader(pdf: bytes) -> PdfFileReader:
    """Return a strict reader of `pdf`; refuses encrypted files. Call it inside `hostile_input`."""
    return open_reader(io.BytesIO(pdf))


def open_reader(pdf: BinaryIO) -> PdfFileReader:
    """Return a strict reader of an open file, see `reader`."""
    found = PdfFileReader(pdf)
    if found.encrypted:
        refuse("signing.encrypted")
    return found


def update(pdf: bytes) -> IncrementalPdfFileWriter:
    """Return a writer that appends to `pdf`; refuses encrypted files. Call it inside `hostile_input`."""
    return open_update(io.BytesIO(pdf))


def open_update(pdf: BinaryIO) -> IncrementalPdfFileWriter:
    """Return a writer that appends to an open file, see `update`."""
    writer = IncrementalPdfFileWriter(pdf)
    if writer.prev.encrypted:
        refuse("signing.encrypted")
    return writer


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """Return the bytes of the file with the writer's update appended."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
