"""The form of the places: for each field its page and its upper left corner in millimetres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import VersionedForm

from .placing import label_of

LONGEST = 2_000.0  # millimetres of a page's side
SAME = 0.25  # millimetres; a place that differs by less was not moved
ON_FIRST_PAGE = ("number", "date")


class PlacesForm(VersionedForm):
    """Bound to the fields as they lie now: what was not moved stays to be found from the draft."""

    def __init__(
        self,
        *args: Any,
        fields: Sequence[Mapping[str, Any]],
        moved: Mapping[str, Any],
        pages: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.laid = {field["name"]: field for field in fields}
        self.moved = moved
        for name, field in self.laid.items():
            if name not in (*ON_FIRST_PAGE, "seal") and pages > 1:
                self.fields[f"{name}-page"] = forms.IntegerField(
                    label=_("Trang"), min_value=1, max_value=pages, initial=field["page"] + 1
                )
            for side, label in (("left", _("Cách mép trái (mm)")), ("top", _("Cách mép trên (mm)"))):
                self.fields[f"{name}-{side}"] = forms.FloatField(
                    label=label,
                    min_value=0,
                    max_value=LONGEST,
                    initial=round(field[side], 1),
                    widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
                )

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """For the page: the field's name, its label, and its boxes."""
        return [
            (name, label_of(name), [self[key] for key in self.fields if key.startswith(f"{name}-")])
            for name in self.laid
        ]

    def places(self) -> dict[str, dict[str, float]]:
        """The fields that lie elsewhere than the draft would have them: moved now, or before."""
        cleaned = self.cleaned_data
        wanted = {}
        for name, field in self.laid.items():
            place = {
                "page": cleaned.get(f"{name}-page", field["page"] + 1) - 1,
                "left": round(cleaned[f"{name}-left"], 1),
                "top": round(cleaned[f"{name}-top"], 1),
            }
            steps = [abs(place[side] - field[side]) for side in ("left", "top")]
            if place["page"] != field["page"] or max(steps) >= SAME:
                wanted[name] = place
            elif name in self.moved:
                wanted[name] = dict(self.moved[name])
        return wanted
