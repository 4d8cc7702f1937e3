"""Addresses inside an answer: `{% load search %}`."""

from __future__ import annotations

from typing import Any

from django import template

from mocban.search.selectors import FacetValue

register = template.Library()


@register.simple_tag
def narrowed(request: Any, value: FacetValue) -> str:
    """Return the present address narrowed by the value, or widened again when it is already chosen."""
    parameters = request.GET.copy()
    parameters.pop("cursor", None)
    if value.chosen:
        parameters.pop(value.name, None)
    else:
        parameters[value.name] = value.value
    return f"{request.path}?{parameters.urlencode()}"


@register.simple_tag
def turned(request: Any, cursor: str) -> str:
    """Return the present address on another page of the answer."""
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return f"{request.path}?{parameters.urlencode()}"
