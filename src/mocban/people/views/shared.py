"""What the pages of administration have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from mocban.lib.errors import RuleBroken
from mocban.ui.errors import form_error
from mocban.ui.pages import page

from .. import access


def administrators(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only an administrator of the organisation open the page; its service asks again before it does anything."""

    @wraps(view)
    @never_cache
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        access.require(request.actor, "administration.view", request.actor)
        return view(request, *args, **kwargs)

    return guarded


def form_page(
    request: Any,
    form: Any,
    step: Callable[[dict[str, Any]], str | HttpResponse],
    *,
    title: str,
    action_label: str,
    back: tuple[Any, str],
    sentence: Any = "",
    danger: bool = False,
    citation: Any = "",
    actions: Sequence[Any] = (),
    enctype: str = "",
) -> HttpResponse:
    """Show a form; when it is posted and valid take `step`, then go where it says or show what it returns.

    A refusal of the rules stands beside the form, which keeps what was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = step(form.cleaned_data)
        except RuleBroken as broken:
            form_error(form, broken)
        else:
            return redirect(result) if isinstance(result, str) else result
    context = {
        "title": title,
        "sentence": sentence,
        "form": form,
        "action_label": action_label,
        "back_label": back[0],
        "back_url": back[1],
        "danger": danger,
        "citation": citation,
        "actions": actions,
        "enctype": enctype,
    }
    return page(request, "people/form.html", context, status=422 if form.errors else 200)
