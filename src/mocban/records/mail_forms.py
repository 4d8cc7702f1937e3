"""What an officer gives when a mail goes into a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import FileField, Form, TextField

from .models import File


class MessageForm(Form):
    """A message saved as a file."""

    message = FileField(label=_("Thư đã lưu (.eml)"), accept=".eml,message/rfc822")


class CaptureForm(Form):
    """Which file the mail goes into, and what it is called there."""

    file: Any = forms.ModelChoiceField(label=_("Hồ sơ"), queryset=File.objects.none(), empty_label=None)
    kind_code = forms.ChoiceField(label=_("Loại văn bản"))
    subject = TextField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, files: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].queryset = files  # type: ignore[attr-defined]
        self.fields["kind_code"].choices = kinds  # type: ignore[attr-defined]
