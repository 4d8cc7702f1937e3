"""What the references of an XML signature (W3C XML Signature 1.1) point at, and whether its digest is right.

Only what can be followed without guessing is followed: the document itself, an element of it by a unique Id, or an
object of the container. Of the transforms only canonical forms, the enveloped signature and base64 are known; XPath and
XSLT let a signer (or a forger) choose what is signed in ways no reader can see.
"""

from __future__ import annotations

import base64
import binascii
import copy
import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from .xml_reading import read

DS = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ENVELOPED = DS + "enveloped-signature"
_BASE64 = DS + "base64"
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
# The one expression that says what the enveloped transform says, for every signature of the document.
_NO_SIGNATURES = re.compile(r"not\(ancestor-or-self::[A-Za-z][\w.-]*:Signature\)")
# URI: (exclusive, with comments)
CANONICAL = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    _EXCLUSIVE: (True, False),
    _EXCLUSIVE + "WithComments": (True, True),
}
_DEFAULT_FORM = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENCRYPTION, _MORE, _SHA3 = (
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2007/05/xmldsig-more#",
)
DIGESTS = {
    _MORE + "md5": "md5",
    DS + "sha1": "sha1",
    _MORE + "sha224": "sha224",
    _ENCRYPTION + "sha256": "sha256",
    _MORE + "sha384": "sha384",
    _ENCRYPTION + "sha512": "sha512",
    _SHA3 + "sha3-256": "sha3_256",
    _SHA3 + "sha3-384": "sha3_384",
    _SHA3 + "sha3-512": "sha3_512",
}
ID_NAMES = ("Id", "ID", "id", _XML + "id")
TRANSFORMS_READ = 5

Resolve = Callable[[str], bytes | None]


class Unfit(Exception):
    """The signature cannot be followed; `code` and `values` name the sentence."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Referred:
    """What one reference covers: an element of the document (the root for all of it), or an object of the container."""

    uri: str
    digest: str  # "sha256"
    matches: bool
    element: etree._Element | None = None
    bare: bool = False  # every signature inside was taken out, also those that nobody judges


@dataclass(frozen=True)
class _Way:
    """The transforms of a reference, put in order."""

    enveloped: bool = False
    signatures: bool = False  # no signature of the document belongs to what is signed
    form: str = ""
    prefixes: tuple[str, ...] = ()
    base64: bool = False


def ids_of(root: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the elements by their Id, under every name that programs use for one."""
    found: dict[str, list[etree._Element]] = {}
    for element in root.iter(etree.Element):
        for value in {element.get(name) for name in ID_NAMES} - {None}:
            found.setdefault(str(value), []).append(element)
    return found


def follow(
    reference: etree._Element,
    signature: etree._Element,
    ids: Mapping[str, list[etree._Element]],
    resolve: Resolve,
) -> Referred:
    """Follow one `reference` of `signature` and compare its digest. Raises Unfit for what must not be followed.

    `reference` comes from the canonical form of what is signed, `signature` stands in its document.
    """
    name, expected = _digest_of(reference)
    uri, way, element = _target(reference, signature, ids)
    ways = _written_of(uri, way, element, signature, resolve)
    matches = any(hashlib.new(name, data).digest() == expected for data in ways)
    return Referred(uri, name, matches, element, way.signatures)


def octets_of(
    reference: etree._Element,
    signature: etree._Element,
    ids: Mapping[str, list[etree._Element]],
    resolve: Resolve,
    form: str,
) -> list[bytes]:
    """Return what one reference points at, in the canonical `form` where its transforms name none. Raises Unfit."""
    uri, way, element = _target(reference, signature, ids)
    if element is not None and not way.form:
        way = dataclasses.replace(way, form=form)
    return _written_of(uri, way, element, signature, resolve)


def _target(
    reference: etree._Element, signature: etree._Element, ids: Mapping[str, list[etree._Element]]
) -> tuple[str, _Way, etree._Element | None]:
    """Return the URI of a reference, its transforms, and the element that it means; none outside the document."""
    uri = reference.get("URI")
    if uri is None:
        raise Unfit("xml.reference_unfit", uri="")
    inside = uri == "" or uri.startswith("#")
    return uri, _way(reference), _inside(uri, signature, ids) if inside else None


def _written_of(
    uri: str, way: _Way, element: etree._Element | None, signature: etree._Element, resolve: Resolve
) -> list[bytes]:
    if element is None:
        return _outside(uri, way, resolve)
    return _octets(element, signature, way, whole=uri == "")


def _inside(uri: str, signature: etree._Element, ids: Mapping[str, list[etree._Element]]) -> etree._Element:
    found = [signature.getroottree().getroot()] if uri == "" else ids.get(uri[1:], [])
    if not found:
        raise Unfit("xml.reference_unfit", uri=uri[:120])
    if len(found) > 1:  # nobody knows which one the signer meant
        raise Unfit("xml.double_id", id=uri[1:81])
    return found[0]


def canonical(
    element: etree._Element, form: str, prefixes: tuple[str, ...], comments: bool, *, whole: bool = False
) -> list[bytes]:
    """Return the canonical octets of an element, or of its `whole` document with what stands around the root.

    Where an element inherits xml: attributes there are two answers: that of the standard, and that of signing programs
    which forget them. The attributes say nothing to a reader, so either is as good.
    """
    if whole:
        return [_written(element.getroottree(), form, prefixes, comments)]
    inherited = _inherited(element, form)
    ways = []
    for lent in (inherited, {}) if inherited else ({},):
        with _lent(element, lent):
            # Parsed anew on its own: of a part of a tree, libxml2 writes inherited default namespaces wrongly.
            alone = read(etree.tostring(element, with_tail=False))
        ways.append(_written(alone.getroottree(), form, prefixes, comments))
    return ways


def _written(tree: etree._ElementTree, form: str, prefixes: tuple[str, ...], comments: bool) -> bytes:
    exclusive, _comments = CANONICAL[form]
    try:
        return etree.tostring(
            tree, method="c14n", exclusive=exclusive, with_comments=comments,
            inclusive_ns_prefixes=list(prefixes) or None,
        )  # fmt: skip
    except etree.LxmlError as problem:  # a relative namespace name has no canonical form
        raise Unfit("xml.not_canonical") from problem


def form_of(node: etree._Element) -> tuple[str, tuple[str, ...]]:
    """Return the canonical form that an element names, with the prefixes it includes. Raises Unfit."""
    form = node.get("Algorithm", "")
    if form not in CANONICAL:
        raise Unfit("xml.transform_unfit", name=form[:120])
    named = node.find(f"{{{_EXCLUSIVE}}}InclusiveNamespaces")
    prefixes = (named.get("PrefixList") or "").split() if named is not None else []
    return form, tuple("" if prefix == "#default" else prefix for prefix in prefixes)


def _digest_of(reference: etree._Element) -> tuple[str, bytes]:
    methods, values = reference.findall(f"{{{DS}}}DigestMethod"), reference.findall(f"{{{DS}}}DigestValue")
    if len(methods) != 1 or len(values) != 1:
        raise Unfit("xml.malformed_signature")
    return digest_name(methods[0]), decoded(values[0])


def digest_name(method: etree._Element) -> str:
    """Return the digest that a method element names, such as "sha256". Raises Unfit for an unknown one."""
    uri = method.get("Algorithm", "")
    if uri not in DIGESTS:
        raise Unfit("algorithm.unknown", name=uri.rpartition("#")[2][:40] or "?")
    return DIGESTS[uri]


def decoded(element: etree._Element) -> bytes:
    """Return the bytes that an element without children holds in base64. Raises Unfit."""
    if len(element):
        raise Unfit("xml.malformed_signature")
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Unfit("xml.malformed_signature") from problem


def _way(reference: etree._Element) -> _Way:
    holders = reference.findall(f"{{{DS}}}Transforms")
    nodes = list(holders[0]) if holders else []
    if len(holders) > 1 or len(nodes) > TRANSFORMS_READ:
        raise Unfit("xml.malformed_signature")
    enveloped = signatures = as_base64 = False
    form: str = ""
    prefixes: tuple[str, ...] = ()
    for node in nodes:
        name = node.get("Algorithm", "")
        if form or as_base64:  # octets already: whatever follows would parse them anew
            raise Unfit("xml.transform_unfit", name=name[:120])
        if name == _ENVELOPED:
            enveloped = True
        elif name == _XPATH and _says_no_signatures(node):
            signatures = True
        elif name == _BASE64:
            as_base64 = True
        else:
            form, prefixes = form_of(node)
    return _Way(enveloped, signatures, form, prefixes, as_base64)


def _says_no_signatures(node: etree._Element) -> bool:
    """Whether the expression is the usual one. The canonical form may have lost the prefix; here it means one thing."""
    expressions = node.findall(f"{{{DS}}}XPath")
    said = "".join((expressions[0].text or "").split()) if len(expressions) == 1 and not len(expressions[0]) else ""
    return _NO_SIGNATURES.fullmatch(said) is not None


def _octets(element: etree._Element, signature: etree._Element, way: _Way, *, whole: bool) -> list[bytes]:
    """Return what is digested of `element`; comments never belong to it, for the reference names it by Id or whole."""
    if way.base64:
        if element.tag != f"{{{DS}}}Object":  # of another element the attributes would go unsigned
            raise Unfit("xml.transform_unfit", name=_BASE64)
        return [decoded(element)]
    if way.enveloped or way.signatures:
        element = _without(element, signature, every=way.signatures)
    return canonical(element, way.form or _DEFAULT_FORM, way.prefixes, comments=False, whole=whole)


def _without(element: etree._Element, signature: etree._Element, *, every: bool) -> etree._Element:
    """Return the element in a copy of its document from which the signature, or every one, is taken out."""
    tree = copy.deepcopy(element.getroottree())
    found = _at(tree.getroot(), _place(element))
    taken = list(found.iter(f"{{{DS}}}Signature")) if every else [_at(tree.getroot(), _place(signature))]
    for one in taken:
        parent = one.getparent()
        if one is found or parent is None:
            raise Unfit("xml.malformed_signature")
        before = one.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + (one.tail or "")
        else:
            parent.text = (parent.text or "") + (one.tail or "")
        parent.remove(one)
    return found


def _place(element: etree._Element) -> list[int]:
    """Return where an element stands: the number of each child on the way from the root."""
    place = []
    while (parent := element.getparent()) is not None:
        place.append(parent.index(element))
        element = parent
    return place[::-1]


def _at(root: etree._Element, place: list[int]) -> etree._Element:
    for number in place:
        root = root[number]
    return root


def _outside(uri: str, way: _Way, resolve: Resolve) -> list[bytes]:
    data = resolve(uri)
    if data is None:
        raise Unfit("xml.reference_outside", uri=uri[:120])
    if way.enveloped or way.signatures:
        raise Unfit("xml.transform_unfit", name=_ENVELOPED)
    if way.base64:
        raise Unfit("xml.transform_unfit", name=_BASE64)
    if not way.form:
        return [data]
    return canonical(read(data), way.form, way.prefixes, CANONICAL[way.form][1], whole=True)


@contextmanager
def _lent(element: etree._Element, names: dict[str, str]) -> Iterator[None]:
    """Lend an element some attributes of its ancestors."""
    for name, value in names.items():
        element.set(name, value)
    try:
        yield
    finally:
        for name in names:
            del element.attrib[name]


def _inherited(element: etree._Element, form: str) -> dict[str, str]:
    """Return the xml: attributes of the ancestors that belong to the inclusive canonical form of an element."""
    if CANONICAL[form][0]:
        return {}
    found: dict[str, str] = {}
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if str(name).startswith(_XML) and name not in element.attrib:
                found.setdefault(str(name), str(value))
    if "c14n11" in form:
        found.pop(_XML + "id", None)
        if _XML + "base" in found:
            raise Unfit("xml.transform_unfit", name=form)
    return found
