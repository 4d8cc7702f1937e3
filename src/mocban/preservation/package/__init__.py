"""Archival information packages (AIP_hoso, Thông tư 05/2025/TT-BNV, Phụ lục I) over E-ARK CSIP 2.0.4: built, checked.

Pure but for the one file it writes or reads: no database, no settings. `build_aip` is deterministic and streams the
objects; `check` trusts nothing in the package and recomputes every digest.
"""

from .build import build_aip
from .check import check, listed_digests
from .extract import extract
from .model import (
    Agent,
    Aip,
    BuiltPackage,
    CodeLists,
    Confidence,
    DataObject,
    DocumentDescription,
    Event,
    FileDescription,
    Finding,
    ObjectRole,
    PackageContents,
    Report,
    UseMode,
)

__all__ = [
    "Agent",
    "Aip",
    "BuiltPackage",
    "CodeLists",
    "Confidence",
    "DataObject",
    "DocumentDescription",
    "Event",
    "FileDescription",
    "Finding",
    "ObjectRole",
    "PackageContents",
    "Report",
    "UseMode",
    "build_aip",
    "check",
    "extract",
    "listed_digests",
]
