"""The language of a request: Vietnamese, unless the person switched in the header.

Django's own middleware follows the browser's Accept-Language, and most office browsers are installed in English.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


def name_of(vietnamese: str, english: str) -> str:
    """Return the name of a thing of the law data in the language of the screen: English only where it has one."""
    return english if english and translation.get_language() == "en" else vietnamese


class ChosenLanguageMiddleware:
    """Activates the language of the cookie that `set_language` writes, if it is one of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response
