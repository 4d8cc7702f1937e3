"""Plain values of copies: what the mark, the block and an excerpt say."""

from __future__ import annotations

import dataclasses

ALL_PAGES = (0, 0)


@dataclasses.dataclass(frozen=True)
class CopyMark:
    """What the mark says, its size in points; for a scan the oldest PDF and the least resolution (0: no scan)."""

    text: str
    size: float
    oldest: str = ""
    min_dpi: int = 0


@dataclasses.dataclass(frozen=True)
class CopyBlock:
    """What stands under the full-width line of a paper copy; sizes in points, room for the hand in mm."""

    kind: str
    body: str
    number: str
    dated: str
    title: tuple[str, ...]
    name: str
    recipients: tuple[str, ...]
    kind_size: float
    body_size: float
    number_size: float
    date_size: float
    title_size: float
    name_size: float
    recipients_size: float
    recipients_head_size: float
    signature_room: float


@dataclasses.dataclass(frozen=True)
class Excerpt:
    """The chosen words of a document, and the head under which they are set anew."""

    issuer: str
    number: str
    dated: str
    kind: str
    subject: str
    paragraphs: tuple[str, ...]
    signer_title: str
    signer_name: str
    signed: str
