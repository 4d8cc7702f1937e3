"""Following the references of METS: targets, sizes, digests, internal links, files that nobody names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from . import codes, mets
from .build import MANIFEST
from .model import Finding
from .xmlout import CSIP, METS, XLINK, tag

REPRESENTATION_METS = f"{mets.REPRESENTATION}/{mets.ROOT}"
METS_FILES = (mets.ROOT, REPRESENTATION_METS)
_HREF = tag(XLINK, "href")
_REQUIRED = {"OBJID", "TYPE", "PROFILE"}


def check_mets(
    folder: str, parsed: dict[str, etree._Element], measured: dict[str, tuple[str, int]]
) -> Iterator[Finding]:
    """Check both METS files against what the package really holds."""
    named: set[str] = set()
    for path in METS_FILES:
        root = parsed.get(path)
        if root is not None:
            yield from _header(path, root)
            yield from _targets(path, root, measured, named)
            yield from _links(path, root)
    top = parsed.get(mets.ROOT)
    if top is not None and codes.folder_name(top.get("OBJID", "")) != folder:
        yield Finding("mets", mets.ROOT, "OBJID")
    if top is not None and REPRESENTATION_METS not in named:
        yield Finding("mets_link", mets.ROOT, REPRESENTATION_METS)
    for orphan in sorted(measured.keys() - named - {mets.ROOT, MANIFEST}):
        yield Finding("orphan", orphan)


def _header(path: str, root: etree._Element) -> Iterator[Finding]:
    if root.tag != tag(METS, "mets"):
        yield Finding("mets", path, str(root.tag))
        return
    for name in sorted(_REQUIRED - set(root.keys())):
        yield Finding("mets", path, name)
    header = root.find(tag(METS, "metsHdr"))
    if header is None or header.get(tag(CSIP, "OAISPACKAGETYPE")) != "AIP" or not header.get("CREATEDATE"):
        yield Finding("mets", path, "metsHdr")
    plans = [plan for plan in root.iter(tag(METS, "structMap")) if plan.get("LABEL") == "CSIP"]
    if len(plans) != 1:
        yield Finding("mets", path, "structMap")
    for needed in ("dmdSec", "amdSec", "fileSec"):
        if root.find(tag(METS, needed)) is None:
            yield Finding("mets", path, needed)


def _targets(
    path: str, root: etree._Element, measured: dict[str, tuple[str, int]], named: set[str]
) -> Iterator[Finding]:
    """Every link to a file leads into the package, to a file of that size and digest."""
    base = posixpath.dirname(path)
    for node in root.iter(tag(METS, "mdRef"), tag(METS, "FLocat"), tag(METS, "mptr")):
        target = posixpath.normpath(posixpath.join(base, node.get(_HREF, "")))
        named.add(target)
        if target not in measured:
            yield Finding("mets_target", path, node.get(_HREF, "")[:200])
            continue
        if node.tag == tag(METS, "mptr"):
            continue
        holder = node if node.tag == tag(METS, "mdRef") else node.getparent()
        digest, size = measured[target]
        if holder is None or holder.get("SIZE") != str(size):
            yield Finding("size", target, path)
        if holder is None or holder.get("CHECKSUM") != digest or holder.get("CHECKSUMTYPE") != "SHA-256":
            yield Finding("digest", target, path)


def _links(path: str, root: etree._Element) -> Iterator[Finding]:
    """Every DMDID, ADMID and FILEID names a part of the same METS, and no ID is given twice."""
    identifiers = [node.get("ID", "") for node in root.iter() if node.get("ID")]
    known = set(identifiers)
    if len(known) != len(identifiers):
        yield Finding("mets_link", path, "ID")
    for node in root.iter(tag(METS, "div"), tag(METS, "fptr")):
        for name in ("DMDID", "ADMID", "FILEID"):
            for wanted in node.get(name, "").split():
                if wanted not in known:
                    yield Finding("mets_link", path, wanted)
