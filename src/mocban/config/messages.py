"""Sentences of the layers that do not import Django, marked for the catalogue; `ui.errors` and `api.errors` translate.

A test holds the list complete.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Chưa có ký hiệu cho tên loại văn bản hoặc cơ quan ban hành này nên chưa lập được số, ký hiệu."),
    _("Tệp XML có khai báo kiểu tài liệu hoặc thực thể, không được phép đọc."),
    _("Tệp XML không đúng cú pháp nên không đọc được."),
    _("Tệp XML lớn hơn giới hạn cho phép nên không được đọc."),
)
