"""Old registers in: list, upload, columns, dry run, corrections, progress, result."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done, status_of
from mocban.ui.forms import posted_version
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, import_selectors
from ..choices import ImportRowState, ImportState
from ..import_forms import CorrectedForm, MappingForm, RegisterUploadForm, RowForm, ZipForm
from ..importing import columns, report
from ..importing.file_sources import in_zip
from ..models import RegisterImport
from ..services import importing

RELATED = ("organisation", "series__issuer", "period")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    ImportRowState.GOOD: "success",
    ImportRowState.WARNED: "warning",
    ImportRowState.BAD: "danger",
    ImportRowState.REFUSED: "danger",
    ImportRowState.ENTERED: "success",
}


def held_import(request: Any, pk: Any) -> RegisterImport:
    """The import, for those who prepare imports; 404 for other bodies."""
    held: RegisterImport = get(RegisterImport, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "import.prepare", held)
    return held


@require_http_methods(["GET", "POST"])
def import_list(request: Any) -> HttpResponse:
    """Earlier imports, and the form for a new one."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "import.prepare", organisation)
    form = RegisterUploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                upload = form.cleaned_data["file"]
                made = importing.stage_import(
                    data=upload.read(),
                    name=upload.name,
                    direction=form.cleaned_data["direction"],
                    organisation=organisation,
                    channel=Channel.UPLOAD,
                    actor=actor,
                    on=today(),
                )
                return redirect("registry:import", pk=made.pk)
            except RuleBroken as refused:
                form_error(form, refused, "file")
                status = 409
    rows = keyset(import_selectors.imports_of(actor), order=("-created_at",), cursor=request.GET.get("cursor"))
    return page(
        request, "registry/import_list.html", {"title": _("Nhập sổ cũ"), "form": form, "page": rows}, status=status
    )


@require_safe
def import_detail(request: Any, pk: Any) -> HttpResponse:
    """One import as it stands: columns to choose, progress, report, or result."""
    return detail_page(request, held_import(request, pk))


def detail_page(
    request: Any, held: RegisterImport, *, form: Any = None, status: int = 200, **forms: Any
) -> HttpResponse:
    actor = request.actor
    mapping_open = held.state in (ImportState.STAGED, ImportState.CHECKED)
    if mapping_open and form is None:
        form = MappingForm(register_import=held, series=import_selectors.series_for(held, actor))
    counts = held.counts
    good = counts.get("good", 0) + counts.get("warned", 0)
    context = {
        "title": held.file_name,
        "held": held,
        "form": form if mapping_open else None,
        "tallies": [
            (label, counts.get(state, 0), state, TONES.get(ImportRowState(state), "neutral"))
            for state, label in ImportRowState.choices
            if counts.get(state)
        ],
        "working": held.state in (ImportState.CHECKING, ImportState.RUNNING),
        "dealt": counts.get("checked", 0) if held.state == ImportState.CHECKING else counts.get("dealt", 0),
        "whole": max(counts.get("rows", 0) if held.state == ImportState.CHECKING else good, 1),
        "good": good,
        "may_run": access.may(actor, "import.run", held),
        "runnable": held.state in (ImportState.CHECKED, ImportState.STOPPED)
        or (held.state == ImportState.DONE and _waiting(held)),
        "correctable": held.state in (ImportState.CHECKED, ImportState.STOPPED, ImportState.DONE),
        "earlier": import_selectors.earlier_same(held) if mapping_open else None,
        "zip_form": forms.get("zip_form") or ZipForm(),
        "corrected_form": forms.get("corrected_form") or CorrectedForm(),
        "files": held.files.exclude(object=None).count(),
        "faulty_files": list(import_selectors.faulty_files(held)),
        "unused_files": import_selectors.unused_files(held).count() if held.state == ImportState.DONE else 0,
    }
    return page(request, "registry/import_detail.html", context, status=status)


def _waiting(held: RegisterImport) -> bool:
    return held.rows.filter(state__in=[ImportRowState.GOOD, ImportRowState.WARNED]).exists()


@require_POST
def import_check(request: Any, pk: Any) -> HttpResponse:
    """Keep the columns and start the dry run."""
    held = held_import(request, pk)
    form = MappingForm(request.POST, register_import=held, series=import_selectors.series_for(held, request.actor))
    if not form.is_valid():
        return detail_page(request, held, form=form, status=422)
    try:
        importing.check_import(
            register_import=held,
            mapping=form.mapping(),
            series=form.cleaned_data["series"],
            period=form.cleaned_data["period"],
            actor=request.actor,
            version=form.cleaned_data["version"],
        )
    except (RuleBroken, Stale) as refused:
        form_error(form, refused)
        return detail_page(request, held, form=form, status=status_of(refused))
    say_done(request, _("Đang kiểm tra thử. Chưa có gì được ghi vào sổ."))
    return redirect("registry:import", pk=held.pk)


@require_POST
def import_run(request: Any, pk: Any) -> HttpResponse:
    """Let the good rows be entered."""
    held = held_import(request, pk)
    importing.start_import(register_import=held, actor=request.actor, version=posted_version(request))
    say_done(request, _("Đang nhập vào sổ. Có thể rời trang này; việc nhập vẫn tiếp tục."))
    return redirect("registry:import", pk=held.pk)


@require_POST
def import_stop(request: Any, pk: Any) -> HttpResponse:
    held = held_import(request, pk)
    importing.stop_import(register_import=held, actor=request.actor)
    say_done(request, _("Đã dừng. Các văn bản đã vào sổ giữ nguyên; có thể nhập tiếp bất cứ lúc nào."))
    return redirect("registry:import", pk=held.pk)


@require_POST
def import_discard(request: Any, pk: Any) -> HttpResponse:
    held = held_import(request, pk)
    importing.discard_import(register_import=held, actor=request.actor)
    say_done(request, _("Đã bỏ lần nhập này. Sổ không thay đổi."))
    return redirect("registry:import_list")


@require_safe
def import_rows(request: Any, pk: Any) -> HttpResponse:
    """The rows of an import, by state."""
    held = held_import(request, pk)
    state = request.GET.get("state", "")
    rows = keyset(import_selectors.rows_of(held, state), order=("ordinal",), cursor=request.GET.get("cursor"))
    shown = report.shown_fields(held)[:5]
    for row in rows.rows:
        row.tone = TONES.get(row.state, "neutral")
        row.sheet_name = held.sheets[row.sheet]["name"]
        row.said = [(columns.LABELS[name], row.fields.get(name, "")) for name in shown] if row.fields else []
    context = {
        "title": _("Các hàng của sổ cũ"),
        "held": held,
        "page": rows,
        "states": ImportRowState.choices,
        "state": state,
        "labels": [columns.LABELS[name] for name in shown],
        "correctable": held.state in (ImportState.CHECKED, ImportState.STOPPED, ImportState.DONE),
    }
    return page(request, "registry/import_rows.html", context)


@require_http_methods(["GET", "POST"])
def import_row(request: Any, pk: Any, row_pk: int) -> HttpResponse:
    """Correct one row in place."""
    held = held_import(request, pk)
    row = import_selectors.row_of(request.actor, held.pk, row_pk)
    if row is None or row.state in (ImportRowState.REFUSED, ImportRowState.ENTERED, ImportRowState.SKIPPED):
        raise Http404
    form = RowForm(request.POST or None, row=row, version=held.version)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = importing.correct_row(
                    row=row,
                    fields=form.texts(),
                    actor=request.actor,
                    on=today(),
                    version=form.cleaned_data["version"],
                )
                if row.state != ImportRowState.BAD:
                    say_done(
                        request, _("Hàng %(line)d: %(state)s.") % {"line": row.line, "state": row.get_state_display()}
                    )
                    following = (
                        import_selectors.rows_of(held, ImportRowState.BAD).filter(ordinal__gt=row.ordinal).first()
                    )
                    if following and "next" in request.POST:
                        return redirect("registry:import_row", pk=held.pk, row_pk=following.pk)
                    return redirect("registry:import", pk=held.pk)
                held.refresh_from_db(fields=["version"])
                form = RowForm(row=row, version=held.version)
                status = 409
            except (RuleBroken, Stale) as refused:
                form_error(form, refused)
                status = status_of(refused)
    context = {"title": _("Sửa hàng %(line)d") % {"line": row.line}, "held": held, "row": row, "form": form}
    return page(request, "registry/import_row.html", context, status=status)


@require_safe
def import_report(request: Any, pk: Any) -> HttpResponse:
    """The rows that need a hand, as a sheet to correct and give back."""
    held = held_import(request, pk)
    response = HttpResponse(report.bad_rows_sheet(held), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="hang-can-sua.xlsx"'
    return response


@require_POST
def import_corrected(request: Any, pk: Any) -> HttpResponse:
    """Take the corrected sheet back."""
    held = held_import(request, pk)
    form = CorrectedForm(request.POST, request.FILES)
    if not form.is_valid():
        return detail_page(request, held, corrected_form=form, status=422)
    upload = form.cleaned_data["file"]
    try:
        corrections = report.corrections_in(upload.read(), upload.name)
        good = importing.correct_rows(register_import=held, corrections=corrections, actor=request.actor, on=today())
    except RuleBroken as refused:
        form_error(form, refused, "file")
        return detail_page(request, held, corrected_form=form, status=409)
    say_done(request, _("Đã nhận bảng sửa: %(good)d hàng nhập được.") % {"good": good})
    return redirect("registry:import", pk=held.pk)


@require_POST
def import_files(request: Any, pk: Any) -> HttpResponse:
    """Take files in from a zip."""
    held = held_import(request, pk)
    form = ZipForm(request.POST, request.FILES)
    if not form.is_valid():
        return detail_page(request, held, zip_form=form, status=422)
    try:
        taken = importing.stage_files(
            register_import=held,
            files=in_zip(form.cleaned_data["file"].read()),
            channel=Channel.UPLOAD,
            actor=request.actor,
        )
    except RuleBroken as refused:
        form_error(form, refused, "file")
        return detail_page(request, held, zip_form=form, status=409)
    say_done(request, _("Đã nhận %(stored)d tệp.") % {"stored": taken.stored})
    if taken.refused:
        say_careful(request, _("%(refused)d tệp không được nhận; lý do ghi bên dưới.") % {"refused": taken.refused})
    return redirect("registry:import", pk=held.pk)
