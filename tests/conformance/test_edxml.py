"""edXML as the exchange really uses it. Every message here is made up; none was ever sent."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mocban.exchange import edxml
from mocban.exchange.edxml import wrapping
from mocban.exchange.edxml.limits import Limits
from mocban.exchange.edxml.names import NAMESPACE
from mocban.exchange.edxml.oddities import SENTENCES
from mocban.lib.errors import RuleBroken
from mocban.lib.text import nfc

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def packet(**changes) -> edxml.DocumentPacket:
    base = edxml.DocumentPacket(
        sender=edxml.OrganisationRef("H99.10", name="Sở Nội vụ tỉnh Mẫu", in_charge="UBND tỉnh Mẫu"),
        recipients=(
            edxml.OrganisationRef("A99.01", name="Văn phòng Tỉnh ủy"),
            edxml.OrganisationRef("I01.99", name="Ủy ban MTTQ tỉnh"),
            edxml.OrganisationRef("000.00.01.A99", name="Đảng ủy xã"),
        ),
        document_id="H99.10,2026/09/01,12/SNV-VP",
        subject="V/v rà soát <hồ sơ> & tài liệu “tồn đọng”",
        code_number="12",
        code_notation="SNV-VP",
        place="Mẫu",
        issued_on=date(2026, 9, 1),
        type_code=71,
        type_name="Công văn",
        signer=edxml.Signer("Nguyễn Văn Mẫu", "Giám đốc", "KT."),
        other=edxml.OtherInfo(priority=1, pages=3, appendixes=("Phụ lục I", "Phụ lục II")),
        answers=(edxml.DocumentReference("A99.01", "5-CV/VPTU", date(2026, 8, 20), "A99.01,2026/08/20,5-CV/VPTU"),),
        to_places=("Như trên", "Lưu: VT"),
        trace=(edxml.TraceHop("H99.10", datetime(2026, 9, 1, 8, 30, 5, tzinfo=ZONE)), edxml.TraceHop()),
        attachments=(
            edxml.Attachment("Công văn 12.pdf", PDF),
            edxml.Attachment("Danh sách.xlsx", zipped(("xl/workbook.xml", b"<w/>"), ("a", b"b"))),
            edxml.Attachment("ghi chú.txt", "Ghi chú tiếng Việt".encode(), description="Kèm theo"),
        ),
    )
    return replace(base, **changes)


def edited(data: bytes, *pairs: tuple[str, str]) -> bytes:
    text = data.decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def codes(read: edxml.Packet) -> set[str]:
    return {oddity.code for oddity in read.oddities}


class TestWriting:
    def test_prefixes_are_exactly_those_that_receivers_insist_on(self):
        text = edxml.build(packet()).decode()
        assert f'<edXML xmlns="{NAMESPACE}">' in text
        assert f'<edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">' in text
        for prefixed in ("edXMLHeader", "MessageHeader", "From", "OrganId", "TraceHeaderList", "Bussiness"):
            assert f"<edXML:{prefixed}>" in text
            assert f"<{prefixed}>" not in text
        assert "<AttachmentEncoded>\n<Attachment>\n<ContentType>" in text
        assert f'<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">' in text

    def test_every_element_is_in_the_one_namespace(self):
        root = etree.fromstring(edxml.build(packet()))
        assert {etree.QName(element).namespace for element in root.iter()} == {NAMESPACE}

    def test_header_elements_follow_the_order_of_the_packet_library(self):
        root = etree.fromstring(edxml.build(packet()))
        header = root.find(f".//{{{NAMESPACE}}}MessageHeader")
        assert [etree.QName(child).localname for child in header] == [
            *("From", "To", "To", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject"),
            *("SignerInfo", "OtherInfo", "ResponseFor", "ToPlaces"),
        ]

    def test_pdf_travels_as_it_is_and_a_spreadsheet_zipped(self):
        root = etree.fromstring(edxml.build(packet()))
        files = {
            node.findtext(f"{{{NAMESPACE}}}AttachmentName"): (
                node.findtext(f"{{{NAMESPACE}}}ContentType"),
                base64.b64decode(node.findtext(f"{{{NAMESPACE}}}ContentTransferEncoded")),
            )
            for node in root.iter(f"{{{NAMESPACE}}}Attachment")
        }
        assert files["Công văn 12.pdf"] == ("application/pdf", PDF)
        assert files["Danh sách.xlsx"][0] == "application/zip"
        assert len(zipfile.ZipFile(io.BytesIO(files["Danh sách.xlsx"][1])).namelist()) == 1

    def test_status_message_has_no_trace_body_or_attachments(self):
        root = etree.fromstring(edxml.build(status()))
        present = {etree.QName(element).localname for element in root.iter()}
        assert not present & {"TraceHeaderList", "edXMLBody", "AttachmentEncoded"}

    def test_the_same_packet_is_the_same_bytes(self):
        assert edxml.build(packet()) == edxml.build(packet())

    def test_nothing_is_invented_for_what_is_unknown(self):
        text = edxml.build(packet(issued_on=None, due_on=None, signer=None)).decode()
        assert "<edXML:DueDate>" not in text
        assert "<edXML:SignerInfo>" not in text
        assert text.count("PromulgationDate") == 2  # only that of the document answered

    def test_a_control_character_is_refused(self):
        with pytest.raises(RuleBroken) as refused:
            edxml.build(packet(subject="Trích\x00yếu"))
        assert refused.value.code == "edxml.text"


def status(**changes) -> edxml.StatusPacket:
    base = edxml.StatusPacket(
        sender=edxml.OrganisationRef("A99.01", name="Văn phòng Tỉnh ủy"),
        about=edxml.DocumentReference("H99.10", "12/SNV-VP", date(2026, 9, 1), "H99.10,2026/09/01,12/SNV-VP"),
        code="03",
        description="Đã vào sổ văn bản đến",
        at=datetime(2026, 9, 1, 9, 0, 0, tzinfo=ZONE),
        contact=edxml.Contact("Phòng Hành chính", "Văn thư", "vanthu@mau.example", "0900000000"),
    )
    return replace(base, **changes)


VIETNAMESE = (
    st.text(
        alphabet=st.sampled_from(
            "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựýỳỷỹỵ ĐÂỨ0123456789/-.,&<>\"'“”\n"
        ),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: nfc(text).strip())
    .filter(bool)
)
MAYBE = st.one_of(st.just(""), VIETNAMESE)
CODES = st.from_regex(r"[A-Z0-9]{1,4}(\.[A-Z0-9]{2,3}){0,3}", fullmatch=True)
DAYS = st.none() | st.dates(date(1945, 9, 2), date(2100, 1, 1))
MOMENTS = st.none() | st.integers(946_684_800, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, ZONE))
NUMBERS = st.none() | st.integers(0, 9999)
ORGANISATIONS = st.builds(edxml.OrganisationRef, CODES, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE)
REFERENCES = st.builds(edxml.DocumentReference, CODES, MAYBE, DAYS, VIETNAMESE)
CONTACTS = st.none() | st.builds(edxml.Contact, VIETNAMESE, MAYBE, MAYBE, MAYBE)
ENDINGS = st.sampled_from(["pdf", "doc", "docx", "xlsx", "txt", "zip", "xml", ""])
CONTENTS = st.one_of(
    st.binary(min_size=0, max_size=300), st.just(b"%PDF-1.7"), st.just(zipped(("../../etc/x.docx", b"trong")))
)
FILES = st.builds(
    lambda stem, ending, data, about: edxml.Attachment(nfc(f"{stem}.{ending}").strip(), data, about),
    VIETNAMESE,
    ENDINGS,
    CONTENTS,
    MAYBE,
)
BUSINESS = st.builds(
    edxml.Business,
    kind=st.sampled_from(edxml.BusinessKind),
    reason=MAYBE,
    document_id=MAYBE,
    update=st.none()
    | st.builds(
        edxml.UpdateInfo,
        st.booleans(),
        st.booleans(),
        st.lists(st.builds(edxml.ReceiverChange, CODES, st.booleans()), max_size=2).map(tuple),
    ),
    replacements=st.lists(
        st.builds(edxml.Replacement, VIETNAMESE, st.lists(CODES, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    contact=CONTACTS,
    paper=NUMBERS,
)
PACKETS = st.builds(
    edxml.DocumentPacket,
    sender=ORGANISATIONS,
    recipients=st.lists(ORGANISATIONS, min_size=1, max_size=4, unique_by=lambda body: body.code).map(tuple),
    document_id=VIETNAMESE,
    subject=MAYBE,
    code_number=MAYBE,
    code_notation=MAYBE,
    place=MAYBE,
    issued_on=DAYS,
    type_code=NUMBERS,
    type_detail=NUMBERS,
    type_name=MAYBE,
    content=MAYBE,
    signer=st.none() | st.builds(edxml.Signer, VIETNAMESE, MAYBE, MAYBE),
    due_on=DAYS,
    other=st.builds(
        edxml.OtherInfo,
        st.none() | st.integers(0, 4),
        MAYBE,
        MAYBE,
        NUMBERS,
        NUMBERS,
        st.lists(VIETNAMESE, max_size=2).map(tuple),
    ),
    answers=st.lists(REFERENCES, max_size=2).map(tuple),
    steering_type=NUMBERS,
    to_places=st.lists(VIETNAMESE, max_size=3).map(tuple),
    trace=st.lists(st.builds(edxml.TraceHop, st.just("") | CODES, MOMENTS), max_size=3).map(tuple),
    business=BUSINESS,
    attachments=st.lists(FILES, max_size=3).map(tuple),
)
STATUSES = st.builds(
    edxml.StatusPacket,
    sender=ORGANISATIONS,
    about=REFERENCES,
    code=st.sampled_from(["01", "02", "03", "04", "05", "06", "13", "15", "16"]),
    description=MAYBE,
    at=MOMENTS,
    contact=CONTACTS,
)
RANDOM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestRoundTrip:
    @RANDOM
    @given(PACKETS)
    def test_reading_what_was_written_gives_the_same_document(self, made):
        assert edxml.parse(edxml.build(made)) == made

    @RANDOM
    @given(STATUSES)
    def test_reading_what_was_written_gives_the_same_status(self, made):
        assert edxml.parse(edxml.build(made)) == made

    def test_three_recipients_and_three_files_zipped_and_raw_all_arrive(self):
        read = edxml.parse(edxml.build(packet()))
        assert read == packet()
        assert [body.code for body in read.recipients] == ["A99.01", "I01.99", "000.00.01.A99"]
        assert codes(read) == set()

    def test_decomposed_letters_are_read_composed(self):
        made = packet(document_id="H99.10,2026/09/01,12/SNV-Đơ\u031bn".replace("ơ\u031b", "o\u031b"))
        assert edxml.parse(edxml.build(made)).document_id == nfc(made.document_id)

    def test_an_attachment_of_twelve_megabytes_arrives_whole(self):
        large = edxml.Attachment("bản quét.pdf", PDF + bytes(12 * 1024 * 1024))
        assert edxml.parse(edxml.build(packet(attachments=(large,)))).attachments[0].data == large.data


class TestTolerance:
    def test_other_prefixes_and_another_order_mean_the_same(self):
        root = etree.fromstring(edxml.build(packet()))
        for element in root.iter(f"{{{NAMESPACE}}}MessageHeader", f"{{{NAMESPACE}}}edXMLHeader"):
            element[:] = list(reversed(element))
        read = edxml.parse(etree.tostring(root))
        assert read.subject == packet().subject
        assert {body.code for body in read.recipients} == {body.code for body in packet().recipients}

    def test_a_packet_without_purpose_is_a_new_document(self):
        root = etree.fromstring(edxml.build(packet(business=edxml.Business(edxml.BusinessKind.UPDATE))))
        purpose = root.find(f".//{{{NAMESPACE}}}Bussiness")
        purpose.getparent().remove(purpose)
        read = edxml.parse(etree.tostring(root))
        assert read.business.kind is edxml.BusinessKind.NEW
        assert codes(read) == {"business_missing"}

    @pytest.mark.parametrize(
        ("written", "day", "code"),
        [
            ("2026/09/01", date(2026, 9, 1), None),
            ("01/09/2026", date(2026, 9, 1), "date_order"),
            ("2026/02/30", None, "date_unreadable"),
            ("ngày 1 tháng 9", None, "date_unreadable"),
        ],
    )
    def test_dates_are_read_in_both_orders_and_never_guessed(self, written, day, code):
        data = edited(
            edxml.build(packet(answers=())),
            ("<edXML:PromulgationDate>2026/09/01", f"<edXML:PromulgationDate>{written}"),
        )
        read = edxml.parse(data)
        assert read.issued_on == day
        assert {oddity.raw for oddity in read.oddities if oddity.code == code} == ({written} if code else set())

    def test_unknown_elements_do_not_disturb(self):
        extension = "<edXML:ApplicationType>1</edXML:ApplicationType><x:y xmlns:x='urn:x'>z</x:y>"
        data = edited(edxml.build(packet()), ("<edXML:Subject>", extension + "<edXML:Subject>"))
        assert edxml.parse(data) == packet()

    def test_a_recipient_named_twice_is_kept_once(self):
        body = edxml.OrganisationRef("A99.01")
        read = edxml.parse(edxml.build(packet(recipients=(body, body))))
        assert [found.code for found in read.recipients] == ["A99.01"]
        assert "recipient_repeated" in codes(read)

    def test_a_pdf_zipped_under_its_own_type_is_taken_out(self):
        hidden = base64.b64encode(zipped(("C:\\temp\\..\\..\\boot.ini", PDF))).decode()
        data = edited(edxml.build(packet()), (base64.b64encode(PDF).decode(), hidden))
        assert edxml.parse(data).attachments[0].data == PDF

    def test_a_zip_of_several_files_stays_as_it_came(self):
        several = zipped(("a.pdf", PDF), ("b.pdf", PDF))
        data = edited(edxml.build(packet()), (base64.b64encode(PDF).decode(), base64.b64encode(several).decode()))
        read = edxml.parse(data)
        assert read.attachments[0].data == several
        assert {"zip_kept", "attachment_damaged"} <= codes(read)

    def test_a_pdf_ruined_by_text_decoding_is_noted(self):
        ruined = PDF.decode("utf-8", errors="replace").encode()
        read = edxml.parse(edxml.build(packet(attachments=(edxml.Attachment("a.pdf", ruined),))))
        assert codes(read) == {"attachment_damaged"}

    def test_content_ids_that_do_not_agree_are_matched_by_place(self):
        data = edxml.build(packet()).decode()
        manifest, files = data.split("<AttachmentEncoded>")
        read = edxml.parse((manifest.replace("cid:attachment", "cid:other") + "<AttachmentEncoded>" + files).encode())
        assert read == packet()
        assert codes(read) == set()

    def test_a_secrecy_mark_of_the_older_generation_is_handed_on(self):
        data = edited(edxml.build(packet()), ("<edXML:Priority>", "<edXML:Secret>Mật</edXML:Secret><edXML:Priority>"))
        read = edxml.parse(data)
        assert read.secrecy_hint == "Mật"
        assert "secrecy_element" in codes(read)

    def test_a_signature_is_seen_and_not_believed(self):
        signed = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></edXML:edXMLHeader>'
        assert edxml.parse(edited(edxml.build(packet()), ("</edXML:edXMLHeader>", signed))).has_signature

    def test_every_oddity_has_a_sentence(self):
        sources = "".join(path.read_text(encoding="utf-8") for path in Path(wrapping.__file__).parent.glob("*.py"))
        noted = set(re.findall(r'notes\.add\(\s*"([a-z_]+)"', sources)) | {"zip_kept", "zip_unreadable", "text_cut"}
        assert noted == set(SENTENCES)


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "edxml.malformed"),
            (b"junk<?xml version='1.0'?><edXML/>", "edxml.malformed"),
            (b"%PDF-1.7 not xml at all", "edxml.malformed"),
            (b"<edXML", "edxml.malformed"),
            (b"<a>" * 100 + b"</a>" * 100, "edxml.too_large"),
            (b"<?xml version='1.0' encoding='utf-99'?><edXML/>", "edxml.malformed"),
            (b"<edXML xlink:href='x'/>", "edxml.malformed"),
            (b"<html/>", "edxml.not_edxml"),
            (b"<edXMLEnvelope xmlns='http://www.go.vn/eDoc'/>", "edxml.generation"),
            (f"<edXML xmlns='{NAMESPACE}'/>".encode(), "edxml.incomplete"),
            (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><edXML>&x;</edXML>", "edxml.unsafe"),
            (b"<!DOCTYPE edXML SYSTEM 'http://example.invalid/x.dtd'><edXML/>", "edxml.unsafe"),
        ],
    )
    def test_junk_and_attacks_are_refused_with_a_sentence(self, data, code):
        with pytest.raises(RuleBroken) as refused:
            edxml.parse(data)
        assert refused.value.code == code
        assert str(refused.value)

    @pytest.mark.parametrize("name", ["From", "DocumentId", "To"])
    def test_a_packet_that_cannot_be_told_apart_is_refused(self, name):
        root = etree.fromstring(edxml.build(packet()))
        header = root.find(f".//{{{NAMESPACE}}}MessageHeader")
        for child in header.findall(f"{{{NAMESPACE}}}{name}"):
            header.remove(child)
        with pytest.raises(RuleBroken) as refused:
            edxml.parse(etree.tostring(root))
        assert refused.value.code == "edxml.incomplete"

    def test_a_zip_that_swells_is_refused(self):
        bomb = base64.b64encode(zipped(("a.txt", bytes(20 * 1024 * 1024)))).decode()
        data = edited(edxml.build(packet()), (base64.b64encode(PDF).decode(), bomb))
        with pytest.raises(RuleBroken) as refused:
            edxml.parse(data)
        assert refused.value.code == "edxml.zip_bomb"

    def test_broken_base64_is_refused(self):
        data = edited(edxml.build(packet()), (base64.b64encode(PDF).decode(), "JVBE*==="))
        with pytest.raises(RuleBroken) as refused:
            edxml.parse(data)
        assert refused.value.code == "edxml.base64"

    @pytest.mark.parametrize(
        "limits", [Limits(packet=1000), Limits(attachment=1000), Limits(text=10), Limits(attachments=2)]
    )
    def test_a_packet_beyond_the_limits_is_refused(self, limits):
        data = edxml.build(packet())
        assert edxml.parse(data)
        with pytest.raises(RuleBroken) as refused:
            edxml.parse(data, limits)
        assert refused.value.code == "edxml.too_large"
