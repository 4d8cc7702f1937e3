"""Whose key made a signature, a person's or an organisation's, as far as the certificate tells."""

from __future__ import annotations

import dataclasses
import re

from mocban.lib.text import tone_normal
from mocban.signing.verification.findings import FileFinding, SignatureFinding

PERSON, ORGANISATION = "person", "organisation"

# Public authorities write the number of a person's papers, or the tax code of an organisation, into the subject.
_PAPERS = re.compile(r"\b(?:CMND|CCCD|CC|HC|PID)\s*:", re.IGNORECASE)
_TAX_CODE = re.compile(r"\bMST\s*:", re.IGNORECASE)

# How names of bodies begin. Only words with which no family name begins: "Đoàn", "Hội", "Công" alone would be people.
_BODIES = tuple(
    tone_normal(word).casefold() + " "
    for word in (
        "Ban", "Bảo hiểm", "Bảo tàng", "Bệnh viện", "Bộ", "Chi bộ", "Chi cục", "Chi nhánh", "Chính phủ", "Công an",
        "Công đoàn", "Công ty", "Cục", "Doanh nghiệp", "Đài phát thanh", "Đài truyền hình", "Đảng bộ", "Đảng ủy",
        "Đoàn Thanh niên", "Đoàn TNCS", "Học viện", "Hội đồng", "Hội Cựu chiến binh", "Hội Liên hiệp", "Hội Nông dân",
        "Hợp tác xã", "Huyện ủy", "Kho bạc", "Kiểm toán", "Liên đoàn", "Liên hiệp", "Liên minh", "Mặt trận",
        "Ngân hàng", "Phòng", "Quận ủy", "Quốc hội", "Quỹ", "Sở", "Tập đoàn", "Thành ủy", "Thanh tra", "Thư viện",
        "Tỉnh đoàn", "Tỉnh ủy", "Tòa án", "Tổng công ty", "Tổng cục", "Trung tâm", "Trường", "Ủy ban", "Văn phòng",
        "Viện",
    )
)  # fmt: skip


def holder_of(signature: SignatureFinding) -> str:
    """Return "person", "organisation", or "" where nobody signs (a time stamp) or the certificate names nobody.

    A tax code alone, a name equal to the organisation's, or one that begins as names of bodies do, is an
    organisation's; every other name is a person's.
    """
    if signature.form == "timestamp" or not signature.signer:
        return ""
    if _PAPERS.search(signature.subject):
        return PERSON
    if _TAX_CODE.search(signature.subject):
        return ORGANISATION
    name, body = (tone_normal(text).casefold() for text in (signature.signer, signature.organisation))
    return ORGANISATION if name == body or name.startswith(_BODIES) else PERSON


def with_holders(found: FileFinding) -> FileFinding:
    """Return the finding with the holder of each signature told."""
    told = tuple(dataclasses.replace(one, holder=holder_of(one)) for one in found.signatures)
    return dataclasses.replace(found, signatures=told)
