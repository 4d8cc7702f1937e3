"""PDF out of typst: our templates, Liberation fonts, the text of documents as data only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox import Limits, Pool

from .press import FONTS

MOST_ROWS = 5_000  # of a list with figures, some 300 pages: whoever needs more prints by parts
SECONDS = 60.0  # for one form, or for one part of a book
# The press keeps what it has set in memory: a new one after each two forms stays below 400 MiB.
PRESS = Pool("mocban.reports.press", timeout=SECONDS, idle_seconds=60.0, limits=Limits(memory=3 << 30, requests=2))


@cache
def check_fonts() -> None:
    """Without the Liberation fonts letters would silently be drawn from another font. Raises ImproperlyConfigured."""
    if not (FONTS / "LiberationSerif-Regular.ttf").is_file():
        raise ImproperlyConfigured("The Debian package fonts-liberation2 is missing.")


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF/A-2b of one of our templates over `data`, which travels as JSON and is never read as markup.

    Raises SandboxFailed, ImproperlyConfigured.
    """
    return press(template, data, tagged=True)[1]


def press(template: str, data: Mapping[str, Any], *, tagged: bool, counts: bool = False) -> tuple[list[int], bytes]:
    """Like `render`; with `counts` also the number of rows begun by the end of each page that has a table."""
    check_fonts()
    payload = {"template": template, "tagged": tagged, "counts": counts}
    answer, pdf = PRESS.call("compile", payload, json.dumps(data, ensure_ascii=False).encode())
    return [int(number) for number in answer["rows"]], pdf


def check_size(rows: int, most: int = MOST_ROWS) -> None:
    """Raise RuleBroken("report.too_long") for a list that nobody would print."""
    if rows > most:
        raise RuleBroken(
            "report.too_long",
            _("Danh sách có %(rows)d dòng, nhiều hơn %(most)d dòng của một bản in. Hãy chọn kỳ ngắn hơn.")
            % {"rows": rows, "most": most},
        )
