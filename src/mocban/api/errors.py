"""Every refusal of the API as problem+json (RFC 9457): what is hidden answers 404, exactly like what does not exist."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from mocban.lib.errors import RuleBroken, Stale, collided, database_gone

from .forms import FormInvalid

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


def problem(
    status: int, code: str, detail: object, *, citation: object = "", errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Return a problem: machine `code`, one sentence, the article it rests on, and the wrong fields if any."""
    body: dict[str, Any] = {
        "type": f"urn:mocban:problem:{code}",
        "title": _titles().get(status, ""),
        "status": status,
        "code": code,
        "detail": str(detail),
    }
    if str(citation):
        body["citation"] = str(citation)
    if errors:
        body["errors"] = errors
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def install(api: NinjaAPI) -> None:
    """Map every exception that an endpoint may raise."""
    answers: dict[type[Exception], Callable[[Any], HttpResponse]] = {
        RuleBroken: rule,
        Stale: stale,
        PermissionDenied: forbidden,
        Http404: lambda error: missing(),
        ValidationError: invalid,
        FormInvalid: wrong_fields,
        HttpError: http_error,
        RequestDataTooBig: lambda error: too_large(),
        SuspiciousOperation: lambda error: unreadable(),
        MultiPartParserError: lambda error: unreadable(),
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, partial(_answer, answer))
    api.add_exception_handler(Exception, unexpected)


def _answer(answer: Callable[[Any], HttpResponse], request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error)


def rule(broken: RuleBroken) -> HttpResponse:
    return problem(409, broken.code, _(str(broken.message)), citation=broken.citation)


def stale(error: Stale) -> HttpResponse:
    return problem(412, "stale", _(str(error.message)))


def missing() -> HttpResponse:
    return problem(404, "not-found", _("Không có đối tượng này, hoặc vị trí đang dùng không được xem."))


def forbidden(denied: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", str(denied) or _("Vị trí đang dùng không được làm việc này."))


def too_large() -> HttpResponse:
    return problem(413, "too-large", _("Dữ liệu gửi lên vượt quá giới hạn của hệ thống."))


def unreadable() -> HttpResponse:
    return problem(400, "unreadable", _("Hệ thống không đọc được yêu cầu này."))


def http_error(error: HttpError) -> HttpResponse:
    """Map ninja's own refusals; the text inside them is English and for developers, so it is not shown."""
    if error.status_code == 401:
        response = problem(401, "unauthenticated", _("Cần mã truy cập còn hiệu lực hoặc phiên đăng nhập."))
        response["WWW-Authenticate"] = "Bearer"
        return response
    if error.status_code == 403:
        return problem(403, "forbidden", _("Yêu cầu không đến từ chính trang này hoặc thiếu mã chống giả mạo."))
    if error.status_code == 400:
        return unreadable()
    return problem(error.status_code, "refused", _("Hệ thống không nhận yêu cầu này."))


def invalid(error: ValidationError) -> HttpResponse:
    """Say which fields are wrong and why. What was sent is not repeated: it may be what must not be written down."""
    errors = [
        {
            "field": ".".join(str(part) for part in fault.get("loc", ())[1:]),
            "code": str(fault.get("type", "")),
            "message": _sentence(fault),
        }
        for fault in error.errors
    ]
    return problem(422, "invalid", _("Dữ liệu gửi lên chưa đúng."), errors=errors)


def wrong_fields(error: FormInvalid) -> HttpResponse:
    """The same sentences as beside the fields of the page."""
    return problem(422, "invalid", _("Dữ liệu gửi lên chưa đúng."), errors=error.errors)


def unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    """Log what nobody foresaw and answer without a word of it; two people who collided are told so."""
    if collided(error):
        log.warning("Two API requests collided: %s %s", request.method, request.path)
        return problem(
            412,
            "stale",
            _("Nội dung này vừa được người khác thay đổi. Hãy tải lại trang, xem thay đổi rồi làm lại."),
        )
    if database_gone(error):
        log.warning("The database did not answer: %s %s", request.method, request.path)
        return problem(
            503,
            "unavailable",
            _("Cơ sở dữ liệu tạm thời không trả lời; việc vừa làm có thể đã được ghi hoặc chưa."),
        )
    log.error("API request failed: %s %s", request.method, request.path, exc_info=error)
    return problem(500, "internal", _("Hệ thống gặp sự cố; việc vừa làm chưa được ghi."))


def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The last address of the API: whatever no endpoint answers."""
    return missing()


def _titles() -> dict[int, str]:
    return {
        400: _("Yêu cầu không hợp lệ"),
        401: _("Chưa đăng nhập"),
        403: _("Không được phép"),
        404: _("Không tìm thấy"),
        409: _("Quy định không cho phép"),
        412: _("Dữ liệu đã thay đổi"),
        413: _("Dữ liệu quá lớn"),
        422: _("Dữ liệu chưa đúng"),
        500: _("Hệ thống gặp sự cố"),
        503: _("Hệ thống tạm dừng"),
    }


def _sentence(fault: Mapping[str, Any]) -> str:
    kind = str(fault.get("type", ""))
    limits = fault.get("ctx") or {}
    if kind == "missing":
        return _("Mục này không được để trống.")
    if kind == "string_too_long":
        return _("Dài quá %(limit)s ký tự.") % {"limit": limits.get("max_length")}
    if kind == "string_too_short":
        return _("Ngắn hơn %(limit)s ký tự.") % {"limit": limits.get("min_length")}
    if kind.startswith(("date_", "datetime_")):
        return _("Ngày này không có trong lịch; dạng đúng là năm-tháng-ngày, ví dụ 2026-03-05.")
    if kind.startswith(("int_", "float_", "decimal_")):
        return _("Mục này phải là số.")
    if kind.startswith(("enum", "literal_")):
        return _("Giá trị này không có trong danh sách.")
    if kind.startswith("uuid_"):
        return _("Mã định danh không đúng dạng.")
    if kind == "extra_forbidden":
        return _("Không có mục nào tên như vậy.")
    return _("Giá trị không hợp lệ.")
