"""Open PDF bytes of unknown origin with pyHanko; whatever goes wrong inside becomes one refusal."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from mocban.lib.disk import File, appended
from mocban.signing.pdf.refusals import Refused, refuse

# pyHanko promises PdfError; hostile files also reach plain Python errors inside it.
HOSTILE = (
    PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    NotImplementedError, ArithmeticError, RecursionError, EOFError, OSError, UnsupportedAlgorithm,
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


def open_reader(pdf: BinaryIO) -> PdfFileReader:
    """Return a strict reader of an open file; refuses encrypted ones. Call it inside `hostile_input`."""
    found = PdfFileReader(pdf)
    if found.encrypted:
        refuse("signing.encrypted")
    return found


def open_update(pdf: BinaryIO) -> IncrementalPdfFileWriter:
    """Return a writer that appends to an open file; refuses encrypted ones. Call it inside `hostile_input`."""
    writer = IncrementalPdfFileWriter(pdf)
    if writer.prev.encrypted:
        refuse("signing.encrypted")
    return writer


def updated(pdf: File, work: Callable[[IncrementalPdfFileWriter], None]) -> File:
    """Return the file with the update that `work` writes. Raises Refused."""

    def append(stream: BinaryIO) -> None:
        writer = open_update(stream)
        work(writer)
        writer.write_in_place()

    with hostile_input():
        return appended(pdf, append)
