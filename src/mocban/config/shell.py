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
STAFF = ["officer", "head_of_unit", "clerk", "head_of_office", "leader"]  # whoever may bring a mail
RAIL: list[dict[str, Any]] = [
    {
        "label": "",
        "entries": [
            {"label": _("Trang chủ"), "url_name": "portal:home", "icon": "home"},
            {"label": _("Việc của tôi"), "url_name": "portal:inbox", "icon": "checklist"},
            {
                "label": _("Chữ ký số của tôi"),
                "url_name": "signing:own_key",
                "icon": "signature",
                "roles": ["leader", "head_of_office", "head_of_unit", "clerk"],
            },
        ],
    },
    {
        "label": _("Văn thư"),
        "entries": [
            {"label": _("Văn bản đến"), "url_name": "registry:incoming_list", "icon": "mail-down"},
            {"label": _("Văn bản đi"), "url_name": "registry:outgoing_list", "icon": "mail-up"},
            {
                "label": _("Chờ tiếp nhận"),
                "url_name": "exchange:waiting_list",
                "icon": "mailbox",
                "roles": ["clerk", "head_of_office"],
            },
            {
                "label": _("Hộp thư"),
                "url_name": "exchange:mail_list",
                "icon": "mail",
                "roles": ["clerk", "head_of_office"],
            },
            {"label": _("Bản sao"), "url_name": "registry:copy_list", "icon": "copy"},
            {
                "label": _("Sổ sách"),
                "url_name": "registry:book_list",
                "icon": "books",
                "roles": ["clerk", "head_of_office", "leader"],
            },
            {
                "label": _("Hệ thống số, sổ"),
                "url_name": "registry:series_list",
                "icon": "book",
                "roles": ["clerk", "administrator"],
            },
            {
                "label": _("Nhập sổ cũ"),
                "url_name": "registry:import_list",
                "icon": "table-import",
                "roles": ["clerk", "head_of_office", "administrator"],
            },
        ],
    },
    {
        "label": _("Hồ sơ và lưu trữ"),
        "entries": [
            {"label": _("Hồ sơ"), "url_name": "records:file_list", "icon": "folders"},
            {"label": _("Thư của tôi"), "url_name": "records:own_mail", "icon": "mail-opened", "roles": STAFF},
            {"label": _("Giao nộp hồ sơ"), "url_name": "archives:submission_list", "icon": "archive"},
            {
                "label": _("Kho lưu trữ"),
                "url_name": "archives:holding_list",
                "icon": "building-warehouse",
                "roles": ["archivist", "head_of_office", "leader"],
            },
        ],
    },
    {
        "label": _("Tra cứu"),
        "entries": [
            {"label": _("Tìm kiếm"), "url_name": "portal:search", "icon": "search"},
            {"label": _("Danh bạ cơ quan"), "url_name": "people:directory", "icon": "address-book"},
            {"label": _("Kiểm tra chữ ký số"), "url_name": "signing:check_file", "icon": "file-search"},
            {
                "label": _("Báo cáo"),
                "url_name": "reports:figures",
                "icon": "chart-bar",
                "roles": ["head_of_office", "leader"],
            },
            {
                "label": _("Báo cáo giải quyết"),
                "url_name": "reports:handling",
                "icon": "report",
                "roles": ["clerk", "head_of_office", "leader"],
            },
            {
                "label": _("Chưa đủ chữ ký số"),
                "url_name": "reports:unsigned",
                "icon": "signature-off",
                "roles": ["clerk", "head_of_office", "leader"],
            },
            {
                "label": _("Gia hạn chữ ký số"),
                "url_name": "signing:renewals",
                "icon": "clock-shield",
                "roles": ["clerk", "head_of_office", "archivist"],
            },
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
            {
                "label": _("Thiết lập hộp thư"),
                "url_name": "exchange:mailbox",
                "icon": "mail-cog",
                "roles": ["administrator"],
            },
            {
                "label": _("Chữ ký số, con dấu"),
                "url_name": "signing:keys",
                "icon": "signature",
                "roles": ["administrator"],
            },
            {
                "label": _("Chứng thư được tin cậy"),
                "url_name": "signing:trust",
                "icon": "certificate",
                "roles": ["administrator", "clerk", "head_of_office"],
            },
            {
                "label": _("Dấu thời gian"),
                "url_name": "signing:times",
                "icon": "clock-check",
                "roles": ["administrator"],
            },
            {
                "label": _("Sự cố bí mật"),
                "url_name": "secrecy:incident_list",
                "icon": "alert-triangle",
                "roles": ["administrator", "head_of_office"],
            },
            {"label": _("Nhật ký hệ thống"), "url_name": "audit:state", "icon": "history", "roles": ["administrator"]},
        ],
    },
]
