"""Where a refusal becomes something a person can read: the sentence, its citation, and the way on.

A view that holds a form catches RuleBroken itself and calls `form_error`, so that typed values stay. What it does not
catch ends here. For htmx the answer is an alert that the shell puts above the content; otherwise it is a page. The
layers without Django say their sentence in Vietnamese (config.messages lists them): it is translated here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.forms import BaseForm, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken, Stale, collided, database_gone

from .pages import page, wants_fragment

log = logging.getLogger(__name__)
RETRY_SECONDS = "30"  # a restart of the database takes less


class RuleErrorMiddleware:
    """Turns RuleBroken into 409, Stale and a collision of two people into 412.

    Stands before the CSRF middleware: see `process_view`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Read a posted body here, for an upload handler may refuse it and the CSRF check has no way to say so."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        try:
            request.POST  # noqa: B018 - reading parses the body
        except RuleBroken as broken:
            return rule_page(request, broken)
        except RequestDataTooBig:
            return error_page(request, 413, _("Dữ liệu gửi lên vượt quá giới hạn của hệ thống."))
        except (MultiPartParserError, TooManyFieldsSent):
            return error_page(request, 400, _("Biểu mẫu gửi lên bị hỏng trên đường truyền. Hãy gửi lại."))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RuleBroken):
            return rule_page(request, exception)
        if isinstance(exception, Stale):
            return error_page(request, 412, _(str(exception.message)))
        if isinstance(exception, DatabaseError) and collided(exception):
            log.warning("Two requests collided: %s", request.path)
            return error_page(
                request,
                412,
                _("Nội dung này vừa được người khác thay đổi. Hãy tải lại trang, xem thay đổi rồi làm lại."),
            )
        return None


TITLES = {
    400: lambda: _("Yêu cầu không hợp lệ"),
    403: lambda: _("Không được phép"),
    404: lambda: _("Không tìm thấy"),
    409: lambda: _("Quy định không cho phép"),
    412: lambda: _("Dữ liệu đã thay đổi"),
    413: lambda: _("Dữ liệu quá lớn"),
}


def error_page(request: HttpRequest, status: int, sentence: str, citation: str = "") -> HttpResponse:
    """Answer with one sentence and its citation, as an htmx alert or as a page with the way back."""
    context = {
        "title": TITLES[status](),
        "sentence": sentence,
        "citation": citation,
        "status": status,
        "back_url": page_before(request),
    }
    response = page(request, "ui/errors/error.html", context, status=status, fragment="ui/errors/_alert.html")
    if wants_fragment(request):
        response["HX-Retarget"] = "#alerts"
        response["HX-Reswap"] = "innerHTML"
    return response


def rule_page(request: HttpRequest, broken: RuleBroken) -> HttpResponse:
    return error_page(request, 409, _(str(broken.message)), str(broken.citation))


def status_of(refused: RuleBroken | Stale) -> int:
    """The status of a refused form: 412 when somebody else was faster, 409 when a rule is broken."""
    return 412 if isinstance(refused, Stale) else 409


def form_error(form: BaseForm, refused: RuleBroken | Stale, field: str | None = None) -> None:
    """Put the sentence and citation of a refusal beside the form (or one field), which keeps its typed values."""
    code = getattr(refused, "code", "stale")
    error = ValidationError(_(str(refused.message)), code=code)
    form.add_error(field, error)
    form.citations = {  # type: ignore[attr-defined]
        **getattr(form, "citations", {}),
        field or NON_FIELD_ERRORS: str(getattr(refused, "citation", "")),
    }


def say_done(request: HttpRequest, sentence: object) -> None:
    """Show one sentence on the next page."""
    messages.success(request, str(sentence))


def say_careful(request: HttpRequest, sentence: object) -> None:
    """Show one warning on the next page."""
    messages.warning(request, str(sentence))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413, _("Dữ liệu gửi lên vượt quá giới hạn của hệ thống."))
    return error_page(request, 400, _("Hệ thống không hiểu yêu cầu này. Hãy quay lại và thử lần nữa."))


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    sentence = str(exception) if exception and str(exception) else _("Vị trí đang dùng không được làm việc này.")
    return error_page(request, 403, sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whether the object does not exist or is hidden: the answer must not tell which."""
    return error_page(request, 404, _("Không có trang này, hoặc vị trí đang dùng không được xem."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _("Biểu mẫu đã hết hạn hoặc trình duyệt chặn cookie. Hãy tải lại trang và gửi lại.")
    return error_page(request, 403, sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say sorry without context processors or database: one of them may be what failed.

    A database that does not answer is 503: the step may have been written or not, so nothing is claimed of it.
    """
    if database_gone(sys.exc_info()[1]):
        log.warning("The database did not answer: %s %s", request.method, request.path)
        return HttpResponse(render_to_string("ui/errors/503.html"), status=503, headers={"Retry-After": RETRY_SECONDS})
    return HttpResponseServerError(render_to_string("ui/errors/500.html"))


def page_before(request: HttpRequest, *, otherwise: str = "/") -> str:
    """Return the page the person came from, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return came_from
    return otherwise
