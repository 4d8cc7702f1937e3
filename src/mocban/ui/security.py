"""Response headers that keep the browser from running or loading anything that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse


def policy(*, connect: Sequence[str] = ()) -> str:
    """Return the policy of a page; `connect` are origins beside ours that its scripts may talk to."""
    # data: images are the arrows and ticks of Tabler's own style sheet; blob: and WebAssembly belong to the PDF viewer.
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            " ".join(["connect-src 'self'", *connect]),
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )


POLICY = policy()


class ContentSecurityPolicyMiddleware:
    """Set the policy on every response that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response
