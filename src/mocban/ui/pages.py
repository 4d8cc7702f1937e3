"""The two doors of every view: `get` fetches what the actor may see, `page` renders it whole or as an htmx fragment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

WHOLE = "ui/base.html"
FRAGMENT = "ui/fragment.html"


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of the page; a boosted link or a restored history entry needs all of it."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def layout(request: HttpRequest) -> str:
    """Return the template that a page extends (`{% extends layout %}`): the whole shell or the bare content."""
    return FRAGMENT if wants_fragment(request) else WHOLE


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    fragment: str | None = None,
) -> HttpResponse:
    """Render `template`, or for htmx only its content block.

    With `fragment`, htmx gets that template instead: for a part smaller than the content, such as the rows of a list.
    """
    chosen = fragment if fragment and wants_fragment(request) else template
    response = render(request, chosen, {**(context or {}), "layout": layout(request)}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def get(model: type[Any], actor: Any, *, related: Sequence[str] = (), **lookup: Any) -> Any:
    """Return the one `model` object that matches `lookup` and is visible to `actor`.

    Raises Http404 when there is none, when it is hidden from the actor, or when the lookup is not even well formed:
    the three look the same from outside. `related` names the foreign keys to fetch in the same query.
    """
    rows = model.objects.visible_to(actor)
    if related:
        rows = rows.select_related(*related)
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, MultipleObjectsReturned, ValidationError, ValueError, TypeError) as nothing:
        raise Http404 from nothing


def confirm(
    request: HttpRequest,
    *,
    title: str,
    sentence: str,
    action_label: str,
    cancel_url: str,
    danger: bool = False,
    facts: Sequence[tuple[str, Any]] = (),
    form: Any = None,
    citation: str = "",
) -> HttpResponse:
    """Ask before a step that cannot be taken back; the answer is a POST to the same address."""
    return page(
        request,
        "ui/confirm.html",
        {
            "title": title,
            "sentence": sentence,
            "action_label": action_label,
            "cancel_url": cancel_url,
            "danger": danger,
            "facts": facts,
            "form": form,
            "citation": citation,
        },
    )
