"""The press: typst in a helper process of its own (lib.sandbox), because a long table costs hundreds of megabytes.

Run as `python -m mocban.reports.press`; knows no Django. The data of a form travel as JSON, never read as markup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from mocban.lib.sandbox_child import serve

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path("/usr/share/fonts/truetype/liberation2")


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
        sys_inputs={"data": data.decode()},
    )
    pdf = compiler.compile(pdf_standards=["a-2b"], pdf_tags=payload["tagged"])
    assert isinstance(pdf, bytes)  # several files come only out of several pictures
    counted = json.loads(compiler.query("<page-end>", field="value")) if payload["counts"] else []
    return {"rows": counted}, pdf


if __name__ == "__main__":
    serve({"compile": compile_form})
