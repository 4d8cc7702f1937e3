"""Signed XML: valid only when everything a reader can see is what the signer signed."""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mocban.config import signature_report
from mocban.signing.tests import signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.judging import judge
from mocban.signing.verification.sentences import sentence
from mocban.signing.verification.trust import Trust
from mocban.signing.verification.xml import judge_xml
from mocban.signing.verification.xml_references import DS

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
LETTER = (
    '<letter xmlns="urn:letter" xml:lang="vi">'
    '<text Id="text">Kính gửi</text><!-- note --><date>05/11/2026</date></letter>'
)
FORM = '<form><data Id="data"><sum>100</sum></data></form>'
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"


@pytest.fixture(scope="module")
def trust(pki: Pki) -> Trust:
    return pki.trust(crls=(pki.crl(), pki.crl("root")))


def codes(found: FileFinding) -> set[str]:
    return {reason.code for one in (found, *found.signatures) for reason in one.reasons}


def edited(document: bytes, change: Callable[[etree._Element], object]) -> bytes:
    """Return the document with a change made to its root, which may also get another root around it."""
    root = etree.fromstring(document)
    change(root)
    return bytes(etree.tostring(root.getroottree()))


def signature_of(root: etree._Element) -> etree._Element:
    return next(root.iter(f"{{{DS}}}Signature"))


def hand_made(pki: Pki, uri: str, data: bytes, *, transforms: str = "", method: str = "", before: str = "") -> bytes:
    """Return a document whose one reference says `uri` and digests `data`: what no honest signing program writes."""
    signature = signed.signature_by_hand(pki, [(uri, transforms, data)], method=method)
    return f"<doc>{before}{signature}</doc>".encode()


# --- what is good ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xades", "canonical"),
    [(True, INCLUSIVE), (True, INCLUSIVE_11), (False, INCLUSIVE), (False, INCLUSIVE_11), (False, EXCLUSIVE)],
)
def test_an_enveloped_signature_covers_the_whole_letter(pki: Pki, trust: Trust, xades: bool, canonical: str) -> None:
    document = signed.xml(pki, LETTER, xades=xades, c14n_algorithm=canonical)
    found = judge_xml(document, trust=trust)
    assert (found.format, found.conclusion, codes(found)) == ("xml", VALID, {"content.unchanged"})
    [one] = found.signatures
    assert (one.signer, one.whole, one.digest) == ("Trần Thị Bích Ngọc", True, "sha256")
    assert (one.form, one.level, bool(one.claimed_at)) == (("xades", "B-B", True) if xades else ("xmldsig", "", False))


@pytest.mark.parametrize(
    ("label", "algorithm"),
    [("organisation", "rsa-sha512"), ("ecdsa", "ecdsa-sha256"), ("person", "sha256-rsa-MGF1")],
)
def test_every_kind_of_key_is_known(pki: Pki, trust: Trust, label: str, algorithm: str) -> None:
    document = signed.xml(pki, LETTER, label, signature_algorithm=algorithm)
    assert judge_xml(document, trust=trust).conclusion == VALID


def test_the_door_judges_signed_xml_in_the_helper_process(pki: Pki, trust: Trust) -> None:
    document = signed.xml(pki, LETTER)
    assert judge(document, trust=trust).conclusion == VALID
    assert judge(document.replace("Kính".encode(), "Kình".encode()), trust=trust).conclusion == INVALID


def test_an_element_that_is_all_of_the_file_may_be_signed_alone_and_is_named(pki: Pki, trust: Trust) -> None:
    found = judge_xml(signed.xml(pki, FORM, reference="#data"), trust=trust)
    assert (found.conclusion, codes(found)) == (VALID, {"content.unchanged", "xml.covers"})
    [one] = found.signatures
    assert (one.whole, one.reasons[1].values) == (False, {"signed": "data"})


def test_two_signatures_over_one_element_in_places_of_their_own_are_both_valid(pki: Pki, trust: Trust) -> None:
    first = etree.fromstring(signed.xml(pki, FORM, reference="#data"))
    second = etree.fromstring(signed.xml(pki, FORM, "organisation", reference="#data"))
    places = etree.SubElement(first, "signatures")
    for name, tree in (("seller", first), ("buyer", second)):
        etree.SubElement(places, name).append(signature_of(tree))
    etree.SubElement(places, "authority")  # the place of a signature still to come
    found = judge_xml(etree.tostring(first), trust=trust)
    assert [one.conclusion for one in found.signatures] == [VALID, VALID]


def test_an_enveloping_signature_covers_its_object(pki: Pki, trust: Trust) -> None:
    document = signed.enveloping(pki, "<data>100</data>")
    [one] = judge_xml(document, trust=trust).signatures
    assert (one.conclusion, one.whole) == (VALID, True)
    assert judge_xml(document.replace(b"100", b"900"), trust=trust).conclusion == INVALID


@pytest.mark.parametrize("canonical", [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11])
def test_a_signature_without_prefixes_is_read_in_its_canonical_form(pki: Pki, trust: Trust, canonical: str) -> None:
    """Most programs write the signature in a default namespace, which elements inside inherit."""
    transforms = f'<Transforms><Transform Algorithm="{canonical}"></Transform></Transforms>'
    body = '<x xmlns="urn:form" Id="x"><y><z></z></y></x>'
    references = [("#x", transforms, body.encode())]
    signature = signed.signature_by_hand(pki, references, canonical=canonical)
    assert judge_xml(f"<doc>{body}{signature}</doc>".encode(), trust=trust).conclusion == VALID


def test_the_time_of_an_invoice_without_xades_is_read_when_it_is_signed(pki: Pki, trust: Trust) -> None:
    transforms = f'<Transforms><Transform Algorithm="{EXCLUSIVE}"></Transform></Transforms>'
    body = '<invoice Id="data"><sum>100</sum></invoice>'
    time = (
        f'<Object xmlns="{DS}" Id="time"><SignatureProperties><SignatureProperty Target="#s">'
        "<SigningTime>2026-11-05T08:30:00</SigningTime></SignatureProperty></SignatureProperties></Object>"
    )
    for references, claimed, conclusion in (
        (
            [("#data", transforms, body.encode()), ("#time", transforms, time.encode())],
            "2026-11-05T08:30:00+07:00",
            VALID,
        ),
        ([("#data", transforms, body.encode())], "", INDETERMINATE),
    ):
        signature = signed.signature_by_hand(pki, references, held=time)
        document = f"<file>{body}<signatures><seller>{signature}</seller><buyer/></signatures></file>".encode()
        [one] = judge_xml(document, trust=trust).signatures
        assert (one.claimed_at, one.conclusion) == (claimed, conclusion)


@pytest.mark.parametrize(
    ("claimed", "code"),
    [("0001-01-01T00:00:00", "chain.claimed_before_valid"), ("9999-12-31T23:00:00Z", "time.claim_in_future")],
)
def test_a_clock_at_the_end_of_time_is_told_and_breaks_nothing(pki: Pki, trust: Trust, claimed: str, code: str) -> None:
    body = '<x Id="x">1</x>'
    signature = signed.signature_by_hand(pki, [("#x", "", body.encode())], qualified=True, claimed_at=claimed)
    found = judge_xml(f"<doc>{body}{signature}</doc>".encode(), trust=trust)
    assert (found.conclusion, code in codes(found)) == (INDETERMINATE, True)
    assert all(sentence(reason) for reason in found.signatures[0].reasons)
    assert signature_report.as_text("a.xml", found)


def test_comments_and_instructions_around_the_letter_are_no_change(pki: Pki, trust: Trust) -> None:
    document = signed.xml(pki, LETTER)
    assert judge_xml(document.replace(b"<!-- note -->", b""), trust=trust).conclusion == VALID


def test_a_time_stamp_over_the_signature_value_proves_its_time(pki: Pki, trust: Trust) -> None:
    stamped = signed.stamp_xml(pki, signed.xml(pki, LETTER))
    [one] = judge_xml(stamped, trust=trust).signatures
    assert (one.conclusion, one.level, one.time_by) == (VALID, "B-T", "Dấu thời gian An Hòa")
    other = signed.stamp_xml(pki, signed.xml(pki, LETTER), over=b"something else")
    found = judge_xml(other, trust=trust)
    assert (found.conclusion, "time.broken" in codes(found)) == (INVALID, True)


# --- what is not -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "conclusion", "code"),
    [
        ("unknown", INDETERMINATE, "chain.unknown_root"),
        ("expired", INDETERMINATE, "chain.expired"),
        ("revoked", INVALID, "chain.revoked"),
        ("encipherment", INVALID, "chain.wrong_usage"),
    ],
)
def test_the_certificate_decides_with(pki: Pki, trust: Trust, label: str, conclusion: Conclusion, code: str) -> None:
    found = judge_xml(signed.xml(pki, LETTER, label), trust=trust)
    assert (found.conclusion, code in codes(found)) == (conclusion, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: root[0].set("Id", "other"),
        lambda root: root.set("version", "2"),
        lambda root: setattr(root[0], "text", "Kính gửi."),
        lambda root: setattr(root[0], "tail", "!"),
        lambda root: etree.SubElement(root, "more"),
        lambda root: root.remove(root[0]),
        lambda root: setattr(signature_of(root), "tail", "words behind the signature"),
    ],
)
def test_any_change_to_the_letter_breaks_the_signature(pki: Pki, trust: Trust, change: Callable) -> None:
    found = judge_xml(edited(signed.xml(pki, LETTER), change), trust=trust)
    assert (found.conclusion, "signature.broken" in codes(found)) == (INVALID, True)


def forged(root: etree._Element) -> etree._Element:
    """Return what the attacker wants to be read: a copy of the signed element with another sum."""
    copied = copy.deepcopy(root.find("data"))
    copied.find("sum").text = "900"
    return copied


def beside(root: etree._Element, *, keep_id: bool) -> None:
    """The forged element before the signed one."""
    evil = forged(root)
    if not keep_id:
        evil.attrib.pop("Id")
    root.insert(0, evil)


def in_object(root: etree._Element) -> None:
    """The signed element hidden in the signature, the forged one in its place."""
    evil, good = forged(root), root.find("data")
    evil.attrib.pop("Id")
    root.replace(good, evil)
    etree.SubElement(signature_of(root), f"{{{DS}}}Object").append(good)


def in_wrapper(root: etree._Element) -> None:
    """The signed element moved below one that readers pass over, the forged one in its place."""
    evil, good = forged(root), root.find("data")
    evil.attrib.pop("Id")
    root.replace(good, evil)
    etree.SubElement(root, "ignored").append(good)


def around(root: etree._Element) -> None:
    """A forged document with the whole signed one inside."""
    outer = etree.Element("form")
    evil = forged(root)
    evil.attrib.pop("Id")
    outer.append(evil)
    outer.append(root)


def in_empty_signature(root: etree._Element) -> None:
    """The forged element in a second signature that has nothing to check."""
    evil = forged(root)
    evil.attrib.pop("Id")
    etree.SubElement(etree.SubElement(root, f"{{{DS}}}Signature"), f"{{{DS}}}Object").append(evil)


@pytest.mark.parametrize("xades", [True, False])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda root: beside(root, keep_id=True),
        lambda root: beside(root, keep_id=False),
        in_object,
        in_wrapper,
        around,
        in_empty_signature,
        lambda root: etree.SubElement(root, "more", said="100"),
        lambda root: setattr(etree.SubElement(root, "more"), "text", "words"),
        lambda root: etree.SubElement(root, "approved"),
        lambda root: root.set("cancelled", "true"),
        lambda root: setattr(root.find("data"), "tail", "words"),
        lambda root: setattr(signature_of(root), "tail", "words"),
        lambda root: root.addprevious(etree.ProcessingInstruction("xml-stylesheet", 'href="other.xsl"')),
    ],
)
def test_a_signed_element_among_unsigned_ones_is_never_valid(
    pki: Pki, trust: Trust, wrap: Callable, xades: bool
) -> None:
    original = signed.xml(pki, FORM, reference="#data", xades=xades)
    assert judge_xml(original, trust=trust).conclusion == VALID
    found = judge_xml(edited(original, wrap), trust=trust)
    assert found.conclusion != VALID
    assert codes(found) & {"xml.wrapped", "xml.part_unsigned", "xml.double_id", "signature.broken"}


@pytest.mark.parametrize("wrap", [in_wrapper, around, in_object])
def test_an_exchanged_element_is_called_so(pki: Pki, trust: Trust, wrap: Callable) -> None:
    document = edited(signed.xml(pki, FORM, reference="#data", xades=False, c14n_algorithm=EXCLUSIVE), wrap)
    found = judge_xml(document, trust=trust)
    assert (found.conclusion, "xml.wrapped" in codes(found)) == (INVALID, True)


def test_properties_exchanged_or_added_by_somebody_else_are_seen(pki: Pki, trust: Trust) -> None:
    xades, plain = signed.xml(pki, LETTER), signed.xml(pki, LETTER, xades=False)
    assert (
        judge_xml(xades.replace(b"<xades:SigningTime>20", b"<xades:SigningTime>19"), trust=trust).conclusion == INVALID
    )

    def borrow(root: etree._Element) -> None:
        signature_of(root).append(signature_of(etree.fromstring(xades)).find(f"{{{DS}}}Object"))

    found = judge_xml(edited(plain, borrow), trust=trust)
    assert (found.conclusion, "xml.properties_unsigned" in codes(found)) == (INVALID, True)


def test_another_certificate_of_the_same_key_is_not_the_one_that_was_fixed(pki: Pki, trust: Trust) -> None:
    def exchange(root: etree._Element) -> None:
        first = next(root.iter(f"{{{DS}}}X509Certificate"))
        first.text = base64.b64encode(pki.der("person2")).decode()

    for xades in (True, False):
        found = judge_xml(edited(signed.xml(pki, LETTER, xades=xades), exchange), trust=trust)
        assert (found.conclusion == VALID) is not xades  # without XAdES nothing tells which certificate was meant


@pytest.mark.parametrize(
    ("uri", "transforms", "code"),
    [
        ("http://127.0.0.1:9/a", "", "xml.reference_outside"),
        ("file:///etc/hostname", "", "xml.reference_outside"),
        ("other.xml", "", "xml.reference_outside"),
        ("#nowhere", "", "xml.reference_unfit"),
        ("#xpointer(/)", "", "xml.reference_unfit"),
        ("#x", "http://www.w3.org/TR/1999/REC-xslt-19991116", "xml.transform_unfit"),
        ("#x", "http://www.w3.org/TR/1999/REC-xpath-19991116", "xml.transform_unfit"),
        ("#x", "http://www.w3.org/2002/06/xmldsig-filter2", "xml.transform_unfit"),
        ("#x", "urn:nobody-knows", "xml.transform_unfit"),
    ],
)
def test_references_and_transforms_that_choose_unseen_are_not_followed(
    pki: Pki, trust: Trust, uri: str, transforms: str, code: str
) -> None:
    named = f'<Transforms><Transform Algorithm="{transforms}"></Transform></Transforms>' if transforms else ""
    document = hand_made(pki, uri, b'<x Id="x">1</x>', transforms=named, before='<x Id="x">1</x>')
    found = judge_xml(document, trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {code})


def test_the_usual_expression_without_signatures_is_followed(pki: Pki, trust: Trust) -> None:
    xpath = (
        '<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
        "<XPath>not(ancestor-or-self::ds:Signature)</XPath></Transform></Transforms>"
    )
    document = hand_made(pki, "", b"<doc><x>1</x></doc>", transforms=xpath, before="<x>1</x>")
    assert judge_xml(document, trust=trust).conclusion == VALID
    assert judge_xml(document.replace(b"<x>1", b"<x>2"), trust=trust).conclusion == INVALID


@pytest.mark.parametrize(
    "inside", ["<Object>pay 900</Object>", "pay 900", "<KeyInfo><KeyName>pay 900</KeyName></KeyInfo>"]
)
def test_words_in_a_signature_that_nobody_judges_are_unsigned_words(pki: Pki, trust: Trust, inside: str) -> None:
    xpath = (
        '<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
        "<XPath>not(ancestor-or-self::ds:Signature)</XPath></Transform></Transforms>"
    )
    document = hand_made(pki, "", b"<doc><x>1</x></doc>", transforms=xpath, before="<x>1</x>")
    empty = document.replace(b"</doc>", f'<Signature xmlns="{DS}"></Signature></doc>'.encode())
    assert judge_xml(empty, trust=trust).conclusion == VALID
    hidden = document.replace(b"</doc>", f'<Signature xmlns="{DS}">{inside}</Signature></doc>'.encode())
    found = judge_xml(hidden, trust=trust)
    assert (found.conclusion, "xml.part_unsigned" in codes(found)) == (INDETERMINATE, True)


def test_only_the_properties_of_the_standard_may_lie_unsigned_in_an_object(pki: Pki, trust: Trust) -> None:
    def add(root: etree._Element) -> None:
        holder = etree.SubElement(signature_of(root), f"{{{DS}}}Object")
        etree.SubElement(holder, "{urn:forged}QualifyingProperties").text = "pay 900"

    found = judge_xml(edited(signed.xml(pki, LETTER), add), trust=trust)
    assert (found.conclusion, "xml.part_unsigned" in codes(found)) == (INDETERMINATE, True)


def test_a_comment_amid_a_word_is_told(pki: Pki, trust: Trust) -> None:
    document = signed.xml(pki, FORM, reference="#data")
    found = judge_xml(document.replace(b"<sum>100", b"<sum>1<!-- -->00"), trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"xml.comment_in_text"})
    harmless = judge_xml(document.replace(b"<sum>", b"<!-- note --><sum>"), trust=trust)
    assert harmless.conclusion == VALID


def test_base64_is_undone_in_objects_only(pki: Pki, trust: Trust) -> None:
    undo = f'<Transforms><Transform Algorithm="{DS}base64"></Transform></Transforms>'
    document = hand_made(pki, "#x", b"letter", transforms=undo, before='<x Id="x" said="900">bGV0dGVy</x>')
    found = judge_xml(document, trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"xml.transform_unfit"})
    held = f'<Object xmlns="{DS}" Id="o">bGV0dGVy</Object>'
    signature = signed.signature_by_hand(pki, [("#o", undo, b"letter")], held=held)
    assert judge_xml(signature.encode(), trust=trust).conclusion == VALID
    assert judge_xml(signature.replace("bGV0dGVy", "bGV0dGVz").encode(), trust=trust).conclusion == INVALID


def test_a_shared_secret_names_no_signer_and_unknown_methods_prove_nothing(pki: Pki, trust: Trust) -> None:
    for method, code in ((f"{DS}hmac-sha1", "xml.hmac"), ("urn:unknown", "algorithm.unknown")):
        found = judge_xml(hand_made(pki, "#x", b"", method=method, before='<x Id="x">1</x>'), trust=trust)
        assert (found.conclusion == VALID, codes(found)) == (False, {code})


def test_sha1_is_not_enough(pki: Pki, trust: Trust) -> None:
    body = b'<x Id="x">1</x>'
    document = hand_made(pki, "#x", body, before=body.decode())
    assert judge_xml(document, trust=trust).conclusion == VALID
    weak = signed.weak_xml(pki, LETTER)
    found = judge_xml(weak, trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"algorithm.weak_digest"})


def test_a_comment_cannot_split_a_digest(pki: Pki, trust: Trust) -> None:
    """The digest a careless reader sees is the forged one; the signed one stands behind the comment."""
    body = b'<x Id="x">1</x>'
    document = hand_made(pki, "#x", body, before=body.decode())
    good = base64.b64encode(hashlib.sha256(body).digest())
    evil = base64.b64encode(hashlib.sha256(body.replace(b"1", b"9")).digest())
    attack = document.replace(b">1<", b">9<").replace(good, evil + b"<!--" + good + b"-->")
    assert judge_xml(attack, trust=trust).conclusion == INVALID
    attack = document.replace(b">1<", b">9<").replace(good, b"<!--" + evil + b"-->" + good)
    assert judge_xml(attack, trust=trust).conclusion == INVALID


def test_a_relative_namespace_has_no_canonical_form(pki: Pki, trust: Trust) -> None:
    document = hand_made(pki, "#x", b"", before='<x xmlns="letter" Id="x">1</x>')
    found = judge_xml(document, trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"xml.not_canonical"})


@pytest.mark.parametrize(
    "document",
    [
        f'<packet><Signature xmlns="{DS}"/></packet>',
        '<edXML:packet xmlns:edXML="http://www.e-doc.vn/Schema/"><edXML:Signature>words</edXML:Signature></edXML:packet>',
        f'<packet><Signature xmlns="{DS}"><KeyInfo/></Signature></packet>',
    ],
)
def test_a_place_for_a_signature_is_no_signature(trust: Trust, document: str) -> None:
    found = judge_xml(document.encode(), trust=trust)
    assert (found.readable, found.conclusion, codes(found)) == (True, INDETERMINATE, {"xml.nothing_to_check"})


def test_xml_without_any_signature_says_so(trust: Trust) -> None:
    assert codes(judge_xml(b"<a/>", trust=trust)) == {"file.no_signature"}


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>",
        b"<a>",
        b"<a></b>",
        b"<a>&b;</a>",
        b"<a>" * 1000 + b"</a>" * 1000,
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
)
def test_xml_that_attacks_its_reader_is_unreadable(trust: Trust, document: bytes) -> None:
    found = judge(document, trust=trust)
    assert (found.readable, found.conclusion) == (False, INDETERMINATE)


@settings(max_examples=150, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_byte_is_never_valid_when_the_letter_reads_differently(pki: Pki, trust: Trust, data) -> None:
    original = signed.stamp_xml(pki, signed.xml(pki, LETTER))
    document = bytearray(original)
    place = data.draw(st.integers(0, len(document) - 1))
    document[place] ^= data.draw(st.integers(1, 255))
    found = judge_xml(bytes(document), trust=trust)
    if found.conclusion == VALID:
        assert text_of(bytes(document)) == text_of(original)


def text_of(document: bytes) -> list[str]:
    """Return what a reader sees: all text outside the signature, without comments."""
    root = etree.fromstring(document, etree.XMLParser(remove_comments=True))
    return [part for child in root if child.tag != f"{{{DS}}}Signature" for part in child.itertext()]
