"""PDFs that nobody should have to read: damaged, hostile, long-winded. For every door that files come in by."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf

from . import made

REVISIONS = 3_000
GIGABYTE = 1 << 30


def with_updates(data: bytes, count: int) -> bytes:
    """Append `count` updates that change nothing."""
    out = bytearray(data)
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    with pikepdf.open(io.BytesIO(data)) as document:
        root, size = document.Root.objgen[0], len(document.objects) + 1
    for _number in range(count):
        here = len(out)
        out += b"xref\n0 0\ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            size, root, start, here,
        )  # fmt: skip
        start = here
    return bytes(out)


def encrypted(user: str = "secret") -> bytes:
    """A PDF with a password; an empty one opens it without asking, yet nothing in it can be signed."""
    return made.edited(made.plain(), lambda _document: None, encryption=pikepdf.Encryption(owner="owner", user=user))


def with_xfa(document: pikepdf.Pdf) -> None:
    """A dynamic form, whose pages are drawn by a script and not by the PDF."""
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=document.make_stream(b"<xdp:xdp/>"))


def _with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _without_pages(document: pikepdf.Pdf) -> None:
    del document.pages[:]


def _in_a_circle(document: pikepdf.Pdf) -> None:
    document.Root.Pages.Kids = pikepdf.Array([document.Root.Pages])


def _signed_over_a_gigabyte(document: pikepdf.Pdf) -> None:
    """A signature field that claims to cover more bytes than there are."""
    value = pikepdf.Dictionary(
        Type=pikepdf.Name.Sig,
        Filter=pikepdf.Name("/Adobe.PPKLite"),
        SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
        ByteRange=pikepdf.Array([0, GIGABYTE, GIGABYTE + 100, GIGABYTE]),
        Contents=pikepdf.String("00" * 50),
    )
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=document.make_indirect(value))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(field)]), SigFlags=3)


# What is refused before anybody reads it.
UNREADABLE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "encrypted": encrypted,
    "no PDF": lambda: b"MZ" + b"\0" * 100,
}
# What begins as a PDF does.
BAD: dict[str, Callable[[], bytes]] = {
    "rubbish": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "cut off": lambda: made.plain()[:400],
    "header alone": lambda: b"%PDF-1.7\n%%EOF",
    "XFA": lambda: made.edited(made.plain(), with_xfa),
    "script": lambda: made.edited(made.plain(), _with_script),
    "no pages": lambda: made.edited(made.plain(), _without_pages),
    "circle of pages": lambda: made.edited(made.plain(), _in_a_circle),
    "a gigabyte signed": lambda: made.edited(made.plain(), _signed_over_a_gigabyte),
    "thousands of revisions": lambda: with_updates(made.plain(), REVISIONS),
}
LONG_WINDED = "thousands of revisions"  # a document without a signature all the same
