"""Units and people from an .xlsx file: upload, look at the report, confirm."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core import signing
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.lib.errors import RuleBroken
from mocban.ui.actions import Action
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page

from .. import forms, selectors, services
from ..choices import Role
from ..models import Organisation
from ..services.importing import HEADINGS, PEOPLE, UNITS, Row
from .shared import administrators, form_page

AT_ONCE = 1_000  # rows that one confirmation enters, so that no request takes minutes; the rest are confirmed next
SHOWN = 200  # rows of the report; those with a problem come first
LIFE = 3600  # seconds in which a report may be confirmed
TITLES = {UNITS: gettext_lazy("Lấy đơn vị từ tệp .xlsx"), PEOPLE: gettext_lazy("Lấy người dùng từ tệp .xlsx")}
SAMPLES = {
    UNITS: ["Phòng Tổng hợp", "TH"],
    PEOPLE: ["Nguyễn Văn A", "nguyenvana", "Chuyên viên", "TH", "Chuyên viên", "", "01/07/2026"],
}
LISTS = {UNITS: "people:admin_units", PEOPLE: "people:admin_people"}


def _known(kind: str) -> str:
    if kind not in TITLES:
        raise Http404
    return kind


def _salt(request: Any, kind: str) -> str:
    """A report belongs to who made it, acting for one organisation."""
    return f"people.import.{kind}.{request.actor.position_id}"


@require_http_methods(["GET", "POST"])
@administrators
def upload(request: Any, kind: str) -> HttpResponse:
    title = str(TITLES[_known(kind)])
    home = get(Organisation, request.actor, pk=request.actor.organisation_id)
    form = forms.SheetForm(request.POST or None, request.FILES or None)

    def step(data: dict[str, Any]) -> HttpResponse:
        rows = services.preview_import(
            kind=kind, data=data["file"].read(), organisation=home, actor=request.actor, on=selectors.today()
        )
        return _report(request, kind, rows)

    labels = ", ".join(str(heading.label) for heading in HEADINGS[kind])
    sentence = _("Hàng đầu của bảng là tiêu đề cột: %(labels)s. Hệ thống báo cáo từng hàng trước khi ghi.")
    return form_page(
        request,
        form,
        step,
        title=title,
        sentence=sentence % {"labels": labels},
        action_label=_("Xem trước"),
        back=(_("Danh sách"), reverse(LISTS[kind])),
        actions=[Action(_("Tải bảng mẫu"), reverse("people:admin_import_template", args=[kind]), icon="download")],
        enctype="multipart/form-data",
    )


def _report(request: Any, kind: str, rows: list[Row]) -> HttpResponse:
    good = [row for row in rows if not row.problem]
    wrong = [row for row in rows if row.problem]
    headings = HEADINGS[kind]
    context = {
        "title": TITLES[kind],
        "kind": kind,
        "good": len(good),
        "wrong": len(wrong),
        "labels": [heading.label for heading in headings],
        "lines": [(row, [(one.label, row.values[one.name]) for one in headings]) for row in (*wrong, *good)[:SHOWN]],
        "hidden": max(0, len(rows) - SHOWN),
        "payload": signing.dumps([asdict(row) for row in good], salt=_salt(request, kind), compress=True),
        "list_url": reverse(LISTS[kind]),
    }
    return page(request, "people/import_report.html", context)


@require_POST
@administrators
def confirm(request: Any, kind: str) -> HttpResponse:
    home = get(Organisation, request.actor, pk=request.actor.organisation_id)
    try:
        stated = signing.loads(request.POST.get("payload", ""), salt=_salt(request, _known(kind)), max_age=LIFE)
    except signing.BadSignature as foreign:
        raise RuleBroken("sheet.report_gone", _("Báo cáo này đã cũ. Hãy tải tệp lên lại.")) from foreign
    rows = [Row(**row) for row in stated]
    now, later = rows[:AT_ONCE], rows[AT_ONCE:]
    refused = services.import_rows(kind=kind, rows=now, organisation=home, actor=request.actor, on=selectors.today())
    say_done(request, _("Đã ghi %(count)d hàng.") % {"count": len(now) - len(refused)})
    if refused or later:
        return _report(request, kind, [*refused, *later])
    extra = "?without_password=1" if kind == PEOPLE else ""
    return redirect(reverse(LISTS[kind]) + extra)


@require_safe
@administrators
def template(request: Any, kind: str) -> Any:
    """An empty sheet with the headings and one example row."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        headings = [str(heading.label) for heading in HEADINGS[_known(kind)]]
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        sheet.write_row(1, 0, SAMPLES[kind])
        sheet.set_column(0, len(headings) - 1, 24)
        if kind == PEOPLE:
            listed = [str(role.label) for role in Role]
            sheet.data_validation(1, 4, 5000, 4, {"validate": "list", "source": listed, "error_type": "information"})
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=f"{kind}.xlsx")
