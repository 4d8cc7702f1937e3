"""Several signatures in one XML document, and signatures over lists of references, as invoices and forms have them."""

from __future__ import annotations

import pytest
from lxml import etree

from mocban.signing.tests import signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.trust import Trust
from mocban.signing.verification.xml import judge_xml
from mocban.signing.verification.xml_references import DS

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
FORM = '<form><data Id="data"><sum>100</sum></data></form>'


@pytest.fixture(scope="module")
def trust(pki: Pki) -> Trust:
    return pki.trust(crls=(pki.crl(), pki.crl("root")))


def codes(found: FileFinding) -> set[str]:
    return {reason.code for one in (found, *found.signatures) for reason in one.reasons}


def canonical_of(document: str, path: str) -> bytes:
    return bytes(etree.tostring(etree.fromstring(document).find(path), method="c14n", with_tail=False))


INVOICE = (
    '<invoice><data Id="data"><sum>100</sum></data><code Id="code">M1-26</code><signs><seller/><tax/></signs></invoice>'
)


def invoice(pki: Pki, second: str = "organisation", *, document: str = INVOICE) -> bytes:
    """Return an invoice whose seller signs its data, and where the tax authority signs these and its own code."""
    data, code = (("#" + name, "", canonical_of(INVOICE, name)) for name in ("data", "code"))
    for place, references, label in (("<seller/>", [data], "person"), ("<tax/>", [data, code], second)):
        document = document.replace(place, signed.signature_by_hand(pki, references, label=label))
    return document.encode()


def test_what_one_signature_leaves_out_may_be_covered_by_another(pki: Pki, trust: Trust) -> None:
    found = judge_xml(invoice(pki), trust=trust)
    assert (found.conclusion, [one.conclusion for one in found.signatures]) == (VALID, [VALID, VALID])
    assert "xml.part_by_other" in codes(found)
    seller = signed.signature_by_hand(pki, [("#data", "", canonical_of(INVOICE, "data"))])
    alone = judge_xml(INVOICE.replace("<seller/>", seller).encode(), trust=trust)
    assert (alone.conclusion, "xml.part_unsigned" in codes(alone)) == (INDETERMINATE, True)


@pytest.mark.parametrize("second", ["unknown", "revoked", "expired"])
def test_only_a_good_signature_covers_for_another(pki: Pki, trust: Trust, second: str) -> None:
    found = judge_xml(invoice(pki, second), trust=trust)
    assert (found.conclusion == VALID, found.signatures[0].conclusion) == (False, INDETERMINATE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("M1-26", "M1-27"),
        ("<signs>", "<more>words</more><signs>"),
        ("<signs>", '<data Id="b"><sum>9</sum></data><signs>'),
    ],
)
def test_what_no_signature_covers_stays_unsigned(pki: Pki, trust: Trust, old: str, new: str) -> None:
    assert judge_xml(invoice(pki, document=INVOICE.replace(old, new)), trust=trust).conclusion != VALID


def test_a_second_element_of_the_name_is_an_exchange_whoever_signed_it(pki: Pki, trust: Trust) -> None:
    twice = INVOICE.replace("<signs>", '<data Id="b"><sum>9</sum></data><signs>')
    one = signed.signature_by_hand(pki, [("#data", "", canonical_of(twice, "data"))])
    mine = twice.replace("<seller/>", one).replace("<tax/>", "")
    whole = signed.xml(pki, mine, "organisation")
    found = judge_xml(whole, trust=trust)
    assert ([kept.conclusion for kept in found.signatures], "xml.wrapped" in codes(found)) == ([INVALID, VALID], True)


def manifest(pki: Pki, document: str, digested: bytes) -> bytes:
    """Return the document signed by way of a list of references, which is what is signed."""
    listed = signed._reference("#data", "", digested)
    held = f'<Manifest xmlns="{DS}" Id="list">{listed}</Manifest>'
    signature = signed.signature_by_hand(pki, [("#list", "", held.encode())], held=f"<Object>{held}</Object>")
    return document.replace("</form>", f"{signature}</form>").encode()


def test_the_references_of_a_signed_list_are_followed(pki: Pki, trust: Trust) -> None:
    data = canonical_of(FORM, "data")
    assert judge_xml(manifest(pki, FORM, data), trust=trust).conclusion == VALID
    changed = judge_xml(manifest(pki, FORM.replace("100", "900"), data), trust=trust)
    assert (changed.conclusion, "signature.broken" in codes(changed)) == (INVALID, True)
    outside = FORM.replace("</form>", "<more>words</more></form>")
    assert judge_xml(manifest(pki, outside, data), trust=trust).conclusion == INDETERMINATE
