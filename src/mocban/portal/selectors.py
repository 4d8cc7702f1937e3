"""What the home page shows beside the waiting lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.records.models import Document
from mocban.registry.sufficiency import Share, by_month, judged, share

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
    _step(
        _("Chữ ký số và con dấu"),
        _("Khóa, chứng thư và ảnh của cơ quan, người ký."),
        "signing:keys",
        "signature",
        Role.ADMINISTRATOR,
    ),
    _step(
        _("Chứng thư được tin cậy"),
        _("Nơi cấp được tin cậy, dữ liệu thu hồi, dấu thời gian."),
        "signing:trust",
        "certificate",
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


@dataclass(frozen=True)
class SignedShare:
    """The share signed of one direction in a month or a year, with the one before it; `query` narrows the list so."""

    label: Any
    now: Share
    before: Share
    before_label: Any
    query: str

    @property
    def trend(self) -> float | None:
        """The change in points of percent; None where one of the two has no documents."""
        if self.now.percent is None or self.before.percent is None:
            return None
        return self.now.percent - self.before.percent


def answers_for_signatures(actor: Actor) -> bool:
    """Whether the share signed stands on the home page: the head of office's and the leaders'."""
    return actor.has(Role.HEAD_OF_OFFICE) or actor.has(Role.LEADER)


def signed_shares(actor: Actor, *, on: date) -> list[SignedShare]:
    """The share signed of what was issued and received, this month and this year: one query a direction."""
    shares = []
    for way, label in (("outgoing", _("Văn bản đi")), ("incoming", _("Văn bản đến"))):
        months = by_month(judged(actor, way, since=date(on.year - 1, 1, 1), until=on), way)
        shares += [_of_month(way, label, months, on), _of_year(way, label, months, on)]
    return shares


def _of_month(way: str, label: Any, months: dict[date, Counter[str]], on: date) -> SignedShare:
    first = on.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return SignedShare(
        _("%(way)s, tháng %(month)d") % {"way": label, "month": on.month},
        share(months.get(first, Counter())),
        share(months.get(before, Counter())),
        _("tháng trước"),
        f"way={way}&year={on.year}&part=m{on.month}",
    )


def _of_year(way: str, label: Any, months: dict[date, Counter[str]], on: date) -> SignedShare:
    def of(year: int) -> Share:
        return share(sum((one for month, one in months.items() if month.year == year), Counter()))

    title = _("%(way)s, năm %(year)d") % {"way": label, "year": on.year}
    return SignedShare(title, of(on.year), of(on.year - 1), _("năm trước"), f"way={way}&year={on.year}")
