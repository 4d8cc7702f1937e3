"""Who calls the API: a bearer token bound to one position, or the session of a page of our own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from ninja.errors import AuthorizationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf


class BearerToken(HttpBearer):
    """`Authorization: Bearer …`; `settings.API_TOKEN_HOOK` names the function (token) -> actor or None."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        actor = import_string(settings.API_TOKEN_HOOK)(token)
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
        return actor


class SessionCookie(APIKeyCookie):
    """The session cookie, for scripts of our own pages: same origin, and a CSRF token when something changes.

    A request that shows a token, even a wrong one, is never answered by the session it happens to carry.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        actor = getattr(request, "actor", None)
        if actor is None or not key or "Authorization" in request.headers:
            return None
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or check_csrf(request):
            raise AuthorizationError
        return actor


EITHER = [BearerToken(), SessionCookie()]
