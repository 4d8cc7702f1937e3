"""The yearly list of planned files (danh mục hồ sơ)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position, Unit

from .. import access, events, rules
from ..choices import PlanState
from ..models import FilePlan, PlanLine

DESKS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER, Role.ARCHIVIST)


@transaction.atomic
def create_plan(*, organisation: Organisation, year: int, actor: Actor, on: date) -> FilePlan:
    """Begin the draft of a year's list. Raises PermissionDenied, RuleBroken("plan.exists")."""
    access.require(actor, "plan.edit", organisation)
    held = basis("plan_files", on=on, regime=organisation.regime)
    if FilePlan.objects.filter(organisation=organisation, year=year).exists():
        raise RuleBroken("plan.exists", _("Danh mục hồ sơ năm %(year)d đã có.") % {"year": year})
    plan = FilePlan.objects.create(organisation=organisation, year=year)
    everyone = [grants.unit_token(pk) for pk in organisation.units.values_list("pk", flat=True)]
    desks = [grants.role_token(organisation.pk, role) for role in DESKS]
    grants.allow(plan, everyone + desks, reason="plan")
    audit.record(actor, events.PLAN_CREATED, plan, basis=held.citations)
    return plan


@transaction.atomic
def add_plan_line(
    *,
    plan: FilePlan,
    unit: Unit,
    heading: str,
    notation: str,
    title: str,
    retention_code: str,
    maker: Position | None,
    actor: Actor,
    on: date,
) -> PlanLine:
    """Add a planned file. Raises PermissionDenied, RuleBroken (plan approved, notation taken, unknown retention)."""
    access.require(actor, "plan.edit", plan)
    plan = FilePlan.objects.select_for_update().select_related("organisation").get(pk=plan.pk)
    rules.check_plan_open(plan.state)
    held = basis("plan_files", on=on, regime=plan.organisation.regime)
    retention_row(retention_code, regime=plan.organisation.regime, on=on)
    if unit.organisation_id != plan.organisation_id:
        raise RuleBroken("plan.other_body", _("Đơn vị lập hồ sơ phải thuộc cơ quan ban hành danh mục."), held.citation)
    notation = clean_line(notation)
    if plan.lines.filter(notation=notation).exists():
        raise RuleBroken("plan.notation_taken", _("Số và ký hiệu hồ sơ %(n)s đã có trong danh mục.") % {"n": notation})
    line = PlanLine.objects.create(
        plan=plan,
        unit=unit,
        heading=clean_line(heading),
        ordinal=(plan.lines.aggregate(last=Max("ordinal"))["last"] or 0) + 1,
        notation=notation,
        title=clean_line(title),
        retention_code=retention_code,
        maker=maker,
    )
    audit.record(actor, events.PLAN_LINE_ADDED, plan, basis=held.citations, details={"line": str(line)})
    return line


@transaction.atomic
def approve_plan(*, plan: FilePlan, actor: Actor, on: date) -> FilePlan:
    """Issue the list for the year. Raises PermissionDenied, RuleBroken("plan.approved" | "plan.empty")."""
    access.require(actor, "plan.approve", plan)
    plan = FilePlan.objects.select_for_update().select_related("organisation").get(pk=plan.pk)
    rules.check_plan_open(plan.state)
    if not plan.lines.exists():
        raise RuleBroken("plan.empty", _("Danh mục chưa có hồ sơ dự kiến nào nên chưa thể ban hành."))
    held = basis("plan_files", on=on, regime=plan.organisation.regime)
    plan.state = PlanState.APPROVED
    plan.save(update_fields=["state"])
    audit.record(actor, events.PLAN_APPROVED, plan, basis=held.citations)
    return plan


def retention_row(code: str, *, regime: str, on: date) -> law.RetentionRow:
    """Return the schedule row, or RuleBroken("retention.unknown") when it is not one that can be chosen."""
    try:
        row = law.retention_row(code, regime=regime, on=on)
    except law.Unknown as unknown:
        raise RuleBroken("retention.unknown", _("Không có dòng này trong bảng thời hạn bảo quản.")) from unknown
    if not row.selectable:
        raise RuleBroken("retention.unknown", _("Dòng này của bảng thời hạn bảo quản không dùng cho hồ sơ."))
    return row


def term_text(row: law.RetentionRow) -> str:
    """The term as kept and printed on the file, in Vietnamese whatever the screen shows: "Vĩnh viễn" or years."""
    return "Vĩnh viễn" if row.years is None else f"{row.years} năm"
