"""Letting a remote service send the one-time code of a key; the page on which it is asked for stays as it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import escape
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mocban.lib.errors import RuleBroken
from mocban.ui.errors import page_before, say_careful, say_done

from .. import services
from .key_owner import owned
from .key_places import code_sent


@sensitive_post_parameters()
@require_POST
def send_code(request: Any, who: str) -> HttpResponse:
    """Ask the service for the code. `who` as in the addresses of keys; only the answer for a page with scripts."""
    one = owned(request, who, "key.use")
    good = True
    try:
        said = code_sent(services.send_code(owner=one.owner, organisation=one.body, actor=request.actor))
    except RuleBroken as refused:
        said, good = str(refused.message), False
    if request.headers.get("HX-Request"):
        return HttpResponse(escape(said))  # the script puts it into the page, and a service may say anything
    (say_done if good else say_careful)(request, said)
    return redirect(page_before(request, otherwise=one.url))
