"""Pages of packages: list, one package, checking it again, downloading it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mocban.audit import selectors as audit_selectors
from mocban.audit import services as audit
from mocban.people.selectors import today
from mocban.ui.errors import say_careful, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from . import access, rules, selectors, services
from .choices import PackageState
from .download import sent
from .models import Package

TONES = {PackageState.BUILT: "warning", PackageState.SOUND: "success", PackageState.DAMAGED: "danger"}
TONES |= dict.fromkeys(rules.CLOSED, "neutral")


@require_safe
def package_list(request: Any) -> HttpResponse:
    state = request.GET.get("state", "")
    packages = selectors.packages_for(request.actor, state=state if state in PackageState.values else "")
    shown = keyset(
        packages, order=("-built_at",), cursor=request.GET.get("cursor"), exact=request.GET.get("exact") == "1"
    )
    context = {
        "title": _("Gói lưu trữ"),
        "packages": shown,
        "rows": [(package, TONES[PackageState(package.state)]) for package in shown.rows],
        "states": PackageState.choices,
        "state": state,
    }
    return page(request, "preservation/list.html", context)


@require_safe
def package_detail(request: Any, pk: Any) -> HttpResponse:
    package = get(Package, request.actor, pk=pk)
    audit.read(request.actor, package)
    open_still = package.state not in rules.CLOSED
    context = {
        "title": package.title,
        "package": package,
        "tone": TONES[PackageState(package.state)],
        "facts": _facts(package),
        "findings": selectors.findings(package),
        "entries": audit_selectors.history(package),
        "may_check": open_still and access.may(request.actor, "package.check", package),
        "may_download": open_still
        and package.state != PackageState.DAMAGED
        and access.may(request.actor, "package.download", package),
    }
    return page(request, "preservation/package.html", context)


@require_POST
def package_check(request: Any, pk: Any) -> HttpResponse:
    package = get(Package, request.actor, pk=pk)
    checked = services.check_package(package=package, actor=request.actor, on=today())
    if checked.state == PackageState.SOUND:
        say_done(request, _("Gói lưu trữ nguyên vẹn."))
    else:
        say_careful(request, _("Gói lưu trữ bị hỏng; xem các lỗi bên dưới."))
    return redirect("preservation:package", pk=package.pk)


@require_safe
def package_download(request: Any, pk: Any) -> FileResponse:
    package = get(Package, request.actor, pk=pk)
    return sent(package, services.take_out(package=package, actor=request.actor))


def _facts(package: Package) -> list[tuple[Any, Any]]:
    checked = package.checked_at
    return [
        (_("Mã gói (OBJID)"), package.identifier),
        (_("Dung lượng"), filesizeformat(package.size)),
        ("SHA-256", package.sha256),
        (_("Tạo lúc"), date_format(localtime(package.built_at), "SHORT_DATETIME_FORMAT")),
        (_("Kiểm tra lần cuối"), checked and date_format(localtime(checked), "SHORT_DATETIME_FORMAT")),
        (_("Cấu trúc"), _("AIP hồ sơ: METS, PREMIS, thông tin hồ sơ và văn bản, bản kê SHA-256")),
    ]
