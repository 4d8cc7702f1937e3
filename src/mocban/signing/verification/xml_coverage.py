"""Which part of a document a signature covers, and what a reader sees besides.

A signature over one element is no signature over the file: signature wrapping (McIntosh and Austel, "XML Signature
Element Wrapping Attacks", 2005) leaves the signed element intact somewhere and shows another in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from .findings import Reason
from .xades import NAMESPACES
from .xml_references import DS

_QUALIFYING = frozenset(f"{{{namespace}}}QualifyingProperties" for namespace in NAMESPACES)
_STYLESHEET = "xml-stylesheet"
_HARMLESS = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
NAMED = 3  # parts named in a sentence


def judge_coverage(
    signature: etree._Element,
    covered: Collection[etree._Element],
    signatures: Collection[etree._Element],
    *,
    prolog: bool,
    bare: bool = False,
) -> tuple[bool, list[Reason]]:
    """Return whether the signature covers everything, and the reasons to tell.

    `covered` are the elements whose digest holds, `prolog` whether what stands before the root is covered too, `bare`
    whether every signature was taken out of them;
    `signatures` are those of the document that are judged for themselves. What lies between is free only as a wrapper:
    without text, without attributes, around signatures or, at the root, around what is covered.
    """
    root = signature.getroottree().getroot()
    data = [one for one in covered if not _own(one, signature)]
    if not data:
        return False, [Reason("xml.covers_nothing")]
    whole = root in data or root is signature
    loose = list(_loose_objects(signature, covered))
    if not whole:
        loose += _loose_below(root, set(data), set(signatures))
    if bare:
        loose += _unjudged(root, set(signatures))
    if loose:
        names = {_name(one) for one in data}
        wrapped = [one for one in loose if _name(one) in names]
        code = "xml.wrapped" if wrapped else "xml.part_unsigned"
        return False, [Reason(code, {"names": _names(wrapped or loose), "signed": _names(data)})]
    if not prolog and any(_is_stylesheet(one) for one in root.itersiblings(preceding=True)):
        return False, [Reason("xml.part_unsigned", {"names": _STYLESHEET, "signed": _names(data)})]
    if any(_splits_text(one) for thing in data for one in thing.iter(etree.Comment)):
        return False, [Reason("xml.comment_in_text", {"signed": _names(data)})]
    return whole, [] if whole else [Reason("xml.covers", {"signed": _names(data)})]


def _splits_text(comment: etree._Element) -> bool:
    """Whether a comment, which nobody signs, stands amid a word: some programs read only what is before it."""
    before, parent = comment.getprevious(), comment.getparent()
    if parent is None:
        return False
    text = before.tail if before is not None else parent.text
    return bool((text or "").strip() and (comment.tail or "").strip())


def _unjudged(root: etree._Element, signatures: set[etree._Element]) -> Iterator[etree._Element]:
    """Yield Signature elements that hold something and are judged by nobody: a place to hide words in."""
    for one in root.iter(f"{{{DS}}}Signature"):
        if (len(one) or (one.text or "").strip()) and signatures.isdisjoint([one, *one.iterancestors()]):
            yield one


def _own(element: etree._Element, signature: etree._Element) -> bool:
    """Whether the element is of the signature's own machinery: anything inside it but the content of its objects."""
    inside = [element, *element.iterancestors()]
    if signature not in inside:
        return False
    if element is signature or inside[inside.index(signature) - 1].tag != f"{{{DS}}}Object":
        return True
    parts = list(element.iterchildren(etree.Element)) if element.tag == f"{{{DS}}}Object" else inside
    return any(one.tag in _QUALIFYING for one in parts)


def _loose_objects(signature: etree._Element, covered: Collection[etree._Element]) -> Iterator[etree._Element]:
    """Yield what the signature's own objects hold, uncovered: a reader may take it for signed."""
    for thing in signature.iterfind(f"{{{DS}}}Object"):
        if thing in covered:
            continue
        yield from (
            part for part in thing.iterchildren(etree.Element) if part.tag not in _QUALIFYING and part not in covered
        )
        if (thing.text or "").strip() or any((part.tail or "").strip() for part in thing):
            yield thing


def _loose_below(
    root: etree._Element, covered: set[etree._Element], signatures: set[etree._Element]
) -> Iterator[etree._Element]:
    """Yield the outermost elements that carry something a reader could notice and that no signature covers."""
    if _speaks(root):
        yield root
    for child in root.iterchildren(etree.Element):
        if child not in covered and child not in signatures:
            yield from _loose(child, covered, signatures, beside=False)


def _loose(
    element: etree._Element, covered: set[etree._Element], signatures: set[etree._Element], *, beside: bool
) -> Iterator[etree._Element]:
    """Walk a wrapper. An empty element is free only `beside` signatures: the place of one still to come."""
    children = list(element.iterchildren(etree.Element))
    if _speaks(element) or any(child in covered for child in children):
        yield element
        return
    held = set(element.iter(etree.Element))
    if held.isdisjoint(signatures) and held.isdisjoint(covered):
        if children or not beside:
            yield element
        return
    for child in children:
        if child not in signatures:
            yield from _loose(child, covered, signatures, beside=not held.isdisjoint(signatures))


def _speaks(element: etree._Element) -> bool:
    texts = [element.text, *(one.tail for one in element)]
    return any((text or "").strip() for text in texts) or any(
        not str(name).startswith(_HARMLESS) for name in element.attrib
    )


def _is_stylesheet(node: etree._Element) -> bool:
    return isinstance(node, etree._ProcessingInstruction) and node.target == _STYLESHEET


def _names(elements: Collection[etree._Element]) -> str:
    return ", ".join(list(dict.fromkeys(_name(one) for one in elements))[:NAMED])


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)[:60]
