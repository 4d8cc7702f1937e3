"""edXML of the QCVN 102:2016/BTTTT generation (with SĐ1:2022): packets as plain values, written and read.

Pure: no database, no files; Django only for the language of sentences. `build` and `write` make the exact prefixes
that receivers insist on; `parse` asks only for names and namespace, keeps what it cannot understand as oddities, and
refuses what is unsafe.
"""

from .build import build, write
from .limits import Limits
from .model import (
    Attachment,
    Business,
    BusinessKind,
    Contact,
    DocumentPacket,
    DocumentReference,
    Oddity,
    OrganisationRef,
    OtherInfo,
    Packet,
    ReceiverChange,
    Replacement,
    Signer,
    StatusPacket,
    TraceHop,
    UpdateInfo,
)
from .parse import parse

__all__ = [
    "Attachment",
    "Business",
    "BusinessKind",
    "Contact",
    "DocumentPacket",
    "DocumentReference",
    "Limits",
    "Oddity",
    "OrganisationRef",
    "OtherInfo",
    "Packet",
    "ReceiverChange",
    "Replacement",
    "Signer",
    "StatusPacket",
    "TraceHop",
    "UpdateInfo",
    "build",
    "parse",
    "write",
]
