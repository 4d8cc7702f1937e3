"""What the shell around every page shows: desks of the rail, addresses of the header, and who fills in the rest.

`ui` draws these without knowing the apps behind them; the shape is described in `ui/context.py`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# Functions (request) -> dict, by dotted name: the positions of the actor, the number of unread notices.
SHELL_HOOKS: list[str] = ["mocban.people.hooks.shell", "mocban.notices.hooks.shell"]
SHELL_URLS = {
    "search": "portal:search",
    "notices": "notices:list",
    "switch_position": "people:switch_position",
    "account": "people:account",
    "logout": "account_logout",
    "language": "set_language",
}
RAIL: list[dict[str, Any]] = [
    {
        "label": "",
        "entries": [
            {"label": _("Trang chủ"), "url_name": "portal:home", "icon": "home"},
            {"label": _("Việc của tôi"), "url_name": "portal:inbox", "icon": "checklist"},
        ],
    },
    {
        "label": _("Văn thư"),
        "entries": [
            {"label": _("Văn bản đến"), "url_name": "registry:incoming", "icon": "mail-down"},
            {"label": _("Văn bản đi"), "url_name": "registry:outgoing", "icon": "mail-up"},
            {"label": _("Chờ tiếp nhận"), "url_name": "registry:arrivals", "icon": "mailbox"},
        ],
    },
    {
        "label": _("Hồ sơ và lưu trữ"),
        "entries": [
            {"label": _("Hồ sơ"), "url_name": "records:files", "icon": "folders"},
            {"label": _("Lưu trữ"), "url_name": "archives:home", "icon": "archive"},
        ],
    },
    {
        "label": _("Tra cứu"),
        "entries": [
            {"label": _("Tìm kiếm"), "url_name": "portal:search", "icon": "search"},
            {"label": _("Báo cáo"), "url_name": "reports:home", "icon": "chart-bar"},
            {"label": _("Quy định đang áp dụng"), "url_name": "portal:law", "icon": "gavel"},
        ],
    },
    {
        "label": _("Quản trị"),
        "entries": [
            {
                "label": _("Cơ quan, người dùng"),
                "url_name": "people:admin",
                "icon": "settings",
                "roles": ["administrator"],
            },
        ],
    },
]
