"""The press: typst in a helper process of its own (lib.sandbox), because a long table costs hundreds of megabytes.

Run as `python -m mocban.reports.press`; knows no Django. The data of a form travel as JSON, never read as markup.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from mocban.lib.sandbox_child import serve

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path("/usr/share/fonts/truetype/liberation2")
UNKNOWN_SIGN = "□"  # stands for what the fonts have no letter for; without one a whole book would not print


def compile_form(payload: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the PDF/A-2b of the template `payload["template"]` over `data` (JSON).

    `payload["tagged"]`: with the structure that screen readers use. The answer `rows` says for each page
    how many rows of the table had begun by its end; empty for a form that does not count.
    """
    compiler = typst.Compiler(
        str(TEMPLATES / payload["template"]),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(printable(json.loads(data)), ensure_ascii=False)},
    )
    pdf = compiler.compile(pdf_standards=["a-2b"], pdf_tags=payload["tagged"])
    assert isinstance(pdf, bytes)  # several files come only out of several pictures
    counted = json.loads(compiler.query("<page-end>", field="value")) if payload["counts"] else []
    return {"rows": counted}, pdf


def printable(value: Any) -> Any:
    """Return the data with a sign in the place of every letter that the fonts do not have."""
    if isinstance(value, str):
        return _unknown().sub(UNKNOWN_SIGN, value)
    if isinstance(value, list):
        return [printable(one) for one in value]
    if isinstance(value, dict):
        return {name: printable(one) for name, one in value.items()}
    return value


@cache
def _unknown() -> re.Pattern[str]:
    """Whatever not all four faces of the font can print."""
    faces = [set(TTFont(path, lazy=True).getBestCmap()) for path in FONTS.glob("LiberationSerif-*.ttf")]
    known = "".join(re.escape(chr(point)) for point in sorted(set.intersection(*faces)) if point >= ord(" "))
    return re.compile(f"[^{known}\n]")


if __name__ == "__main__":
    serve({"compile": compile_form})
