"""How a print leaves: as a file that no cache keeps."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from mocban.lib.text import fold

from .paper import print_sheet
from .sheets import Sheet
from .workbook import workbook

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file(data: bytes, media_type: str, name: str, *, attachment: bool = False) -> HttpResponse:
    """Answer with a file; a PDF opens in the browser."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


def paper(make: Callable[[], bytes], name: str) -> HttpResponse:
    """Answer with an official form: Vietnamese, whatever the language of the screen."""
    with translation.override("vi"):
        data = make()
    return file(data, PDF, name)


def printed(make: Callable[[], Sheet], ending: str) -> HttpResponse:
    """Answer with a sheet as "pdf" or "xlsx". Raises SandboxFailed, RuleBroken("report.too_long")."""
    with translation.override("vi"):
        sheet = make()
        data = print_sheet(sheet).data if ending == "pdf" else workbook(sheet)
    name = f"{slugify(fold(sheet.title)) or 'print'}-{sheet.on:%Y%m%d}.{ending}"
    return file(data, PDF if ending == "pdf" else XLSX, name, attachment=ending == "xlsx")
