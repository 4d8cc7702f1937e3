"""Checking any file, which is judged in memory and forgotten."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.lib.errors import RuleBroken
from mocban.ui.errors import form_error
from mocban.ui.pages import page

from .. import report_selectors, services
from ..trust_forms import CheckForm


@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: Any) -> HttpResponse:
    """Say what the signatures of an uploaded file are worth; nothing of it is kept."""
    form, status, report, name = CheckForm(), 200, None, ""
    if request.method == "POST":
        form, status = CheckForm(request.POST, request.FILES), 422
        if form.is_valid():
            upload, beside = form.cleaned_data["file"], form.cleaned_data["signed"]
            try:
                data, signed = upload.read(), beside.read() if beside else None
            except RuleBroken as refused:
                form_error(form, refused, "file")
                status = 409
            else:
                report = report_selectors.shown(services.judge_only(data, signed=signed))
                name, status = upload.name, 200
    context = {
        "title": _("Kiểm tra chữ ký số của một tệp"),
        "form": form,
        "report": report,
        "name": name,
        "printed_at": timezone.now(),
    }
    return page(request, "signing/check_file.html", context, status=status)
