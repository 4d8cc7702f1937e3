"""Parse signed XML: as guarded as `lib/xml.py`, but keeping every node, for comments and instructions may be signed."""

from __future__ import annotations

from lxml import etree

from mocban.lib import xml

LARGEST = 64 << 20  # bytes; parsed twice in memory it must fit into the helper process
DEEPEST = 200  # levels; documents of offices have some ten


def read(data: bytes) -> etree._Element:
    """Return the root of `data`. Raises RuleBroken as `lib.xml.parse` does, ValueError when it is nested too deeply."""
    root = xml.parse(data, LARGEST, keep=True)
    depth = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise ValueError("too deep")
    return root
