"""The slip for handling an incoming document (phiếu giải quyết văn bản đến, NĐ 30/2020, PL IV mục VII)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.registry.choices import TaskRole
from mocban.registry.models import Incoming

from . import printing
from .layout import form
from .registers import described

EMPTY_LINES = 5  # for the pen, under each part


def slip_pdf(entry: Incoming, *, on: date) -> bytes:
    """Return the slip as PDF/A-2b, filled with what the system has, with lines for the pen in each part.

    `entry` comes with its document and organisation. Raises SandboxFailed.
    """
    instructions = list(entry.instructions.select_related("lead_unit").order_by("written_at"))
    tasks = list(entry.tasks.select_related("unit", "assignee__person").order_by("role", "created_at"))
    data = form(entry.organisation, title=_("Phiếu giải quyết văn bản đến"), on=on) | {
        "place": _("%(place)s, ngày %(day)s tháng %(month)s năm %(year)d")
        % {"place": entry.organisation.place, "day": f"{on:%d}", "month": f"{on:%m}", "year": on.year},
        "arrival": _("Số đến: %(number)d – Ngày đến: %(day)s")
        % {"number": entry.number_value, "day": f"{entry.arrived_on:%d/%m/%Y}"},
        "document": [
            line for line in (described(entry.document), entry.document.issuer_name, entry.document.subject) if line
        ],
        "parts": [
            {
                "name": _("1. Ý kiến của lãnh đạo cơ quan, tổ chức"),
                "lines": [line for one in instructions for line in _instruction(one, tasks)],
                "hints": [
                    _("Giao đơn vị, cá nhân chủ trì:"),
                    _("Giao các đơn vị, cá nhân tham gia phối hợp giải quyết văn bản đến (nếu có):"),
                    _("Thời hạn giải quyết đối với mỗi đơn vị, cá nhân (nếu có):"),
                    _("Ngày tháng cho ý kiến phân phối, giải quyết:"),
                ],
            },
            {
                "name": _("2. Ý kiến của lãnh đạo đơn vị"),
                "lines": [_assigned(task) for task in tasks if task.assignee],
                "hints": [
                    _("Giao cho cá nhân; thời hạn giải quyết đối với cá nhân (nếu có):"),
                    _("Ngày, tháng, năm cho ý kiến:"),
                ],
            },
            {
                "name": _("3. Ý kiến đề xuất của người giải quyết"),
                "lines": [_result(task) for task in tasks if task.result],
                "hints": [
                    _("Ý kiến đề xuất giải quyết văn bản đến của cá nhân:"),
                    _("Ngày, tháng, năm đề xuất ý kiến:"),
                ],
            },
        ],
        "empty_lines": EMPTY_LINES,
    }
    return printing.render("slip.typ", data)


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else "…………"


def _instruction(one: Any, tasks: list[Any]) -> list[str]:
    """What one instruction said: who leads, who cooperates, until when, when it was written."""
    own = [task for task in tasks if task.instruction_id == one.pk]
    lines = [_("Giao chủ trì: %s") % one.lead_unit.name]
    others = [task.unit.name for task in own if task.role == TaskRole.COOPERATE]
    if others:
        lines.append(_("Phối hợp: %s") % "; ".join(others))
    limits = [f"{task.unit.name}: {_day(task.handle_by)}" for task in own if task.handle_by]
    if limits or one.handle_by:
        lines.append(_("Thời hạn giải quyết: %s") % ("; ".join(limits) or _day(one.handle_by)))
    if one.opinion:
        lines.append(_("Ý kiến: %s") % one.opinion)
    written = {"day": _day(timezone.localtime(one.written_at).date()), "by": one.written_by}
    return [*lines, _("Ngày cho ý kiến: %(day)s (%(by)s)") % written]


def _assigned(task: Any) -> str:
    given = {"unit": task.unit.name, "person": task.assignee.person.full_name, "day": _day(task.handle_by)}
    return _("%(unit)s giao %(person)s; thời hạn: %(day)s") % given


def _result(task: Any) -> str:
    by = task.assignee.person.full_name if task.assignee else task.unit.name
    return _("%(by)s: %(result)s (ngày %(day)s)") % {"by": by, "result": task.result, "day": _day(task.done_on)}
