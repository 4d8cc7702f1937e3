"""Organisations, their units, and what an organisation sets for itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, sort_key

from .. import access, events, rules
from ..actor import Actor, system_actor
from ..choices import Regime, Role
from ..models import Organisation, Person, Position, Setting, Unit
from ..selectors import is_departure
from .directory import list_organisation


@dataclass(frozen=True)
class OrganisationFields:
    """What describes an organisation. `symbol` goes into document numbers, `code` into exchange packets."""

    name: str
    regime: str
    symbol: str
    code: str
    place: str
    short_name: str = ""
    parent_name: str = ""
    address: str = ""

    def cleaned(self) -> OrganisationFields:
        return replace(self, **{name: clean_line(str(text)) for name, text in asdict(self).items()})


def _check(fields: OrganisationFields) -> None:
    for name, text in asdict(fields).items():
        field: Any = Organisation._meta.get_field(name)
        if not field.blank:
            rules.check_given(field.verbose_name, text)
        rules.check_length(field.verbose_name, text, field.max_length or 0)
    if fields.regime not in Regime.values:
        raise RuleBroken("organisation.regime", _("Hãy chọn khối của cơ quan."))
    rules.check_symbol(fields.symbol)
    rules.check_code(fields.code)


def _add(fields: OrganisationFields, *, hosted: bool) -> Organisation:
    fields = fields.cleaned()
    _check(fields)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(**asdict(fields), sort_name=sort_key(fields.name), hosted=hosted)
    except IntegrityError as taken:
        raise RuleBroken(
            "organisation.code_taken", _("Mã định danh «%(code)s» đã thuộc cơ quan khác.") % {"code": fields.code}
        ) from taken
    list_organisation(organisation)
    return organisation


@transaction.atomic
def found_organisation(*, fields: OrganisationFields, hosted: bool = True) -> Organisation:
    """Create an organisation as the installation itself: for the first start, the demo and the exchange directory.

    Nobody can be asked for permission yet, so no request may reach this except through the one-time start code.
    """
    organisation = _add(fields, hosted=hosted)
    audit.record(system_actor(organisation), events.ORGANISATION_CREATED, organisation)
    return organisation


@transaction.atomic
def create_organisation(*, fields: OrganisationFields, actor: Actor, on: date) -> Organisation:
    """Create a further organisation on this installation; the acting administrator becomes its first administrator."""
    access.require(actor, "organisation.create", actor)
    organisation = _add(fields, hosted=True)
    audit.record(actor, events.ORGANISATION_CREATED, organisation)
    if actor.person_id:
        position = Position.objects.create(
            person=Person.objects.get(pk=actor.person_id),
            organisation=organisation,
            title="Quản trị hệ thống",
            roles=[Role.ADMINISTRATOR.value],
            valid_from=on,
        )
        audit.record(
            system_actor(organisation), events.POSITION_GIVEN, position, details={"roles": Role.ADMINISTRATOR.label}
        )
    return organisation


@transaction.atomic
def edit_organisation(*, organisation: Organisation, fields: OrganisationFields, actor: Actor) -> Organisation:
    """Change what describes an organisation. Its regime stays: numbers and decisions were made under it."""
    access.require(actor, "organisation.edit", organisation)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    fields = fields.cleaned()
    _check(fields)
    if fields.regime != organisation.regime:
        raise RuleBroken("organisation.regime_fixed", _("Khối của cơ quan không đổi được sau khi đã lập."))
    try:
        with transaction.atomic():
            changes = _apply(organisation, {**asdict(fields), "sort_name": sort_key(fields.name)})
    except IntegrityError as taken:
        raise RuleBroken(
            "organisation.code_taken", _("Mã định danh «%(code)s» đã thuộc cơ quan khác.") % {"code": fields.code}
        ) from taken
    if changes:
        list_organisation(organisation)
        audit.record(actor, events.ORGANISATION_CHANGED, organisation, changes=changes)
    return organisation


@transaction.atomic
def create_unit(*, organisation: Organisation, name: str, symbol: str, actor: Actor) -> Unit:
    """Create a unit of an organisation; its symbol goes into document numbers, so it is unique there."""
    access.require(actor, "unit.edit", organisation)
    name, symbol = _checked_unit(name, symbol)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(organisation=organisation, name=name, sort_name=sort_key(name), symbol=symbol)
    except IntegrityError as taken:
        raise _symbol_taken(symbol) from taken
    audit.record(actor, events.UNIT_CREATED, unit)
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, name: str, symbol: str, actor: Actor) -> Unit:
    """Rename a unit or change its symbol; what was numbered before keeps the symbol it was given."""
    access.require(actor, "unit.edit", unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    name, symbol = _checked_unit(name, symbol)
    try:
        with transaction.atomic():
            changes = _apply(unit, {"name": name, "symbol": symbol, "sort_name": sort_key(name)})
    except IntegrityError as taken:
        raise _symbol_taken(symbol) from taken
    if changes:
        audit.record(actor, events.UNIT_CHANGED, unit, changes=changes)
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, actor: Actor, on: date) -> Unit:
    """Take a unit out of use from that day. Refused while somebody still holds a position in it."""
    access.require(actor, "unit.edit", unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on:
        raise RuleBroken("unit.closed", _("Đơn vị này đã ngừng sử dụng."))
    if Position.objects.filter(unit=unit).exclude(valid_to__lte=on).exists():
        raise RuleBroken("unit.occupied", _("Đơn vị còn người giữ vị trí công tác. Hãy kết thúc các vị trí đó trước."))
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    audit.record(actor, events.UNIT_CLOSED, unit, details={"day": f"{on:%d/%m/%Y}"})
    return unit


@transaction.atomic
def set_setting(
    *,
    organisation: Organisation,
    name: str,
    value: Any,
    citation: str,
    valid_from: date,
    actor: Actor,
    reason: str = "",
    until: date | None = None,
) -> Setting:
    """Set a value that the law leaves to the organisation, citing its own regulation, from a day on.

    A value already set for that very day is replaced. Refused where the law does not delegate the choice. One that
    departs from the law's text (`departure` in the law data) needs its reason and the last day on which it holds.

    Raises PermissionDenied, RuleBroken("setting.not_delegated" | "setting.value" | "setting.departure" | …).
    """
    access.require(actor, "setting.edit", organisation)
    citation = clean_line(citation)
    rules.check_given(Setting._meta.get_field("citation").verbose_name, citation)
    rules.check_length(Setting._meta.get_field("citation").verbose_name, citation, 200)
    lawful = _delegated(organisation, name, valid_from)
    value = _fitting(name, value)
    if parameter(name).departure and value != lawful.value:
        value = _departure(value, reason=reason, until=until, valid_from=valid_from, citation=lawful.citation)
    before = Setting.objects.filter(organisation=organisation, name=name, valid_from=valid_from).first()
    setting, _made = Setting.objects.update_or_create(
        organisation=organisation, name=name, valid_from=valid_from, defaults={"value": value, "citation": citation}
    )
    audit.record(
        actor,
        events.SETTING_SET,
        organisation,
        basis=[text for text in (lawful.citation, citation) if text],
        changes={name: (before.value if before else lawful.value, value)},
        details={
            "name": parameter(name).meaning,
            "value": value["value"] if is_departure(value) else value,
            "day": f"{valid_from:%d/%m/%Y}",
        },
    )
    return setting


def _departure(value: Any, *, reason: str, until: date | None, valid_from: date, citation: str) -> dict[str, Any]:
    """What is kept of a departure from the law's text (see selectors.is_departure)."""
    reason = clean_line(reason)[:300]
    if not reason or until is None or until < valid_from:
        raise RuleBroken(
            "setting.departure",
            _("Làm khác quy định thì phải ghi lý do và ngày hết áp dụng, không trước ngày bắt đầu."),
            citation,
        )
    return {"value": value, "reason": reason, "until": until.isoformat()}


def parameter(name: str) -> law.Parameter:
    """Return the parameter of the law data called `name`. Raises RuleBroken when there is none."""
    found = next((known for known in law.all_parameters() if known.name == name), None)
    if found is None:
        raise RuleBroken("setting.unknown", _("Không có tham số nào tên là «%(name)s».") % {"name": name})
    return found


def _delegated(organisation: Organisation, name: str, on: date) -> law.Held:
    parameter(name)
    try:
        lawful = law.value(name, on=on, regime=organisation.regime)
    except law.NotCovered as uncovered:
        raise RuleBroken("setting.not_covered", _("Chưa có quy định nào về mục này vào ngày đã chọn.")) from uncovered
    if not lawful.delegated:
        raise RuleBroken(
            "setting.not_delegated", _("Mục này do quy định ấn định, cơ quan không tự đặt được."), lawful.citation
        )
    return lawful


def _fitting(name: str, value: Any) -> Any:
    """Return the value in the type of the parameter, or refuse it."""
    known = parameter(name)
    text = clean_line(str(value))
    if known.kind == "int" and text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    if known.kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if known.kind == "enum" and text in known.choices:
        return text
    if known.kind == "str" and 0 < len(text) <= 200:
        return text
    raise RuleBroken("setting.value", _("Giá trị này không hợp với mục «%(name)s».") % {"name": known.meaning})


def _checked_unit(name: str, symbol: str) -> tuple[str, str]:
    name, symbol = clean_line(name), clean_line(symbol)
    rules.check_given(Unit._meta.get_field("name").verbose_name, name)
    rules.check_length(Unit._meta.get_field("name").verbose_name, name, 200)
    rules.check_symbol(symbol)
    return name, symbol


def _symbol_taken(symbol: str) -> RuleBroken:
    return RuleBroken(
        "unit.symbol_taken", _("Chữ viết tắt «%(symbol)s» đã thuộc đơn vị khác của cơ quan.") % {"symbol": symbol}
    )


_KEYS = ("sort_name", "folded_name")


def _apply(row: Any, values: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Save the values that differ and return the changes for the trail (keys for order and search are no news)."""
    changed = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    for name, (_before, after) in changed.items():
        setattr(row, name, after)
    if changed:
        row.save(update_fields=list(changed))
    return {name: change for name, change in changed.items() if name not in _KEYS}
