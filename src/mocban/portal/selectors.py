"""What the home page shows beside the waiting lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.records.models import Document

RECENT = 8


@dataclass(frozen=True)
class Step:
    """A thing that somebody at this desk usually does next."""

    label: Any
    sentence: Any
    url_name: str
    icon: str
    roles: frozenset[Role]


def _step(label: Any, sentence: Any, url_name: str, icon: str, *roles: Role) -> Step:
    return Step(label, sentence, url_name, icon, frozenset(roles))


STEPS = (
    _step(
        _("Đăng ký văn bản đến"),
        _("Lấy số đến, gắn tệp, tính hạn trình."),
        "registry:incoming_new",
        "mail-plus",
        Role.CLERK,
    ),
    _step(
        _("Gói tin chờ tiếp nhận"),
        _("Văn bản cơ quan khác gửi qua trục liên thông."),
        "exchange:waiting_list",
        "mailbox",
        Role.CLERK,
    ),
    _step(
        _("Sổ văn bản đến"),
        _("Xem văn bản mới đăng ký và cho ý kiến."),
        "registry:incoming_list",
        "mail-down",
        Role.HEAD_OF_OFFICE,
        Role.LEADER,
    ),
    _step(
        _("Soạn văn bản đi"),
        _("Tải dự thảo lên, trình duyệt, trình ký."),
        "registry:outgoing_new",
        "pencil",
        Role.OFFICER,
        Role.HEAD_OF_UNIT,
        Role.HEAD_OF_OFFICE,
    ),
    _step(
        _("Mở hồ sơ"),
        _("Lập hồ sơ theo danh mục của năm ngay trong khi làm."),
        "records:file_new",
        "folder-plus",
        Role.OFFICER,
        Role.HEAD_OF_UNIT,
    ),
    _step(
        _("Tiếp nhận hồ sơ nộp lưu"),
        _("Kiểm tra mục lục, ký biên bản giao nhận."),
        "archives:submission_list",
        "archive",
        Role.ARCHIVIST,
    ),
    _step(
        _("Xem số liệu"),
        _("Tỷ lệ có tệp, ký số, trễ hạn, lập hồ sơ."),
        "reports:figures",
        "chart-bar",
        Role.HEAD_OF_OFFICE,
        Role.LEADER,
    ),
    _step(
        _("Cơ quan, người dùng"),
        _("Đơn vị, vị trí công tác, tài khoản."),
        "people:admin",
        "settings",
        Role.ADMINISTRATOR,
    ),
    _step(_("Tìm kiếm"), _("Theo nội dung, số ký hiệu, có dấu hay không dấu."), "portal:search", "search", *Role),
)


def steps(actor: Actor) -> list[Step]:
    """The next steps of the desks this position sits at."""
    return [step for step in STEPS if any(actor.has(role) for role in step.roles)]


def recent_documents(actor: Actor) -> QuerySet[Any]:
    """The newest documents that the actor may see."""
    newest: QuerySet[Any] = (
        Document.objects.visible_to(actor)
        .filter(organisation_id=actor.organisation_id)
        .order_by("-created_at", "-id")[:RECENT]
    )
    return newest
