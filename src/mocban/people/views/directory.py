"""The directory of agencies: look something up, one entry, a pick-list for other pages, and its upkeep from sheets."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.ui.actions import Action
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from .. import access, directory, directory_sheet, forms, services
from ..models import Agency, Organisation
from ..selectors import today
from .shared import administrators, form_page

FOUND = 100  # entries that a search on the page shows


def _home() -> tuple[str, str]:
    return _("Danh bạ cơ quan"), reverse("people:directory")


def _state(agency: Agency) -> tuple[str, str]:
    closed = directory.is_closed(agency, on=today())
    return (_("Đã ngừng"), "neutral") if closed else (_("Đang hoạt động"), "success")


COLUMNS = [
    Column(gettext_lazy("Mã định danh"), "code", "code"),
    Column(gettext_lazy("Tên cơ quan"), "name", link=lambda agency: reverse("people:agency", args=[agency.pk])),
    Column(gettext_lazy("Cơ quan cấp trên"), lambda agency: agency.parent_name or "–"),
    Column(gettext_lazy("Địa danh"), lambda agency: agency.place or "–"),
    Column(gettext_lazy("Tình trạng"), _state, "badge"),
]


@require_safe
def agencies(request: Any) -> HttpResponse:
    """The whole directory in alphabetical order, or what the words find."""
    words = request.GET.get("q", "").strip()
    if words:
        rows: Any = directory.find_agencies(words, on=today(), limit=FOUND)
    else:
        listed = Agency.objects.visible_to(request.actor).defer("words")
        rows = keyset(listed, order=("sort_name",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    context = {
        "title": _("Danh bạ cơ quan"),
        "columns": COLUMNS,
        "rows": rows,
        "words": words,
        "limit": FOUND,
        "actions": _upkeep() if access.may(access.ADMIN_VERBS, request.actor, "agency.edit", request.actor) else [],
    }
    return page(request, "people/directory.html", context)


def _upkeep() -> list[Action]:
    return [
        Action(_("Thêm cơ quan"), reverse("people:agency_new"), tone="primary", icon="plus", key="n"),
        Action(_("Lấy từ tệp"), reverse("people:directory_import"), icon="upload"),
        Action(_("Xuất tệp .xlsx"), reverse("people:directory_export"), icon="download"),
    ]


@require_safe
def options(request: Any) -> HttpResponse:
    """The pick-list under a field: the agencies that the typed words may mean, as the options of a listbox."""
    found = directory.find_agencies(request.GET.get("q", ""), on=today())
    on = today()
    listed = [(agency, directory.is_closed(agency, on=on)) for agency in found]
    return page(request, "people/agency_options.html", {"found": listed})


@require_safe
def agency(request: Any, pk: Any) -> HttpResponse:
    shown = get(Agency, request.actor, pk=pk)
    [shown] = directory.with_successors([shown])
    edit = Action(_("Sửa"), reverse("people:agency_edit", args=[shown.pk]), icon="edit", key="e")
    may_edit = access.may(access.ADMIN_VERBS, request.actor, "agency.edit", request.actor)
    context = {
        "title": shown.name,
        "agency": shown,
        "state": _state(shown),
        "entries": history(shown),
        "actions": [edit] if may_edit else [],
    }
    return page(request, "people/agency.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def agency_new(request: Any) -> HttpResponse:
    def step(data: dict[str, Any]) -> str:
        made = services.add_agency(fields=services.AgencyFields(**data), actor=request.actor)
        say_done(request, _("Đã thêm cơ quan vào danh bạ."))
        return reverse("people:agency", args=[made.pk])

    form = forms.AgencyForm(request.POST or None)
    return form_page(request, form, step, title=_("Thêm cơ quan vào danh bạ"), action_label=_("Thêm"), back=_home())


@require_http_methods(["GET", "POST"])
@administrators
def agency_edit(request: Any, pk: Any) -> HttpResponse:
    shown = get(Agency, request.actor, pk=pk)
    initial = {name: getattr(shown, name) for name in services.AgencyFields.__dataclass_fields__}
    initial |= {name: ", ".join(initial[name]) for name in ("former_codes", "abbreviations")}
    address = reverse("people:agency", args=[shown.pk])

    def step(data: dict[str, Any]) -> str:
        services.edit_agency(agency=shown, fields=services.AgencyFields(**data), actor=request.actor)
        say_done(request, _("Đã lưu thông tin cơ quan."))
        return address

    return form_page(
        request,
        forms.AgencyForm(request.POST or None, initial=initial),
        step,
        title=shown.name,
        sentence=_("Đổi mã thì mã đang dùng thành mã cũ, vẫn tìm được."),
        action_label=_("Lưu"),
        back=(shown.name, address),
    )


@require_http_methods(["GET", "POST"])
@administrators
def import_sheet(request: Any) -> HttpResponse:
    """Judge a sheet of agencies, or enter it: two buttons of one form, so that the chosen file stays chosen."""
    context: dict[str, Any] = {
        "title": _("Lấy danh bạ từ tệp"),
        "form": forms.DirectoryForm(request.POST or None, request.FILES or None),
        "columns": directory_sheet.labels(),
    }
    form = context["form"]
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if "enter" in request.POST:
                home = get(Organisation, request.actor, pk=request.actor.organisation_id)
                context["report"] = services.import_directory(
                    data=upload.read(), source=upload.name, organisation=home, actor=request.actor, on=today()
                )
                context["entered"] = True
            else:
                context["report"] = services.preview_directory(data=upload.read(), actor=request.actor)
        except RuleBroken as refused:
            form_error(form, refused, "file")
    return page(
        request,
        "people/directory_import.html",
        context,
        status=422 if form.errors else 200,
        fragment="people/_directory_report.html",
    )


@require_safe
@administrators
def export(request: Any) -> Any:
    """The whole directory as the sheet that the import takes; `?empty=1` only its headings and one example."""
    rows = [] if request.GET.get("empty") else Agency.objects.visible_to(request.actor).defer("words").iterator()
    return FileResponse(directory_sheet.written(rows), as_attachment=True, filename="danh-ba-co-quan.xlsx")
