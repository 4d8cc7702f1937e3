"""The guided set-up of an organisation, in order. `done` names a function (Actor) -> bool; see people/setup.py."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SETUP_STEPS: list[dict[str, Any]] = [
    {
        "label": _("Bổ sung thông tin cơ quan"),
        "note": _("Tên gọi tắt, địa chỉ; kiểm tra lại ký hiệu và mã định danh."),
        "url_name": "people:admin_organisation",
        "done": "mocban.people.setup.organisation_described",
    },
    {
        "label": _("Lập các đơn vị"),
        "note": _("Nhập từng đơn vị hoặc lấy từ tệp .xlsx."),
        "url_name": "people:admin_units",
        "done": "mocban.people.setup.units_made",
    },
    {
        "label": _("Lập tài khoản và giao vị trí công tác"),
        "note": _("Cần có văn thư, chánh văn phòng và lãnh đạo."),
        "url_name": "people:admin_people",
        "done": "mocban.people.setup.desks_filled",
    },
    {
        "label": _("Giao vai trò quản trị cho người thứ hai"),
        "note": _("Để cơ quan không bị khóa ngoài khi một người vắng."),
        "url_name": "people:admin_people",
        "done": "mocban.people.setup.two_administrators",
    },
    {
        "label": _("Lập hệ thống số và mở sổ"),
        "note": _("Một hệ thống số cho văn bản đến, một hoặc nhiều cho văn bản đi; rồi mở sổ của năm."),
        "url_name": "registry:series_list",
        "done": "mocban.registry.selectors.books_opened",
    },
]
