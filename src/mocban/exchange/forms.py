"""What the clerk types about a packet."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import Form, TextField


class RefuseForm(Form):
    reason = TextField(label=_("Lý do từ chối"), max_length=500, help_text=_("Nơi gửi sẽ nhận được lý do này."))
