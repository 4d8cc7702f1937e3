"""Words of records for templates."""

from __future__ import annotations

from django import template

from ..selectors import kind_shown, term_shown

register = template.Library()


@register.filter
def term(kept: str) -> str:
    """The retention term of a file in the language of the screen."""
    return term_shown(kept)


@register.filter
def kind(kept: str) -> str:
    """The name of the kind of a document in the language of the screen."""
    return kind_shown(kept)
