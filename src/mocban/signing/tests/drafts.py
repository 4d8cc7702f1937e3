"""Drafts and forms for the tests: real PDFs, set by typst in the layout of the regimes. All names are invented."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import typst

from mocban.signing.pdf import fonts
from mocban.signing.pdf.forms import Box, NumberForm

SIGNER = "Trần Thị Bích Ngọc"
STATE = NumberForm(
    number_before="Số:",
    number_after="/SNV-VP",
    signer_name=SIGNER,
    number_box=Box(30, 37, 66, 6),
    date_box=Box(99, 37, 95, 6),
    number_size=13,
    date_size=13,
    date_italic=True,
    signature_width=50,
    signature_height=22,
    seal_diameter=36,
    signature_place="between_title_and_name",
    seal_place="over_left_third_of_signature",
    seal_covers=1 / 3,
)
PARTY = dataclasses.replace(STATE, number_before="Số", number_after="-CV/VPTU", number_size=14, date_size=14)

TEMPLATE = """
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: "Liberation Serif", size: 13pt, lang: "vi")
#grid(columns: (2fr, 3fr), align: center, row-gutter: 6pt,
  [TỈNH ỦY AN HÒA], [*ĐẢNG CỘNG SẢN VIỆT NAM*], [*VĂN PHÒNG*], [], [NUMBER], [_DATE_])
#v(1cm)
BODY
#v(1cm)
#grid(columns: (1fr, 1fr), [*_Nơi nhận:_*\\ - Như trên;\\ - Lưu.], align(center)[*CHÁNH VĂN PHÒNG* #v(SPACE) *NAME*])
AFTER
"""
GAP = "#h(1.2cm)"


@cache
def draft(
    number: str = f"Số:{GAP}/SNV-VP",
    date: str = f"An Hòa, ngày {GAP} tháng {GAP} năm 2026",
    body: str = "Căn cứ Quyết định số 12-QĐ/TU, ngày 05 tháng 3 năm 2026 của Tỉnh ủy, đề nghị các cơ quan phối hợp.",
    name: str = SIGNER,
    space: str = "2.5cm",
    after: str = "",
    archivable: bool = False,
) -> bytes:
    """Return a draft of one page (more with `after`); every part can be replaced by typst markup.

    `archivable` makes it PDF/A-2b.
    """
    parts = {"NUMBER": number, "DATE": date, "BODY": body, "NAME": name, "SPACE": space, "AFTER": after}
    source = TEMPLATE
    for mark, text in parts.items():
        source = source.replace(mark, text, 1)
    folder = str(fonts.folder())
    options: dict[str, Any] = {"font_paths": [folder], "ignore_system_fonts": True}
    return bytes(typst.compile(source.encode(), pdf_standards="a-2b" if archivable else [], **options))
