"""What the page of rules may be asked."""

from __future__ import annotations

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from mocban.people.choices import Regime
from mocban.ui import forms


class LawForm(forms.Form):
    """Day and regime; both have a value when the page opens."""

    on = forms.DateField(label=_("Ngày"))
    regime = django_forms.ChoiceField(label=_("Khối"), choices=Regime.choices)
