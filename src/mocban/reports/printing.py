"""PDF out of typst: our templates, Liberation fonts, the text of documents as data only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path("/usr/share/fonts/truetype/liberation2")
MOST_ROWS = 5_000  # some 300 pages: whoever needs more prints by parts


@cache
def _fonts() -> str:
    """The folder of the Liberation fonts; without them letters would silently be drawn from another font."""
    if not (FONTS / "LiberationSerif-Regular.ttf").is_file():
        raise ImproperlyConfigured("The Debian package fonts-liberation2 is missing.")
    return str(FONTS)


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF/A of one of our templates over `data`, which travels as JSON and is never read as markup."""
    return bytes(
        typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2b"],
        )
    )


def check_size(rows: int) -> None:
    """Raise RuleBroken("report.too_long") for a list that nobody would print."""
    if rows > MOST_ROWS:
        raise RuleBroken(
            "report.too_long",
            _("Danh sách có %(rows)d dòng, nhiều hơn %(most)d dòng của một bản in. Hãy chọn kỳ ngắn hơn.")
            % {"rows": rows, "most": MOST_ROWS},
        )
