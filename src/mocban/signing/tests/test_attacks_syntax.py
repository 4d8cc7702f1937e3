"""Updates that programs read in different ways, and signatures that permit two things at once: none is ever valid."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable

import pikepdf
import pytest

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification import objects, syntax
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.pdf_changes import permission_of

EVIL = made.WORDS.replace("1.000.000", "9.999.999").encode()
Attack = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return made.sign(made.plain(), pki)


def start_of(data: bytes) -> int:
    return int(re.findall(rb"startxref\s+(\d+)", data)[-1])


def numbers(data: bytes) -> tuple[int, int, int]:
    """Return the numbers of the catalog and of the first page's words, and a size that holds all objects."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return document.Root.objgen[0], document.pages[0].Contents.objgen[0], len(document.objects) + 10


def evil(number: int) -> bytes:
    return b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(EVIL), EVIL)


def ended(body: bytes, table: int) -> bytes:
    return body + b"startxref\n%d\n%%%%EOF\n" % table


def tabled(data: bytes, rows: bytes, keys: bytes = b"/Prev %(old)d", body: bytes = b"") -> bytes:
    """Append `body` and a table; `keys` of its trailer may name %(old)d, the table before."""
    root, _words, size = numbers(data)
    table = len(data) + len(body)
    more = keys % {b"old": start_of(data)}
    return ended(data + body + b"xref\n%strailer\n<</Size %d/Root %d 0 R %s>>\n" % (rows, size, root, more), table)


NOTHING = b"0 1\n0000000000 65535 f \n"


def changed(data: bytes) -> bytes:
    """The words of the page are others: what the attack wants some readers to see."""
    _root, words, _size = numbers(data)
    return tabled(data, b"%d 1\n%010d 00000 n \n" % (words, len(data)), body=evil(words))


def over_changed(keys: bytes) -> Attack:
    """A second, empty update refers back in a way that some readers follow to the changed words, others past them."""

    def attack(data: bytes) -> bytes:
        first = changed(data)
        named = keys.replace(b"OLD", b"%d" % start_of(data)).replace(b"EVIL", b"%d" % start_of(first))
        return tabled(first, NOTHING, named)

    return attack


def two_entries(data: bytes, *, last: bool) -> bytes:
    _root, words, _size = numbers(data)
    row = b"%d 1\n%010d 00000 n \n"
    old = data.index(b"%d 0 obj" % words)
    pair = [row % (words, len(data)), row % (words, old)]
    return tabled(data, b"".join(pair if last else pair[::-1]), body=evil(words))


def other_root(keys: bytes) -> Attack:
    """The trailer names two catalogs."""

    def attack(data: bytes) -> bytes:
        root, words, size = numbers(data)
        with pikepdf.open(io.BytesIO(data)) as document:
            pages = document.Root.Pages.objgen[0]
        body = b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (size - 1, pages)
        rows = b"%d 1\n%010d 00000 n \n" % (size - 1, len(data))
        out = tabled(data, rows, body=body)
        at = out.rindex(b"/Root %d 0 R" % root)
        named = keys % {b"good": root, b"evil": size - 1}
        return out[:at] + named + out[at + len(b"/Root %d 0 R" % root) :]

    return attack


def streamed(rows: list[tuple[int, int, int]], index: bytes, *, more: bytes = b"") -> Callable[[bytes, bytes], bytes]:
    def attack(data: bytes, body: bytes) -> bytes:
        root, _words, size = numbers(data)
        table = len(data) + len(body)
        packed = b"".join(struct.pack(">BIH", *row) for row in [*rows, (1, table, 0)]) + more
        head = b"%d 0 obj\n<</Type/XRef/W[1 4 2]/Index[%s %d 1]/Size %d/Root %d 0 R/Prev %d/Length %d>>\nstream\n"
        entry = head % (size, index, size, size + 1, root, start_of(data), len(packed))
        return ended(data + body + entry + packed + b"\nendstream\nendobj\n", table)

    return attack


def unknown_kind(data: bytes) -> bytes:
    _root, words, _size = numbers(data)
    return streamed([(3, len(data), 0)], b"%d 1" % words)(data, evil(words))


def rows_too_many(data: bytes) -> bytes:
    return streamed([], b"")(data, b"").replace(b"/Length 7>>", b"/Length 14>>").replace(
        b"\nendstream\nendobj\nstartxref", b"\0\0\0\0\0\0\0\nendstream\nendobj\nstartxref"
    )  # fmt: skip


def twice_in_object_stream(data: bytes) -> bytes:
    """An object stream holds the page twice; its table names the second one."""
    _root, words, size = numbers(data)
    with pikepdf.open(io.BytesIO(data)) as document:
        page = document.pages[0].obj
        number, good = page.objgen[0], page.unparse(resolved=True)
        page.Rotate = 180
        turned = page.unparse(resolved=True)
    head = b"%d 0 %d %d " % (number, number, len(turned) + 1)
    inside = head + turned + b" " + good
    held = b"%d 0 obj\n<</Type/ObjStm/N 2/First %d/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    body = held % (size - 1, len(head), len(inside), inside)
    return streamed([(2, size - 1, 1), (1, len(data), 0)], b"%d 1 %d 1" % (number, size - 1))(data, body)


ATTACKS: dict[str, Attack] = {
    "back twice, the changed words first": over_changed(b"/Prev EVIL/Prev OLD"),
    "back twice, the changed words last": over_changed(b"/Prev OLD/Prev EVIL"),
    "back in a comment": over_changed(b"%%/Prev EVIL\n/Prev OLD"),
    "back in a string": over_changed(b"/X(\\(/Prev EVIL)/Prev OLD"),
    "back in a dictionary inside": over_changed(b"/X<</Prev EVIL>>/Prev OLD"),
    "back under a name written with codes": over_changed(b"/Prev EVIL/#50rev OLD"),
    "two entries, the old one first": lambda data: two_entries(data, last=False),
    "two entries, the old one last": lambda data: two_entries(data, last=True),
    "two catalogs, the other first": other_root(b"/Root %(evil)d 0 R/Root %(good)d 0 R"),
    "two catalogs, the other last": other_root(b"/Root %(good)d 0 R/Root %(evil)d 0 R"),
    "two catalogs, one written with codes": other_root(b"/#52oot %(evil)d 0 R/Root %(good)d 0 R"),
    "an object that no table names": lambda data: tabled(data, NOTHING, body=evil(numbers(data)[1])),
    "an object in a comment": lambda data: tabled(data, NOTHING, body=b"% " + evil(numbers(data)[1])),
    "two trailers": lambda data: tabled(
        data, NOTHING + b"trailer\n<</Size 99/Root %d 0 R/Prev %d>>\nxref\n" % (numbers(data)[0], start_of(data))
    ),
    "a kind of entry that is none": unknown_kind,
    "more rows than the table names": rows_too_many,
    "twice in one object stream": twice_in_object_stream,
    "a table beyond the size": lambda data: tabled(data, b"%d 1\n0000000000 00000 f \n" % (numbers(data)[2] + 5)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_update_that_two_readers_read_differently_is_invalid(name: str, signed: bytes, pki: Pki) -> None:
    found = made.judged(ATTACKS[name](signed), pki.trust())
    assert found.conclusion != Conclusion.VALID, name


def test_the_same_tables_without_a_trick_are_no_attack(signed: bytes, pki: Pki) -> None:
    body = b"%d 0 obj\nnull\nendobj\n" % (numbers(signed)[2] - 1)
    row = b"%d 1\n%010d 00000 n \n" % (numbers(signed)[2] - 1, len(signed))
    made.assert_valid(tabled(signed, row, body=body), pki.trust())
    made.assert_valid(tabled(tabled(signed, NOTHING), NOTHING), pki.trust())
    made.assert_valid(tabled(signed, NOTHING, b"/Prev %(old)d/X(\\(a\\)(b))/Y[1<</Z/Prev>>]%%/Prev\n"), pki.trust())
    made.assert_valid(streamed([], b"")(signed, b""), pki.trust())


@pytest.mark.parametrize("key", ["/Contents", "/#43ontents"])
def test_an_entry_written_twice_in_an_added_object_is_invalid(key: str, signed: bytes, pki: Pki) -> None:
    with pikepdf.open(io.BytesIO(signed)) as document:
        page = document.pages[0].obj
        number, inside = page.objgen[0], page.unparse(resolved=True)
    other = numbers(signed)[2] - 1
    twice = inside.replace(b"<<", b"<<%s %d 0 R " % (key.encode(), other), 1)
    assert twice != inside
    page_body = b"%d 0 obj\n%s\nendobj\n" % (number, twice)
    rows = b"%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n"
    body = page_body + evil(other)
    attack = tabled(signed, rows % (number, len(signed), other, len(signed) + len(page_body)), body=body)
    assert made.judged(attack, pki.trust()).conclusion == Conclusion.INVALID


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        (b"<</A 1/B[1 2]/C<</A 2>>>>", {b"A": b"1", b"B": b"[1 2]", b"C": b"<</A 2>>"}),
        (b"<< /A /B /C (x\\)/A) >>", {b"A": b"/B", b"C": b"(x\\)/A)"}),
        (b"<</A<00ff>/B 1 0 R%/A 3\n>>", {b"A": b"<00ff>", b"B": b"1 0 R"}),
    ],
)
def test_a_dictionary_is_read_as_it_is_written(written: bytes, keys: dict[bytes, bytes]) -> None:
    assert syntax.dictionary(written, 0) == (keys, len(written))


@pytest.mark.parametrize(
    "written", [b"<</A 1/A 2>>", b"<</A 1/#41 2>>", b"<</A (x>>", b"[/A 1]", b"<</A 1", b"", b"<<{}>>"]
)
def test_a_dictionary_that_is_none_or_says_two_things_is_refused(written: bytes) -> None:
    with pytest.raises(syntax.Ambiguous):
        syntax.dictionary(written, 0)


def test_packed_tables_of_every_predictor_are_read() -> None:
    rows = [bytes([at % 7, 3 * at % 256, 40]) for at in range(20)]
    for kind in range(5):
        out, above = b"", bytes(3)
        for row in rows:
            packed = bytearray()
            for at in range(3):
                left, up, corner = (row[at - 1] if at else 0), above[at], (above[at - 1] if at else 0)
                near = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
                packed.append((row[at] - (0, left, up, (left + up) // 2, near)[kind]) % 256)
            out, above = out + bytes([kind]) + packed, row
        keys = {b"Filter": b"/FlateDecode", b"DecodeParms": b"<</Predictor 12/Columns 3>>"}
        assert syntax._inflated(keys, zlib.compress(out)) == b"".join(rows)


# --- what a signature permits -------------------------------------------------------------------------------------


def level(written: str) -> str:
    return f"<</TransformMethod/DocMDP/TransformParams<</P {written}>>>>"


def locks(action: str, *names: str) -> str:
    listed = "".join(f"({name})" for name in names)
    return f"<</TransformMethod/FieldMDP/TransformParams<</Action/{action}/Fields[{listed}]>>>>"


@pytest.mark.parametrize(
    ("references", "lock", "permits", "locked"),
    [
        (f"[{level('3')}{level('1')}]", "", 1, ""),
        (f"[{level('1.')}]", "", 1, ""),
        (level("1"), "", 1, ""),
        ("[" + "<</X 1>>" * 9 + level("1") + "]", "", 1, ""),
        (f"[{level('2')}]", "<</P 1>>", 1, ""),
        (f"[{level('7')}]", "", 2, ""),
        ("null", "<</P 3/Action/All>>", 3, "so ngay"),
        (f"[{locks('Include', 'ngay')}{locks('Include', 'so')}]", "", 0, "so ngay"),
        (f"[{locks('Include', 'ngay')}]", "<</Action/All>>", 0, "so ngay"),
        (f"[{locks('Exclude', 'so')}]", "<</Action/Include/Fields[]>>", 0, "ngay"),
        ("[]", "", 0, ""),
    ],
)
def test_of_all_that_a_signature_says_it_permits_the_least_holds(
    references: str, lock: str, permits: int, locked: str
) -> None:
    value = pikepdf.Object.parse(f"<</Reference {references}>>".encode())
    field = pikepdf.Object.parse(f"<</Lock {lock or 'null'}>>".encode())
    found = permission_of(objects.Field("s", "/Sig", field, (), value))
    assert found.level == permits
    assert [name for name in ("so", "ngay") if found.locked(name)] == locked.split()
