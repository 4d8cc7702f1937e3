"""What the search page and the page of rules may be asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mocban.people.choices import Regime
from mocban.search.query import Filters
from mocban.ui import forms

YEAR_DIGITS = 4


class LawForm(forms.Form):
    """Day and regime; both have a value when the page opens."""

    on = forms.DateField(label=_("Ngày"))
    regime = django_forms.ChoiceField(label=_("Khối"), choices=Regime.choices)


def filters(asked: QueryDict | dict[str, Any]) -> Filters:
    """Read the narrowing parameters of an address; what makes no sense narrows nothing."""
    year = asked.get("year", "")
    return Filters(
        object_type=asked.get("type", "")[:60],
        kind=asked.get("kind", "")[:100],
        organisation=_uuid(asked.get("organisation", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS else None,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
