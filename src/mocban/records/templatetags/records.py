"""Words of records for templates."""

from __future__ import annotations

from django import template

from ..selectors import term_shown

register = template.Library()


@register.filter
def term(kept: str) -> str:
    """The retention term of a file in the language of the screen."""
    return term_shown(kept)
