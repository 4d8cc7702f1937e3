"""Posted forms: a step that is taken, or refused beside the form, on a page of the form's own or on another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from mocban.lib.errors import RuleBroken, Stale
from mocban.ui.errors import form_error, status_of
from mocban.ui.pages import page


def given(request: Any) -> Any:
    """What was posted, even when every field is empty; None for a form that is only shown."""
    return request.POST if request.method == "POST" else None


def posted(form: Any, step: Callable[[dict[str, Any]], str], shown: Callable[[int], HttpResponse]) -> HttpResponse:
    """Take `step` with what the form holds and go where it says.

    Otherwise `shown`, the page with the form and this status: a refusal stands beside the form, which keeps what was
    typed.
    """
    status = 422
    if form.is_valid():
        try:
            return redirect(step(form.cleaned_data))
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
    return shown(status)


def form_page(
    request: Any,
    form: Any,
    step: Callable[[dict[str, Any]], str],
    *,
    title: str,
    action_label: str,
    back: tuple[Any, str],
    sentence: Any = "",
    departure: Any = None,
    danger: bool = False,
) -> HttpResponse:
    """Show the form; when it is posted take `step`, see `posted`.

    `departure` is the body's own rule that departs from the law (a `law.Held`): the page says so plainly.
    """
    context = {
        "title": title,
        "sentence": sentence,
        "departure": departure,
        "form": form,
        "action_label": action_label,
        "back_label": back[0],
        "back_url": back[1],
        "danger": danger,
    }

    def shown(status: int = 200) -> HttpResponse:
        return page(request, "registry/form.html", context, status=status)

    return posted(form, step, shown) if request.method == "POST" else shown()
