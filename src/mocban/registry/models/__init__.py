"""The registry's nouns, one module for each group (ADR 0023)."""

from .amendments import Amendment, PaperReturn
from .books import Book, PrintedVolume
from .copies import Copy, PaperIssue
from .desk import Batch, BatchRow, DeskMemory, Scan
from .imports import ImportFile, ImportMapping, ImportRow, RegisterImport
from .incoming import Envelope, Incoming, Instruction, Task
from .logs import HandOver, KeptCopyUse, PostItem
from .numbers import Issuer, Number, Series, SeriesPeriod
from .outgoing import JointBody, Outgoing, Recipient
from .signing import Signer, SigningBatch, SigningItem, SigningPlan

__all__ = [
    "Amendment",
    "Batch",
    "BatchRow",
    "Book",
    "Copy",
    "DeskMemory",
    "Envelope",
    "HandOver",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Incoming",
    "Instruction",
    "Issuer",
    "JointBody",
    "KeptCopyUse",
    "Number",
    "Outgoing",
    "PaperIssue",
    "PaperReturn",
    "PostItem",
    "PrintedVolume",
    "Recipient",
    "RegisterImport",
    "Scan",
    "Series",
    "SeriesPeriod",
    "Signer",
    "SigningBatch",
    "SigningItem",
    "SigningPlan",
    "Task",
]
