"""Forms of signing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mocban.ui import forms


class ImageForm(forms.Form):
    """The picture of a hand's signature or of a seal."""

    image = forms.FileField(
        label=_("Ảnh chữ ký hoặc con dấu"),
        accept=".png",
        help_text=_("Tệp PNG nền trong suốt: chữ ký màu xanh; con dấu màu đỏ, đúng kích thước thực."),
    )
