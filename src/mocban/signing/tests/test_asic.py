"""ASiC containers: valid only when each signature covers every object, and every reader sees the same objects."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocban.signing.tests import signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.asice import judge_asic
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.judging import judge
from mocban.signing.verification.trust import Trust

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
FILES = {"Công văn số 1.pdf": b"%PDF-1.7 letter", "phụ lục/bảng.xml": b"<table/>"}


@pytest.fixture(scope="module")
def trust(pki: Pki) -> Trust:
    return pki.trust(crls=(pki.crl(), pki.crl("root")))


def codes(found: FileFinding) -> set[str]:
    return {reason.code for one in (found, *found.signatures) for reason in one.reasons}


@pytest.mark.parametrize("cades", [False, True])
def test_a_container_whose_objects_are_all_signed_is_valid(pki: Pki, trust: Trust, cades: bool) -> None:
    found = judge(signed.asic(pki, FILES, "person", "organisation", cades=cades), trust=trust)
    assert (found.format, found.conclusion, codes(found)) == ("asic-e", VALID, {"content.unchanged"})
    assert [(one.form, one.level, one.whole) for one in found.signatures] == [
        ("cades" if cades else "xades", "B-B", True)
    ] * 2
    assert [one.signer for one in found.signatures] == ["Trần Thị Bích Ngọc", "Ủy ban nhân dân xã An Hòa"]


@pytest.mark.parametrize("cades", [False, True])
def test_a_simple_container_holds_one_object(pki: Pki, trust: Trust, cades: bool) -> None:
    one = {"thư.txt": b"letter"}
    found = judge_asic(signed.asic(pki, one, kind="s", cades=cades), trust=trust)
    assert (found.format, found.conclusion) == ("asic-s", VALID)
    found = judge_asic(signed.asic(pki, one, kind="s", cades=cades, extra={"khác.txt": b"other"}), trust=trust)
    assert (found.conclusion, "asic.one_object" in codes(found)) == (INVALID, True)


@pytest.mark.parametrize("cades", [False, True])
@pytest.mark.parametrize("name", ["thêm.pdf", "META-INF/letter.pdf", "phụ lục/khác.xml"])
def test_an_object_that_nobody_signed_is_named(pki: Pki, trust: Trust, cades: bool, name: str) -> None:
    found = judge_asic(signed.asic(pki, FILES, cades=cades, extra={name: b"unsigned"}), trust=trust)
    [one] = found.signatures
    assert (found.conclusion, one.whole) == (INVALID, False)
    assert [reason.values for reason in one.reasons if reason.code == "asic.uncovered"] == [{"names": name}]


@pytest.mark.parametrize("cades", [False, True])
def test_an_object_changed_or_taken_away_is_seen(pki: Pki, trust: Trust, cades: bool) -> None:
    made = signed.asic(pki, FILES, cades=cades)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = judge_asic(signed.zipped({**parts, "phụ lục/bảng.xml": b"<table>1</table>"}), trust=trust)
    assert (changed.conclusion, "signature.broken" in codes(changed)) == (INVALID, True)
    del parts["phụ lục/bảng.xml"]
    assert judge_asic(signed.zipped(parts), trust=trust).conclusion != VALID


def parts_of(container: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_message_that_holds_something_else_is_not_over_the_manifest(pki: Pki, trust: Trust) -> None:
    parts = parts_of(signed.asic(pki, FILES, cades=True))
    attached = {**parts, "META-INF/signature0.p7s": signed.cms(pki, b"what this person once signed")}
    found = judge_asic(signed.zipped(attached), trust=trust)
    assert (found.conclusion, "cms.content_differs" in codes(found)) == (INVALID, True)
    same = {**parts, "META-INF/signature0.p7s": signed.cms(pki, parts["META-INF/ASiCManifest0.xml"])}
    assert judge_asic(signed.zipped(same), trust=trust).conclusion == VALID


def two(pki: Pki, first: list[str], second: list[str], *, extra: dict[str, bytes] | None = None) -> bytes:
    """Return a container with two signatures over the objects named."""
    made = {"mimetype": b"application/vnd.etsi.asic-e+zip", **FILES, **(extra or {})}
    for number, (names, label) in enumerate(((first, "person"), (second, "organisation"))):
        alone = parts_of(signed.asic(pki, {name: FILES[name] for name in names}, label))
        made[f"META-INF/signatures{number}.xml"] = alone["META-INF/signatures0.xml"]
    return signed.zipped(made)


def test_what_one_signature_leaves_out_may_be_covered_by_another(pki: Pki, trust: Trust) -> None:
    everything, first, second = list(FILES), list(FILES)[:1], list(FILES)[1:]
    found = judge_asic(two(pki, everything, first), trust=trust)
    assert (found.conclusion, [one.whole for one in found.signatures]) == (VALID, [True, False])
    assert "asic.by_other" in codes(found)
    found = judge_asic(two(pki, first, second), trust=trust)
    assert (found.conclusion, "asic.by_others" in codes(found)) == (INDETERMINATE, True)
    for names in (everything, first):
        found = judge_asic(two(pki, names, second, extra={"thêm.pdf": b"unsigned"}), trust=trust)
        assert (found.conclusion, "asic.uncovered" in codes(found)) == (INVALID, True)
    assert judge_asic(two(pki, first, first), trust=trust).conclusion == INVALID


@pytest.mark.parametrize(
    "content", [b"<words/>", b"words", b'<ASiCManifest><SigReference URI="META-INF/x"/></ASiCManifest>']
)
def test_what_is_only_called_a_manifest_is_an_object_like_others(pki: Pki, trust: Trust, content: bytes) -> None:
    made = signed.asic(pki, FILES, cades=True, extra={"META-INF/ASiCManifest9.xml": content})
    assert judge_asic(made, trust=trust).conclusion == INVALID


def test_a_path_from_the_root_of_the_container_means_the_same_object(pki: Pki, trust: Trust) -> None:
    references = [("/" + quote(name), "", data) for name, data in FILES.items()]
    signature = signed.signature_by_hand(pki, references, qualified=True)
    parts = parts_of(signed.asic(pki, FILES))
    parts["META-INF/signatures0.xml"] = f"<a>{signature}</a>".encode()
    assert judge_asic(signed.zipped(parts), trust=trust).conclusion == VALID


@pytest.mark.parametrize(
    ("label", "conclusion"), [("unknown", INDETERMINATE), ("revoked", INVALID), ("expired", INDETERMINATE)]
)
def test_the_certificate_decides(pki: Pki, trust: Trust, label: str, conclusion: Conclusion) -> None:
    for cades in (False, True):
        assert judge_asic(signed.asic(pki, FILES, "person", label, cades=cades), trust=trust).conclusion == conclusion


def test_a_container_that_says_it_is_something_else_proves_nothing(pki: Pki, trust: Trust) -> None:
    found = judge_asic(signed.asic(pki, FILES, mimetype="application/epub+zip"), trust=trust)
    assert (found.conclusion, "asic.other_mimetype" in codes(found)) == (INDETERMINATE, True)


def test_a_container_without_signature_and_other_archives_are_told_apart(trust: Trust) -> None:
    bare = signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", **FILES})
    assert codes(judge_asic(bare, trust=trust)) == {"file.no_signature"}
    office = judge_asic(
        signed.zipped({"[Content_Types].xml": b"<a/>", "_xmlsignatures/sig1.xml": b"<a/>"}), trust=trust
    )
    assert (office.readable, codes(office)) == (False, {"file.office_signature"})
    plain = judge_asic(signed.zipped({"a.txt": b"a"}), trust=trust)
    assert (plain.readable, codes(plain)) == (False, {"file.unknown_format"})


@pytest.mark.parametrize("content", [b"", b"<a/>", b"not xml", b"<!DOCTYPE a><a/>"])
def test_a_signature_file_without_a_signature_is_invalid(pki: Pki, trust: Trust, content: bytes) -> None:
    parts = {"mimetype": b"application/vnd.etsi.asic-e+zip", **FILES, "META-INF/signatures.xml": content}
    assert judge_asic(signed.zipped(parts), trust=trust).conclusion == INVALID
    parts = {"mimetype": b"application/vnd.etsi.asic-e+zip", **FILES, "META-INF/signature.p7s": content}
    assert judge_asic(signed.zipped(parts), trust=trust).conclusion == INVALID


def bomb() -> bytes:
    return signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "zeros": bytes(300 << 20)})


def many() -> bytes:
    return signed.zipped({f"{number}": b"" for number in range(1001)})


def twice() -> bytes:
    return signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "a.txt": b"1", "A.txt": b"2"})


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
        entry = zipfile.ZipInfo("letter")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/hostname")
    return out.getvalue()


def lying() -> bytes:
    """The local header says another name than the directory."""
    made = bytearray(signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "a.txt": b"1"}))
    place = made.index(b"a.txt")
    made[place : place + 5] = b"b.txt"
    return bytes(made)


def hidden() -> bytes:
    """An entry that stands in the file and not in the directory."""
    made = signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "a.txt": b"1", "b.txt": b"2"})
    first = made.index(b"PK\x01\x02")
    middle = made.index(b"PK\x01\x02", first + 4)
    last = made.index(b"PK\x01\x02", middle + 4)
    end = made.index(b"PK\x05\x06")
    gone = last - middle
    tail = bytearray(made[end:])
    struct.pack_into("<HHI", tail, 8, 2, 2, end - first - gone)
    return made[:middle] + made[last:end] + bytes(tail)


@pytest.mark.parametrize(
    "made",
    [
        bomb, many, twice, link, lying, hidden,
        lambda: signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "../a.txt": b"1"}),
        lambda: signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "/a.txt": b"1"}),
        lambda: signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "a\\b.txt": b"1"}),
        lambda: signed.zipped({"mimetype": b"application/vnd.etsi.asic-e+zip", "a.pdf/": b"1"}),
        lambda: signed.zipped({"a": b"1"})[:-10],
        lambda: signed.zipped({"a": b"1"}) + b"behind",
        lambda: b"PK\x03\x04",
        lambda: b"PK\x03\x04" + bytes(1000),
    ],
)  # fmt: skip
def test_a_container_that_attacks_its_reader_is_unreadable(trust: Trust, made) -> None:
    found = judge_asic(made(), trust=trust)
    assert (found.readable, found.conclusion, codes(found)) == (False, INDETERMINATE, {"asic.unsafe"})


@settings(max_examples=100, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_byte_never_makes_other_objects_valid(pki: Pki, trust: Trust, data) -> None:
    made = bytearray(signed.asic(pki, FILES, cades=data.draw(st.booleans())))
    place = data.draw(st.integers(0, 4000))
    made[place % len(made)] ^= data.draw(st.integers(1, 255))
    found = judge_asic(bytes(made), trust=trust)
    if found.conclusion == VALID:
        with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
            assert {name: archive.read(name) for name in FILES} == FILES
