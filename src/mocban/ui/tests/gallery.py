"""The addresses of the shell's tests: every component on one page, and a view for each way to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.html import format_html
from psycopg.errors import AdminShutdown, ForeignKeyViolation, QueryCanceled, UniqueViolation

from mocban.lib.errors import RuleBroken, Stale
from mocban.ui import forms
from mocban.ui.actions import Action
from mocban.ui.errors import form_error
from mocban.ui.pages import confirm, get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from . import sample

handler400 = "mocban.ui.errors.bad_request"
handler403 = "mocban.ui.errors.forbidden"
handler404 = "mocban.ui.errors.not_found"
handler500 = "mocban.ui.errors.server_error"


@dataclass(frozen=True)
class GalleryActor:
    person_name: str = "Nguyễn Thị Ánh Nguyệt"
    position_title: str = "Văn thư"
    unit_name: str = "Phòng Hành chính – Lưu trữ"
    organisation_name: str = "Văn phòng Tỉnh ủy Sông Mây"
    roles: frozenset[str] = field(default_factory=frozenset)


class GalleryActorMiddleware:
    """Signs everybody in, unless the test asks to be a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stranger = request.headers.get("X-Stranger") == "1" or request.path == "/login/"
        request.actor = None if stranger else GalleryActor()  # type: ignore[attr-defined]
        return self.get_response(request)


def shell_hook(request: HttpRequest) -> dict[str, Any]:
    return {
        "positions": [
            {"id": 1, "label": "Văn thư – Văn phòng Tỉnh ủy", "current": True},
            {"id": 2, "label": "Chuyên viên – Phòng Tổng hợp", "current": False},
        ],
        "unread": 3,
    }


class GalleryForm(forms.Form):
    number = forms.LineField(label="Số, ký hiệu", max_length=40, help_text="Như in trên văn bản, ví dụ 12-CV/VPTU")
    signed_on = forms.DateField(label="Ngày văn bản")
    title = forms.TextField(label="Trích yếu", max_length=500)
    kind = forms.forms.ChoiceField(label="Loại văn bản", choices=[("", "–"), ("cv", "Công văn"), ("qd", "Quyết định")])
    urgent = forms.forms.BooleanField(label="Văn bản khẩn", required=False)
    file = forms.FileField(label="Tệp văn bản", required=False, accept=".pdf")


ROWS = [
    {
        "number": 100 - index,
        "code": f"{100 - index}-CV/VPTU",
        "on": datetime(2026, 3, 5, tzinfo=UTC).date(),
        "title": "Về việc chuẩn bị tài liệu phục vụ hội nghị sơ kết công tác văn thư, lưu trữ quý I năm 2026",
        "state": ("Chờ trình", "warning") if index % 3 else ("Đã giải quyết", "success"),
    }
    for index in range(12)
]
COLUMNS = [
    Column("Số đến", "number", "number"),
    Column("Số, ký hiệu", "code", "code"),
    Column("Ngày", "on", "date"),
    Column("Trích yếu", "title", link=lambda row: f"/gallery/?row={row['number']}"),
    Column("Tình trạng", "state", "badge"),
]
HISTORY = [
    {
        "when": datetime(2026, 3, 5, 2, 14, tzinfo=UTC),
        "sentence": "Văn bản được đăng ký vào sổ đến, số 100.",
        "who": "Nguyễn Thị Ánh Nguyệt, Văn thư",
        "basis": ["NĐ 30/2020/NĐ-CP, Điều 22"],
    },
    {"when": datetime(2026, 3, 5, 3, 0, tzinfo=UTC), "sentence": "Chuyển Phòng Tổng hợp.", "who": "", "basis": []},
]


BODIES = [("H99.01", "Ủy ban nhân dân tỉnh"), ("H99.03", "Sở Nội vụ tỉnh"), ("H99.27", "Ủy ban nhân dân xã Vân Khê")]


class PickForm(forms.Form):
    issuer_name = forms.LineField(label="Cơ quan ban hành", widget=forms.PickInput(url="/options/", code="issuer_code"))
    issuer_code = forms.LineField(required=False, widget=forms.forms.HiddenInput)
    recipients = forms.TextField(label="Nơi nhận", required=False, widget=forms.PickManyInput(url="/options/"))


def picks(request: HttpRequest) -> HttpResponse:
    form = PickForm(request.POST or None, initial={"recipients": "Lưu: VT\nSở Nội vụ tỉnh | H99.03"})
    return page(request, "gallery/picks.html", {"title": "Chọn cơ quan", "form": form, "sent": dict(request.POST)})


def options(request: HttpRequest) -> HttpResponse:
    found = [body for body in BODIES if request.GET["q"].casefold() in body[1].casefold()]
    rows = [
        (format_html('<li role="option" data-value="{}" data-code="{}">{}</li>', name, code, name))
        for code, name in found
    ]
    return HttpResponse("".join(rows))


def gallery(request: HttpRequest) -> HttpResponse:
    form = GalleryForm(request.POST or None, request.FILES or None)
    status = 200
    if form.is_bound:
        if form.is_valid():
            form_error(
                form, RuleBroken("test.taken", "Số 12-CV/VPTU đã có trong sổ.", "NĐ 30/2020/NĐ-CP, Điều 15"), "number"
            )
            form_error(form, RuleBroken("test.shut", "Sổ năm 2026 đã khóa.", "NĐ 30/2020/NĐ-CP, Điều 16"))
        status = 409
    context = {
        "title": "Văn bản đến",
        "form": form,
        "columns": COLUMNS,
        "rows": ROWS,
        "history": HISTORY,
        "facts": [("Cơ quan ban hành", "Sở Nội vụ"), ("Người ký", ""), ("Hạn trả lời", "12/03/2026")],
        "actions": [
            Action("Vào sổ", "/gallery/", tone="primary", icon="plus", key="n"),
            Action("Trình", "/gallery/", method="post", key="t", hidden={"verb": "present"}),
            Action("Thu hồi", "/confirm/", tone="danger"),
        ],
        "tabs": [
            {"label": "Tất cả", "url": "/gallery/", "current": True, "count": 112},
            {"label": "Quá hạn", "url": "/gallery/?late=1", "count": 4},
            {"label": "Không đếm", "url": "/gallery/?none=1"},
        ],
    }
    return page(request, "gallery/gallery.html", context, status=status)


def permissions(request: HttpRequest) -> HttpResponse:
    rows = keyset(
        Permission.objects.filter(codename__startswith="mocban_"),
        order=("-codename",),
        cursor=request.GET.get("cursor"),
        size=5,
        exact="exact" in request.GET,
    )
    columns = [Column("Mã", "codename")]
    return page(request, "gallery/list.html", {"title": "Danh sách", "page": rows, "columns": columns})


def fail(request: HttpRequest, how: str) -> HttpResponse:
    failures: dict[str, Exception] = {
        "rule": RuleBroken("test.rule", "Văn bản mật không được đăng ký ở đây.", "Luật BVBMNN 2018, Điều 5 <khoản 2>"),
        "stale": Stale("Văn bản đã được sửa lúc 10:15."),
        "denied": PermissionDenied("Chỉ văn thư được vào sổ."),
        "denied-bare": PermissionDenied(),
        "missing": Http404(),
        "crash": ZeroDivisionError("secret detail"),
        "collision": collision(UniqueViolation("secret detail")),
        "reference": collision(ForeignKeyViolation("secret detail")),
        "shut-down": lost(AdminShutdown("secret detail")),
        "cut": lost(psycopg.OperationalError("secret detail")),
        "closed": lost(psycopg.InterfaceError("secret detail")),
        "too-long": lost(QueryCanceled("secret detail")),
    }
    raise failures[how]


def collision(reason: Exception) -> Exception:
    """What Django raises when the database answers so."""
    error = IntegrityError("secret detail")
    error.__cause__ = reason
    return error


def lost(reason: Exception) -> Exception:
    """What Django raises when the database ends a question, or the line to it."""
    error = OperationalError("secret detail")
    error.__cause__ = reason
    return error


def sure(request: HttpRequest) -> HttpResponse:
    return confirm(
        request,
        title="Thu hồi văn bản",
        sentence="Văn bản 12-CV/VPTU sẽ được thu hồi và bên nhận được báo. Không thể làm lại.",
        action_label="Thu hồi",
        cancel_url="/gallery/",
        danger=True,
        citation="NĐ 30/2020/NĐ-CP, Điều 18",
    )


def login(request: HttpRequest) -> HttpResponse:
    return page(request, "gallery/login.html", {"title": "Đăng nhập", "form": GalleryForm()})


def sample_pdf(request: HttpRequest) -> HttpResponse:
    return FileResponse(sample.pdf(), content_type="application/pdf")


class Shelf:
    """Stands for a model whose rows named "hidden" the actor may not see."""

    class objects:  # noqa: N801 - as on a model
        @staticmethod
        def visible_to(actor: Any) -> Any:
            return Permission.objects.exclude(name="hidden")


def one(request: HttpRequest, pk: str) -> HttpResponse:
    shelf = get(Shelf, request.actor, pk=pk, related=("content_type",))  # type: ignore[attr-defined]
    return HttpResponse(shelf.name)


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("word", ""))


urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("picks/", picks),
    path("options/", options),
    path("list/", permissions, name="list"),
    path("fail/<str:how>/", fail),
    path("confirm/", sure, name="confirm"),
    path("login/", login, name="login"),
    path("sample.pdf", sample_pdf),
    path("shelf/<str:pk>/", one),
    path("echo/", echo),
    path("ui/", include("mocban.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
