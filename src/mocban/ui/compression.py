"""Pages and JSON travel compressed; files do not, for they are streamed, and mostly compressed already."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "application/json", "application/problem+json", "application/xml", "text/xml")


class CompressTextsMiddleware(GZipMiddleware):
    """Django's own compression (with its random padding against BREACH), for texts made in memory only."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").split(";")[0]
        if response.streaming or kind not in TEXTS:
            return response
        return super().process_response(request, response)
