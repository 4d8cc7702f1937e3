"""Damaged, hostile and enormous files end in a finding with a sentence, never in an exception, in bounded time."""

from __future__ import annotations

import time

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocban.signing.tests import hostile, made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.judging import judge, judge_many
from mocban.signing.verification.sentences import sentence


@pytest.fixture(scope="module")
def double(pki: Pki) -> bytes:
    first = made.sign(made.form("so"), pki, box=(72, 300, 220, 360))
    return made.sign(made.fill(first, "so", "12"), pki, "organisation", field="seal", level="B-LT")


@pytest.fixture(scope="module")
def plain_double(pki: Pki) -> bytes:
    """Two signatures that show nothing: judged five times as fast, for tests of many examples."""
    return made.sign(made.sign(made.form("so"), pki), pki, "organisation", field="seal")


def sound(found: FileFinding) -> bool:
    """Whether every part of a finding can be shown, and the file is not called valid."""
    for one in (found, *found.signatures):
        assert all(sentence(reason) for reason in one.reasons)
    return found.conclusion != Conclusion.VALID


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"%PDF-1.7 nothing at all",
        b"\x00" * 4000,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
        b"%PDF-1.4\nstartxref\n9\n%%EOF\n",
    ],
)
def test_what_is_hardly_a_file_is_not_valid(data: bytes, pki: Pki) -> None:
    assert sound(judge(data, trust=pki.trust()))
    assert sound(made.judged(data, pki.trust()))


def test_a_truncated_file_is_never_valid_with_what_was_cut(double: bytes, pki: Pki) -> None:
    whole = made.assert_valid(double, pki.trust())
    ends = {one.covered for one in whole.signatures} | {len(double)}
    for cut in range(0, len(double), 977):
        found = made.judged(double[:cut], pki.trust())
        assert sound(found) or cut in ends, cut


def same_but_for_case(one: bytes, other: bytes) -> bool:
    """Whether two files differ at most in how digits of a signature are written; damage may also undo itself."""
    return one.lower() == other.lower() and all(
        before in b"abcdefABCDEF" for before, after in zip(one, other, strict=True) if before != after
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=6))
def test_random_damage_to_the_signed_part_is_never_valid(
    places: list[tuple[float, int]], plain_double: bytes, pki: Pki
) -> None:
    first = made.judged(plain_double, pki.trust()).signatures[0]
    spoiled = bytearray(plain_double)
    for share, value in places:
        spoiled[int(share * (first.covered - 1))] ^= value
    if same_but_for_case(bytes(spoiled), plain_double):
        return
    assert sound(made.judged(bytes(spoiled), pki.trust()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.floats(0, 1), junk=st.binary(max_size=300), keep=st.booleans())
def test_random_junk_anywhere_ends_in_a_finding(
    start: float, junk: bytes, keep: bool, plain_double: bytes, pki: Pki
) -> None:
    place = int(start * len(plain_double))
    rest = plain_double[place:] if keep else plain_double[place + len(junk) :]
    assert isinstance(made.judged(plain_double[:place] + junk + rest, pki.trust()), FileFinding)


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_file_is_not_readable(user: str, pki: Pki) -> None:
    found = made.judged(hostile.encrypted(user), pki.trust())
    assert (found.readable, found.reasons[0].code) == (False, "file.encrypted")


def test_a_dynamic_form_is_not_judged_by_its_paper(pki: Pki) -> None:
    found = made.judged(made.sign(made.edited(made.plain(), hostile.with_xfa), pki), pki.trust())
    assert found.conclusion == Conclusion.INDETERMINATE
    assert "file.xfa" in made.codes(found)


@pytest.mark.parametrize(("count", "conclusion"), [(30, Conclusion.VALID), (3000, Conclusion.INDETERMINATE)])
def test_thousands_of_updates_end_in_a_sentence(count: int, conclusion: Conclusion, pki: Pki) -> None:
    start = time.monotonic()
    found = made.judged(hostile.with_updates(made.sign(made.plain(), pki), count), pki.trust())
    assert found.conclusion == conclusion, made.codes(found)
    assert time.monotonic() - start < 30


def test_a_page_tree_and_fields_in_circles_end(pki: Pki) -> None:
    def circle(document: pikepdf.Pdf) -> None:
        field = document.make_indirect(pikepdf.Dictionary(T=pikepdf.String("a"), FT=pikepdf.Name.Tx))
        field.Kids = pikepdf.Array([field])
        field.Parent = field
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        document.Root.Outlines = document.make_indirect(pikepdf.Dictionary())
        document.Root.Outlines.First = document.Root.Outlines

    data = made.sign(made.edited(made.plain(), circle), pki)
    assert isinstance(made.judged(data, pki.trust()), FileFinding)
    again = made.sign(data, pki, "organisation", field="seal")
    assert isinstance(made.judged(again, pki.trust()), FileFinding)


def test_deep_nesting_ends(pki: Pki) -> None:
    deep = b"[" * 6000 + b"]" * 6000
    data = made.plain().replace(b"/Type /Catalog", b"/Deep " + deep + b" /Type /Catalog", 1)
    assert sound(made.judged(data, pki.trust()))


def test_a_signature_block_of_rubbish_is_unreadable(pki: Pki) -> None:
    signed = made.sign(made.plain(), pki)
    start = signed.index(b"/Contents <") + 11
    for block in (b"30" * 64, b"ff" * 64, b"3080" + b"0000" * 31):
        spoiled = signed[:start] + block + signed[start + len(block) :]
        found = made.judged(spoiled, pki.trust())
        assert found.conclusion == Conclusion.INVALID


def test_many_files_keep_their_order_and_a_bad_one_stops_nobody(double: bytes, pki: Pki) -> None:
    found = list(judge_many([double, b"", b"%PDF-1.7", double], trust=pki.trust()))
    assert [str(one.conclusion) for one in found] == ["valid", "indeterminate", "indeterminate", "valid"]


# --- the certificates, met in a document ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "conclusion"),
    [
        ("person", "valid"),
        ("organisation", "valid"),
        ("ecdsa", "valid"),
        ("no-usage", "valid"),
        ("email", "valid"),
        ("unknown", "indeterminate"),
        ("expired", "indeterminate"),
        ("future", "indeterminate"),
        ("small", "indeterminate"),
        ("encipherment", "invalid"),
        ("stamping-only", "invalid"),
        ("revoked", "invalid"),
    ],
)
def test_every_kind_of_certificate_in_a_document(label: str, conclusion: str, pki: Pki) -> None:
    data = made.sign(made.plain(), pki, label)
    assert str(made.judged(data, pki.trust(crls=(pki.crl(),))).conclusion) == conclusion


def test_weak_digests_prove_too_little(pki: Pki) -> None:
    data = made.sign(made.plain(), pki, md_algorithm="sha1")
    found = made.judged(data, pki.trust())
    assert (str(found.conclusion), "algorithm.weak_digest" in made.codes(found)) == ("indeterminate", True)
    signer = pki.signer("person")
    signer = type(signer)(
        signing_cert=pki.sha1_signed(), signing_key=pki.key("person"), cert_registry=pki.store("interm", "root")
    )
    found = made.judged(made.sign(made.plain(), pki, signer=signer), pki.trust())
    assert (str(found.conclusion), "chain.weak_digest" in made.codes(found)) == ("indeterminate", True)


def test_a_time_stamp_that_is_not_trusted_leaves_the_time_to_the_signer(pki: Pki) -> None:
    data = made.sign(made.plain(), pki, stamper=pki.stamper("tsa-unknown"))
    [found] = made.judged(data, pki.trust()).signatures
    assert (str(found.conclusion), found.level, found.proved_at) == ("indeterminate", "B-B", "")
    assert found.claimed_at
