"""Who acts in this request, and whether the account may go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mocban.ui.errors import error_page

from . import selectors
from .actor import actor_of

SESSION_KEY = "position"
# The API answers with its own status codes; the others are for anybody.
OPEN_PREFIXES = ("/api/", "/health/", "/i18n/", "/static/")
# What a signed-in person may do without a position, or with a password that must be changed first.
ACCOUNT_VIEWS = {"people:change_password", "people:logout", "account_logout", "people:login", "account_login"}


class ActorMiddleware:
    """Sets `request.actor` and `request.positions`; sends others to sign in, or to change the first password."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = None
        request.positions = []
        if not request.user.is_authenticated and _heavy(request):
            return _to_login(request)
        if request.user.is_authenticated and not request.path.startswith(("/health/", "/static/")):
            request.positions = list(selectors.positions_of(request.user, selectors.today()))
            chosen = _chosen(request)
            request.actor = actor_of(chosen) if chosen and not request.user.must_change_password else None
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.path.startswith(OPEN_PREFIXES) or not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        if request.resolver_match.view_name in ACCOUNT_VIEWS:
            return None
        if request.user.must_change_password:
            return redirect("people:change_password")
        if request.actor is None:
            return error_page(
                request,
                403,
                _("Tài khoản của bạn hiện không giữ vị trí công tác nào. Hãy liên hệ quản trị của cơ quan."),
            )
        return None


def _heavy(request: HttpRequest) -> bool:
    """Whether a body is too large to be read for a stranger: uploads are kept in memory (content.uploads).

    The API asks for a token before it reads a body.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    large = length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return large and not request.path.startswith("/api/")


def _chosen(request: Any) -> Any:
    """Return the position chosen in this session while it is still held, else the first one."""
    wanted = request.session.get(SESSION_KEY)
    for position in request.positions:
        if str(position.pk) == wanted:
            return position
    return request.positions[0] if request.positions else None


def _to_login(request: Any) -> HttpResponse:
    """Send to the sign-in page and back here afterwards; htmx is told to leave the page as a whole."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    address = f"{reverse('people:login')}?{urlencode({'next': here})}"
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address
        return response
    return redirect(address)
