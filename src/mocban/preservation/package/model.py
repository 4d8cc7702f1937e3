"""What goes into an archival information package, as plain values handed over by the archives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from mocban.lib.text import nfc


class UseMode(StrEnum):
    """chế độ sử dụng, code list `mode`."""

    OPEN = "01"
    CONDITIONAL = "02"
    SECRET = "03"  # noqa: S105 (a code of the list, no password)


class Confidence(StrEnum):
    """mức độ tin cậy, code list `confidenceLevel`."""

    BORN_DIGITAL = "01"
    DIGITISED = "02"
    MIXED = "03"


class ObjectRole(StrEnum):
    MAIN = "main"  # the document itself
    ATTACHMENT = "attachment"
    PROCESS = "process"  # how the document was handled, written out


VIETNAMESE = "01"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who did something to the records: a body, a person in a post, or a program. `kind` is PREMIS agentType."""

    identifier: str
    name: str
    kind: str = "organization"  # organization, person, software
    version: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the life of the records: a dotted verb, when (aware), a sentence, who. `document`: its ordinal."""

    verb: str
    at: datetime
    sentence: str
    agent: Agent
    document: int | None = None
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataObject:
    """A stored file. `open` gives a fresh binary stream; what it yields must have `sha256` and `size` bytes."""

    name: str
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)
    sha256: str
    size: int
    media_type: str
    puid: str = ""  # PRONOM
    role: ObjectRole = ObjectRole.MAIN
    signatures: tuple[str, ...] = ()  # one line a signature: who, when


@dataclass(frozen=True, slots=True)
class DocumentDescription:
    """A document of the file (EAD_doc). `kind` is the kind's code in law data ("decision") or its Vietnamese name."""

    kind: str
    subject: str
    issued_on: date | None
    issuer: str
    objects: tuple[DataObject, ...]
    pages: int = 0
    number: str = ""
    notation: str = ""
    languages: tuple[str, ...] = (VIETNAMESE,)
    mode: UseMode = UseMode.OPEN
    confidence: Confidence = Confidence.BORN_DIGITAL
    sign: str = ""  # ký hiệu thông tin
    keywords: str = ""
    autograph: str = ""  # bút tích
    condition: str = ""  # tình trạng vật lý
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileDescription:
    """The file (EAD). `code` is mã hồ sơ without the archives' code; `retention_years` None means permanent."""

    code: str
    title: str
    retention_years: int | None
    started_on: date
    ended_on: date
    mode: UseMode = UseMode.OPEN
    languages: tuple[str, ...] = (VIETNAMESE,)
    keywords: str = ""
    sheets: int | None = None  # paper sheets, digitised files only
    confidence: Confidence = Confidence.BORN_DIGITAL
    paper_code: str = ""
    condition: str = ""
    sign: str = ""
    backup_required: bool = False
    backup_made: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageContents:
    """What the archives hand over to be preserved: a file, its documents, the events of their life."""

    package_id: UUID
    created_at: datetime  # aware
    software_version: str
    creator_name: str  # the body whose fonds it is
    fonds_code: str
    archives_name: str  # who keeps it
    archives_code: str
    file: FileDescription
    documents: tuple[DocumentDescription, ...]
    events: tuple[Event, ...] = ()
    submission_code: str = ""


@dataclass(frozen=True, slots=True)
class CodeLists:
    """Codes of the law of the day: document kinds by their own code or name, retention terms by years, else `other`."""

    kinds: Mapping[str, str]
    terms: Mapping[int | None, str]
    other_kind: str
    other_term: str

    def kind_code(self, kind: str) -> str:
        """typeName of a document kind; kinds that the list does not name (Party kinds among them) are "Khác"."""
        return self.kinds.get(nfc(kind).strip().casefold(), self.other_kind)

    def term_code(self, years: int | None) -> str:
        """maintenance of a term in years, None for permanent; terms that the list does not name are "Khác"."""
        return self.terms.get(years, self.other_term)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aip:
    """A package to build: contents and the codes of its day. The same value always gives the same bytes."""

    codes: CodeLists
    contents: PackageContents

    @property
    def package_id(self) -> UUID:
        return self.contents.package_id

    @property
    def created_at(self) -> datetime:
        return self.contents.created_at


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    identifier: str  # OBJID
    sha256: str  # of the whole .zip
    size: int  # bytes
    files: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault found in a package: `code` of findings.SENTENCES, the path inside the package, more words."""

    code: str
    path: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Finding, ...]
    files: int
    size: int  # bytes read

    @property
    def sound(self) -> bool:
        return not self.findings
