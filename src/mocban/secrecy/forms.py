"""The form of the first confirmation."""

from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import Form, TextField


class MinutesForm(Form):
    """What the printed minutes say beside the facts that the system knows."""

    minutes = TextField(label=_("Nội dung biên bản: lý do, cách xóa, người chứng kiến"), max_length=4000)
