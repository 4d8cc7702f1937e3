"""Attacks on the bytes that a signature covers, built from their published descriptions: none is ever called valid.

Universal signature forgery, incremental saving attack and signature wrapping (Mladenov et al., CCS 2019), and tricks
with updates and cross-reference sections.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

EVIL = made.WORDS.replace("1.000.000", "9.999.999").encode()


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return made.sign(made.plain(), pki)


@pytest.fixture(scope="module")
def double(pki: Pki, signed: bytes) -> bytes:
    return made.sign(signed, pki, "organisation", field="seal")


def patched(data: bytes, pattern: bytes, replacement: bytes) -> bytes:
    """Replace one place by as many bytes, so that no offset moves; the new text is padded with spaces."""
    found = re.search(pattern, data)
    assert found, pattern
    assert len(replacement) <= len(found[0]), (found[0], replacement)
    return data[: found.start()] + replacement.ljust(len(found[0])) + data[found.end() :]


RANGE, CONTENTS = rb"/ByteRange ?\[[^\]]*\]", rb"/Contents ?<[0-9a-fA-F]*>"
FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "range missing": lambda data: patched(data, RANGE, b""),
    "range empty": lambda data: patched(data, RANGE, b"/ByteRange []"),
    "range null": lambda data: patched(data, RANGE, b"/ByteRange null"),
    "range zero": lambda data: patched(data, RANGE, b"/ByteRange [0 0 0 0]"),
    "range name": lambda data: patched(data, RANGE, b"/ByteRange /All"),
    "range negative": lambda data: patched(data, RANGE, b"/ByteRange [0 -1 5 9]"),
    "range two numbers": lambda data: patched(data, RANGE, b"/ByteRange [0 9]"),
    "range real numbers": lambda data: patched(data, RANGE, b"/ByteRange [0 9.5 5 1]"),
    "range of a gigabyte": lambda data: patched(data, RANGE, b"/ByteRange[0 9 9 1073741824]"),
    "range far beyond the file": lambda data: patched(data, RANGE, b"/ByteRange[0 99999999999 1 1]"),
    "range not from the start": lambda data: patched(data, RANGE, b"/ByteRange [9 99 999 9]"),
    "range overlapping": lambda data: patched(data, RANGE, b"/ByteRange [0 999 500 999]"),
    "contents missing": lambda data: patched(data, CONTENTS, b""),
    "contents empty": lambda data: patched(data, CONTENTS, b"/Contents <>"),
    "contents null": lambda data: patched(data, CONTENTS, b"/Contents null"),
    "contents zero": lambda data: patched(data, CONTENTS, b"/Contents <00>"),
    "contents a name": lambda data: patched(data, CONTENTS, b"/Contents /A"),
    "both missing": lambda data: patched(patched(data, CONTENTS, b""), RANGE, b""),
    "sub-filter unknown": lambda data: patched(data, rb"/ETSI.CAdES.detached", b"/x.y"),
    "sub-filter missing": lambda data: patched(data, rb"/SubFilter /ETSI.CAdES.detached", b""),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_universal_forgery_is_never_valid(name: str, signed: bytes, pki: Pki) -> None:
    found = made.judged(FORGERIES[name](signed), pki.trust())
    assert [one.conclusion for one in found.signatures] == [Conclusion.INVALID]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_signature_beside_a_good_one_spoils_the_file(
    name: str, signed: bytes, double: bytes, pki: Pki
) -> None:
    forged = signed + FORGERIES[name](double[len(signed) :])
    assert made.judged(forged, pki.trust()).conclusion == Conclusion.INVALID


# --- incremental saving ------------------------------------------------------------------------------------------


def page_stream(data: bytes) -> int:
    """Return the number of the object with the words of the first page."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return document.pages[0].Contents.objgen[0]


def evil_object(data: bytes) -> bytes:
    return b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (page_stream(data), len(EVIL), EVIL)


def last_start(data: bytes) -> int:
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def table(
    data: bytes, body: bytes, *, trailer: bool = True, prev: int | None = None, start: int | None = None
) -> bytes:
    """Append `body` (one object) with a table of its own."""
    at, out = len(data) + 1, data + b"\n" + body
    xref = len(out)
    number = int(body.split()[0])
    with pikepdf.open(io.BytesIO(data)) as document:
        root, size = document.Root.objgen[0], len(document.objects) + 20
    out += b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \n" % (number, at)
    if trailer:
        back = last_start(data) if prev is None else prev
        out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, back)
    return out + b"startxref\n%d\n%%%%EOF\n" % (xref if start is None else start)


def copied_signature(data: bytes) -> bytes:
    """The field gets a copy of the signature dictionary, which claims the old bytes."""
    return made.updated(data, copy_signature)


def copy_signature(writer) -> None:  # type: ignore[no-untyped-def]
    from pyhanko.pdf_utils.generic import pdf_name

    reference, entry = made.field_of(writer, "signature")
    old = entry["/V"]
    copy = type(old)(old)
    entry[pdf_name("/V")] = writer.add_object(copy)
    writer.mark_update(reference.reference)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"].get_object()._data = EVIL
    page["/Contents"].get_object()._encoded_data = None
    writer.mark_update(page.raw_get("/Contents").reference)


SAVINGS: dict[str, Callable[[bytes], bytes]] = {
    "whole update": lambda data: table(data, evil_object(data)),
    "objects alone": lambda data: data + b"\n" + evil_object(data),
    "objects and end mark": lambda data: data + b"\n" + evil_object(data) + b"%%EOF\n",
    "objects and old start": lambda data: data + evil_object(data) + b"startxref\n%d\n%%%%EOF\n" % last_start(data),
    "table without trailer": lambda data: table(data, evil_object(data), trailer=False),
    "trailer without table": lambda data: (
        data
        + evil_object(data)
        + b"trailer\n<< /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (last_start(data), last_start(data))
    ),
    "start that leads nowhere": lambda data: table(data, evil_object(data), start=7),
    "start beyond the end": lambda data: table(data, evil_object(data), start=10**9),
    "previous skips the signature": lambda data: table(
        data, evil_object(data), prev=int(re.findall(rb"startxref\s+(\d+)", data)[0])
    ),
    "previous leads in a circle": lambda data: table(
        data, evil_object(data), prev=len(data) + 1 + len(evil_object(data))
    ),
    "junk after the end": lambda data: data + b"% only a comment\n",
    "junk without a line end": lambda data: data.rstrip() + b"x",
    "content freed": lambda data: table(data, b"%d 0 obj\nnull\nendobj\n" % page_stream(data)).replace(
        b"%010d 00000 n" % (len(data) + 1), b"0000000000 00001 f"
    ),
    "copied signature": copied_signature,
    "hidden update before a harmless one": lambda data: table(
        table(data, evil_object(data)), b"9000 0 obj\nnull\nendobj\n", prev=last_start(data)
    ),
}


@pytest.mark.parametrize("name", SAVINGS)
def test_incremental_saving_is_never_valid(name: str, signed: bytes, pki: Pki) -> None:
    found = made.judged(SAVINGS[name](signed), pki.trust())
    assert found.conclusion != Conclusion.VALID
    assert all(one.conclusion == Conclusion.INVALID for one in found.signatures)


@pytest.mark.parametrize("name", SAVINGS)
def test_incremental_saving_after_two_signatures_is_never_valid(name: str, double: bytes, pki: Pki) -> None:
    assert made.judged(SAVINGS[name](double), pki.trust()).conclusion != Conclusion.VALID


def test_an_update_with_two_tables_is_not_valid(signed: bytes, pki: Pki) -> None:
    hybrid = table(signed, evil_object(signed)).replace(b"/Size", b"/XRefStm 9 /Size")
    assert made.judged(hybrid, pki.trust()).conclusion != Conclusion.VALID


def test_white_space_and_an_update_that_changes_nothing_are_no_attack(signed: bytes, pki: Pki) -> None:
    made.assert_valid(signed + b"\r\n\x00 \n", pki.trust())
    made.assert_valid(made.updated(signed, lambda writer: writer.add_object(pdf_null())), pki.trust())


def pdf_null():  # type: ignore[no-untyped-def]
    from pyhanko.pdf_utils.generic import NullObject

    return NullObject()


# --- signature wrapping ------------------------------------------------------------------------------------------


def numbers(data: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"/ByteRange ?\[([^\]]*)\]", data)[0].split()]


def wrapped(data: bytes, put: bytes, *, inside: bool = False) -> bytes:
    """Move the second signed part behind `put`, and point the byte range there: the digest still fits."""
    _zero, first, second, rest = numbers(data)
    gap = data[first:second]
    gap = gap[:-1] + put + b">" if inside else gap + put
    shifted = data[:first] + gap + data[second : second + rest]
    return patched(shifted, RANGE, b"/ByteRange [0 %d %d %d]" % (first, first + len(gap), rest))


def after_the_block(data: bytes) -> bytes:
    """Put bytes into the zeros that fill the room of the signature."""
    _zero, _first, second, _rest = numbers(data)
    return data[: second - 41] + b"ab" * 20 + data[second - 1 :]


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "object between the parts": lambda data: wrapped(data, evil_object(data)),
    "object and table between the parts": lambda data: wrapped(
        data, evil_object(data) + b"xref\n0 0\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    ),
    "inside the digits": lambda data: wrapped(data, b">" + evil_object(data) + b"<", inside=True),
    "more digits": lambda data: wrapped(data, b"00" * 40, inside=True),
    "bytes in the filling zeros": after_the_block,
    "only a space": lambda data: wrapped(data, b" "),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_signature_wrapping_is_never_valid(name: str, signed: bytes, pki: Pki) -> None:
    found = made.judged(WRAPPINGS[name](signed), pki.trust())
    assert found.conclusion != Conclusion.VALID


def test_the_rest_of_the_file_behind_the_second_part_counts(signed: bytes, pki: Pki) -> None:
    _zero, first, second, rest = numbers(signed)
    shorter = patched(signed, RANGE, b"/ByteRange [0 %d %d %d]" % (first, second, rest - 60))
    assert made.judged(shorter, pki.trust()).conclusion == Conclusion.INVALID


def test_two_fields_do_not_share_a_signature(signed: bytes, pki: Pki) -> None:
    def share(writer) -> None:  # type: ignore[no-untyped-def]
        from pyhanko.pdf_utils import generic
        from pyhanko.pdf_utils.generic import pdf_name, pdf_string

        _reference, entry = made.field_of(writer, "signature")
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Sig"),
                pdf_name("/T"): pdf_string("second"),
                pdf_name("/V"): entry.raw_get("/V"),
            }
        )
        writer.root["/AcroForm"]["/Fields"].append(writer.add_object(field))
        writer.update_container(writer.root["/AcroForm"]["/Fields"])

    assert made.judged(made.updated(signed, share), pki.trust()).conclusion == Conclusion.INVALID


def test_a_removed_signature_leaves_a_document_that_proves_nothing(double: bytes, pki: Pki) -> None:
    def remove(writer) -> None:  # type: ignore[no-untyped-def]
        from pyhanko.pdf_utils.generic import pdf_name

        del writer.root["/AcroForm"]
        assert pdf_name("/AcroForm") not in writer.root
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        del page["/Annots"]
        writer.update_container(page)
        writer.update_root()

    assert made.judged(made.updated(double, remove), pki.trust()).conclusion == Conclusion.INDETERMINATE


def test_a_changed_byte_is_found_wherever_it_is(signed: bytes, pki: Pki) -> None:
    _zero, first, second, _rest = numbers(signed)
    for place in [*range(9, first, 97), *range(second, len(signed) - 8, 31)]:
        spoiled = bytearray(signed)
        spoiled[place] ^= 1
        assert made.judged(bytes(spoiled), pki.trust()).conclusion != Conclusion.VALID, place
