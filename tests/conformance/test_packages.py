"""Archive packages: Phụ lục I of Thông tư 05/2025/TT-BNV over E-ARK CSIP, METS and PREMIS."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree

from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.preservation import package
from mocban.preservation.code_lists import code_lists
from mocban.preservation.package import codes, reading
from mocban.preservation.package.findings import SENTENCES

PREMIS_LINK = "premis_link"
PREMIS_REP1 = "representations/rep1/metadata/preservation/PREMIS_rep1.xml"
AT = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
CLERK = package.Agent("position-1", "Trần Thị Mẫu, Văn thư", kind="person")


def stored(name: str, data: bytes, **about) -> package.DataObject:
    media = "application/pdf" if name.endswith(".pdf") else "text/plain"
    return package.DataObject(name, lambda: io.BytesIO(data), sha256_hex(data), len(data), media, **about)


def contents(**changes) -> package.PackageContents:
    incoming = package.DocumentDescription(
        kind="Công văn",
        subject="V/v rà soát <tài liệu> tồn đọng & số hóa",
        issued_on=date(2026, 9, 1),
        issuer="Sở Nội vụ tỉnh Mẫu",
        number="12",
        notation="SNV-VP",
        pages=3,
        objects=(
            stored("phu-luc.txt", b"phu luc", role=package.ObjectRole.ATTACHMENT),
            stored("Công văn đến.pdf", b"%PDF-1.7 in", puid="fmt/276", signatures=("Sở Nội vụ, 01/09/2026",)),
        ),
    )
    reply = package.DocumentDescription(
        kind="Kết luận",
        subject="Trả lời Sở Nội vụ",
        issued_on=date(2026, 9, 9),
        issuer="Văn phòng Tỉnh ủy Mẫu",
        pages=1,
        objects=(stored("tra-loi.pdf", b"%PDF-1.7 out" * 1000),),
    )
    base = package.PackageContents(
        package_id=UUID("01990000-0000-7000-8000-000000000001"),
        created_at=AT,
        software_version="0.1.0",
        creator_name="Văn phòng Tỉnh ủy Mẫu",
        fonds_code="P01",
        archives_name="Lưu trữ Tỉnh ủy Mẫu",
        archives_code="A99.LT",
        file=package.FileDescription(
            code="A99.01.2026.05-VP",
            title="Hồ sơ rà soát tài liệu tồn đọng năm 2026",
            retention_years=20,
            started_on=date(2026, 9, 1),
            ended_on=date(2026, 9, 9),
        ),
        documents=(incoming, reply),
        events=(
            package.Event("file.opened", AT, "Trần Thị Mẫu đã mở hồ sơ.", CLERK, basis=("NĐ 30/2020, Điều 29",)),
            package.Event("incoming.registered", AT, "Trần Thị Mẫu đã đăng ký văn bản đến.", CLERK, document=1),
        ),
    )
    return replace(base, **changes)


def aip(**changes) -> package.Aip:
    return package.Aip(
        codes=code_lists(regime="party", on=AT.date()),
        contents=contents(**changes),
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    target = tmp_path / "goi.zip"
    package.build_aip(aip(), target)
    return target


def paths(built: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(built) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def rewritten(built: Path, changes: dict[str, bytes | None], *, manifest: bool = False) -> Path:
    """Write the package again with some files changed, added or (None) left out; `manifest` also forges the list."""
    with zipfile.ZipFile(built) as archive:
        folder = archive.namelist()[0].partition("/")[0]
    files = {path: data for path, data in (paths(built) | changes).items() if data is not None}
    if manifest:
        listed = (path for path in sorted(files) if path != "manifest-sha256.txt")
        files["manifest-sha256.txt"] = "".join(f"{sha256_hex(files[path])}  {path}\n" for path in listed).encode()
    target = built.with_name("sua.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in files.items():
            archive.writestr(f"{folder}/{path}", data)
    return target


def found(path: Path) -> set[str]:
    return {finding.code for finding in package.check(path).findings}


class TestBuilding:
    def test_a_fresh_package_is_sound(self, built):
        report = package.check(built)
        assert report.findings == ()
        assert report.files == len(paths(built))

    def test_structure_is_that_of_the_circular(self, built):
        with zipfile.ZipFile(built) as archive:
            folders = {name.partition("/")[0] for name in archive.namelist()}
        assert folders == {"urn_uuid_01990000-0000-7000-8000-000000000001"}
        assert set(paths(built)) == {
            "METS.xml",
            "manifest-sha256.txt",
            "metadata/descriptive/EAD.xml",
            "metadata/preservation/PREMIS.xml",
            "representations/rep1/METS.xml",
            "representations/rep1/metadata/descriptive/EAD_doc_0000001.xml",
            "representations/rep1/metadata/descriptive/EAD_doc_0000002.xml",
            "representations/rep1/metadata/preservation/PREMIS_rep1.xml",
            "representations/rep1/data/A99.01.2026.05-VP.1.pdf",
            "representations/rep1/data/A99.01.2026.05-VP.1.1.txt",
            "representations/rep1/data/A99.01.2026.05-VP.2.pdf",
            "schemas/EAD.xsd",
            "schemas/EAD_doc.xsd",
        }

    def test_the_same_contents_give_the_same_bytes(self, built, tmp_path):
        again = tmp_path / "again.zip"
        first = package.build_aip(aip(), again)
        assert again.read_bytes() == built.read_bytes()
        assert first.sha256 == sha256_hex(built.read_bytes())
        assert first.size == built.stat().st_size

    def test_the_file_is_described_by_its_fields(self, built):
        ead = etree.fromstring(paths(built)["metadata/descriptive/EAD.xml"])
        assert ead.tag == "simpledc"
        assert {child.tag: child.text for child in ead} == {
            "arcFileCode": "A99.LT.A99.01.2026.05-VP",
            "title": "Hồ sơ rà soát tài liệu tồn đọng năm 2026",
            "maintenance": "05",
            "mode": "01",
            "language": "01",
            "startDate": "01/09/2026",
            "endDate": "09/09/2026",
            "totalDoc": "2",
            "numberOfPage": "4",
            "confidenceLevel": "01",
            "riskRecovery": "0",
        }

    def test_each_document_is_described_by_its_fields(self, built):
        ead = etree.fromstring(paths(built)["representations/rep1/metadata/descriptive/EAD_doc_0000001.xml"])
        fields = {child.tag: child.text for child in ead}
        assert fields["docCode"] == "A99.01.2026.05-VP.0000001"
        assert fields["typeName"] == "22"
        assert fields["subject"] == "V/v rà soát <tài liệu> tồn đọng & số hóa"
        assert fields["process"] == "0"

    def test_events_are_told_with_who_when_and_why(self, built):
        premis = etree.fromstring(paths(built)["metadata/preservation/PREMIS.xml"])
        assert premis.xpath("//*[local-name()='eventType']/text()") == ["file.opened", "information package creation"]
        assert "NĐ 30/2020, Điều 29" in premis.xpath("//*[local-name()='eventDetail']/text()")
        assert "Trần Thị Mẫu, Văn thư" in premis.xpath("//*[local-name()='agentName']/text()")
        assert premis.xpath("//*[local-name()='eventDateTime']/text()")[0] == "2026-09-30T09:00:00+07:00"

    def test_a_signed_file_says_so_in_its_preservation_data(self, built):
        premis = etree.fromstring(paths(built)["representations/rep1/metadata/preservation/PREMIS_rep1.xml"])
        assert premis.xpath("//*[local-name()='signatureProperties']/text()") == ["Sở Nội vụ, 01/09/2026"]
        assert premis.xpath("//*[local-name()='formatRegistryKey']/text()") == ["fmt/276"]

    def test_an_unpacked_package_is_checked_alike(self, built, tmp_path):
        folder = package.extract(built, tmp_path, max_bytes=10_000_000)
        assert package.check(folder).findings == ()
        (folder / "representations/rep1/data/A99.01.2026.05-VP.2.pdf").write_bytes(b"%PDF-1.7 other")
        assert {"digest", "size"} <= found(folder)


class TestRefusals:
    def test_an_object_that_changed_in_the_store_stops_the_building(self, tmp_path):
        document = contents().documents[1]
        swapped = replace(document.objects[0], open=lambda: io.BytesIO(b"%PDF-1.7 forged"))
        target = tmp_path / "goi.zip"
        with pytest.raises(RuleBroken) as refused:
            package.build_aip(aip(documents=(replace(document, objects=(swapped,)),)), target)
        assert refused.value.code == "package.content_changed"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"subject": ""}, "subject"), ({"issued_on": None}, "issuedDate"), ({"number": "1" * 12}, "codeNumber")],
    )
    def test_a_missing_or_overlong_field_is_named(self, tmp_path, changed, field):
        document = replace(contents().documents[1], **changed)
        with pytest.raises(RuleBroken) as refused:
            package.build_aip(aip(documents=(document,)), tmp_path / "goi.zip")
        assert refused.value.code == "package.fields"
        assert field in str(refused.value)

    @pytest.mark.parametrize("documents", [(), (replace(contents().documents[1], objects=()),)])
    def test_a_file_without_content_is_not_packed(self, tmp_path, documents):
        with pytest.raises(RuleBroken) as refused:
            package.build_aip(aip(documents=documents), tmp_path / "goi.zip")
        assert refused.value.code == "package.empty"

    def test_a_digitised_file_needs_the_code_of_its_paper(self, tmp_path):
        file = replace(contents().file, confidence=package.Confidence.DIGITISED)
        with pytest.raises(RuleBroken):
            package.build_aip(aip(file=file), tmp_path / "a.zip")
        file = replace(file, paper_code="A99.LT.K1/G2/H3.05")
        package.build_aip(aip(file=file), tmp_path / "b.zip")
        assert found(tmp_path / "b.zip") == set()

    def test_an_existing_package_is_never_overwritten(self, built):
        before = built.read_bytes()
        with pytest.raises(FileExistsError):
            package.build_aip(aip(), built)
        assert built.read_bytes() == before


class TestTampering:
    @pytest.mark.parametrize(
        "path",
        sorted(
            path
            for path in [
                "METS.xml",
                "manifest-sha256.txt",
                "metadata/descriptive/EAD.xml",
                "metadata/preservation/PREMIS.xml",
                "representations/rep1/METS.xml",
                "representations/rep1/metadata/descriptive/EAD_doc_0000001.xml",
                "representations/rep1/metadata/preservation/PREMIS_rep1.xml",
                "representations/rep1/data/A99.01.2026.05-VP.1.pdf",
                "representations/rep1/data/A99.01.2026.05-VP.1.1.txt",
                "schemas/EAD.xsd",
            ]
        ),
    )
    def test_one_changed_byte_or_a_missing_part_is_found(self, built, path):
        original = paths(built)[path]
        flipped = original[:60] + bytes([original[60 % len(original)] ^ 1]) + original[61:]
        assert found(rewritten(built, {path: flipped}))
        assert found(rewritten(built, {path: None}))

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("representations/rep1/data/A99.01.2026.05-VP.1.pdf", "digest"),
            ("metadata/descriptive/EAD.xml", "digest"),
            ("schemas/EAD.xsd", "digest"),
        ],
    )
    def test_a_forged_manifest_does_not_help(self, built, path, code):
        forged = rewritten(built, {path: paths(built)[path].replace(b"0", b"1") + b" "}, manifest=True)
        assert code in found(forged)

    @pytest.mark.parametrize(
        ("path", "old", "new", "code"),
        [
            ("METS.xml", b'"AIP"', b'"SIP"', "mets"),
            ("METS.xml", b"PHYSICAL\" LABEL=\"CSIP", b"PHYSICAL\" LABEL=\"X", "mets"),
            ("METS.xml", b"urn:uuid:0199", b"urn:uuid:0198", "mets"),
            ("METS.xml", b'href="metadata/descriptive/EAD.xml"', b'href="../../etc/passwd"', "mets_target"),
            ("METS.xml", b'DMDID="uuid-', b'DMDID="uuid-X', "mets_link"),
            ("representations/rep1/METS.xml", b'fptr FILEID="ID-', b'fptr FILEID="ID-X', "mets_link"),
            ("metadata/descriptive/EAD.xml", b"<totalDoc>2", b"<totalDoc>3", "count"),
            ("metadata/descriptive/EAD.xml", b"<maintenance>05", b"<maintenance>99", "fields"),
            ("metadata/descriptive/EAD.xml", b"A99.LT.", b"A98.LT.", "codes"),
            ("metadata/preservation/PREMIS.xml", b"information package creation", b"nothing", "premis"),
            ("metadata/preservation/PREMIS.xml", b'version="3.0"', b'version="2.0"', "premis"),
            ("metadata/preservation/PREMIS.xml", b"AgentIdentifierValue>mocban", b"AgentIdentifierValue>", PREMIS_LINK),
            ("metadata/preservation/PREMIS.xml", b"<premis:", b"<!DOCTYPE a []><premis:", "xml"),
            (PREMIS_REP1, b"messageDigest>", b"messageDigest>0", "digest"),
            (PREMIS_REP1, b"Value>representations", b"Value>elsewhere", "premis_object"),
        ],
    )  # fmt: skip
    def test_each_reference_and_field_is_really_followed(self, built, path, old, new, code):
        original = paths(built)[path]
        assert old in original
        count = 1 if old == b"<premis:" else -1
        assert code in found(rewritten(built, {path: original.replace(old, new, count)}, manifest=True))

    def test_a_file_that_nobody_names_is_found(self, built):
        added = rewritten(built, {"representations/rep1/data/them.pdf": b"%PDF"}, manifest=True)
        assert {"orphan", "premis_object"} <= found(added)
        assert "unlisted" in found(rewritten(built, {"them.txt": b"x"}))

    def test_every_fault_has_a_sentence(self):
        sources = "".join(path.read_text(encoding="utf-8") for path in Path(reading.__file__).parent.glob("*.py"))
        assert set(re.findall(r'Finding\(\s*"([a-z_]+)"', sources)) | {"changed_whole"} == set(SENTENCES)


class TestHostileZips:
    @pytest.mark.parametrize("name", ["../thoat.txt", "/etc/x", "a/../../x", "a\\..\\x", "C:/x", "a//b", "a/./b"])
    def test_a_name_that_leads_out_is_refused(self, tmp_path, name):
        hostile = tmp_path / "x.zip"
        with zipfile.ZipFile(hostile, "w") as archive:
            archive.writestr("goi/METS.xml", b"<a/>")
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, b"x")
        (tmp_path / "ra").mkdir()
        assert "unsafe_name" in found(hostile)
        with pytest.raises(RuleBroken) as refused:
            package.extract(hostile, tmp_path / "ra", max_bytes=1000)
        assert refused.value.code == "package.unsafe"
        assert list((tmp_path / "ra").iterdir()) == []

    def test_a_package_that_swells_is_refused_and_leaves_nothing(self, tmp_path, built):
        (tmp_path / "ra").mkdir()
        with pytest.raises(RuleBroken) as refused:
            package.extract(built, tmp_path / "ra", max_bytes=1000)
        assert refused.value.code == "package.too_large"
        assert list((tmp_path / "ra").iterdir()) == []

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a zip"])
    def test_what_is_no_zip_is_reported_not_raised(self, tmp_path, data):
        path = tmp_path / "x.zip"
        path.write_bytes(data)
        assert found(path) == {"unreadable"}

    def test_a_truncated_package_is_reported(self, built):
        built.write_bytes(built.read_bytes()[:-500])
        assert found(built) == {"unreadable"}


class TestCodes:
    @pytest.mark.parametrize("regime", ["state", "party", "mttq"])
    @pytest.mark.parametrize(
        ("years", "code"), [(None, "01"), (70, "02"), (20, "05"), (10, "06"), (5, "07"), (15, "07")]
    )
    def test_retention_terms_have_their_codes(self, regime, years, code):
        assert code_lists(regime=regime, on=AT.date()).term_code(years) == code

    @pytest.mark.parametrize(
        ("kind", "code"),
        [("Quyết định", "02"), ("QUYẾT ĐỊNH", "02"), ("decision", "02"), ("Quy định", "05"), ("Kết luận", "32")],
    )
    def test_document_kinds_have_their_codes(self, kind, code):
        assert code_lists(regime="party", on=AT.date()).kind_code(kind) == code

    def test_data_names_stay_apart_even_for_a_very_long_file_code(self):
        names = {codes.data_name("Đ" * 100, ordinal, part, "x.PDF") for ordinal in (1, 11) for part in (0, 1)}
        assert len(names) == 4
        assert all(len(name.encode()) <= 120 for name in names)
