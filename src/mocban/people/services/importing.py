"""Units and people from a sheet: every row is checked and reported first, then the good ones are entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, overload

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.lib.errors import RuleBroken
from mocban.lib.text import fold

from .. import access, rules, sheets
from ..actor import Actor
from ..choices import Role
from ..models import Organisation, Person, Unit
from .organisations import create_unit
from .people import appoint, create_person

UNITS, PEOPLE = "units", "people"
BATCH = 100  # rows of one transaction: a longer one would stall the feed of the trail
_SENTENCES = {
    "sheet.too_large": gettext_lazy("Tệp quá lớn: bảng nhập tối đa 5 MB và 5.000 hàng."),
    "sheet.too_many_rows": gettext_lazy("Bảng có quá 5.000 hàng. Hãy tách thành nhiều tệp."),
    "sheet.unreadable": gettext_lazy("Không đọc được tệp này như một bảng .xlsx. Tệp có thể hỏng hoặc có mật khẩu."),
}


@dataclass(frozen=True)
class Heading:
    """One column of a sheet: how it is called there and whether it must be there."""

    name: str
    label: Any
    also: tuple[str, ...]
    required: bool = True


HEADINGS: dict[str, tuple[Heading, ...]] = {
    UNITS: (
        Heading("name", gettext_lazy("Tên đơn vị"), ("don vi", "phong ban")),
        Heading("symbol", gettext_lazy("Chữ viết tắt"), ("ky hieu", "viet tat")),
    ),
    PEOPLE: (
        Heading("full_name", gettext_lazy("Họ và tên"), ("ho ten",)),
        Heading("login", gettext_lazy("Tên đăng nhập"), ("tai khoan",)),
        Heading("title", gettext_lazy("Chức vụ"), ("chuc danh",)),
        Heading("unit", gettext_lazy("Đơn vị"), ("phong ban", "ten don vi"), required=False),
        Heading("roles", gettext_lazy("Vai trò"), ()),
        Heading("email", gettext_lazy("Thư điện tử"), ("email",), required=False),
        Heading("valid_from", gettext_lazy("Từ ngày"), (), required=False),
    ),
}


@dataclass(frozen=True)
class Row:
    """One row of the sheet, by its number there, with what is wrong with it (empty when it is good)."""

    number: int
    values: dict[str, str]
    problem: str = ""


def preview_import(*, kind: str, data: bytes, organisation: Organisation, actor: Actor, on: date) -> list[Row]:
    """Read a sheet and return its rows, each checked as if it were entered; nothing is written.

    Raises RuleBroken for a file that is no sheet, is too large, lacks a column or has no rows.
    """
    access.require(actor, "person.edit", organisation)
    try:
        cells = sheets.read_rows(data)
    except RuleBroken as broken:
        raise RuleBroken(broken.code, _SENTENCES[broken.code]) from broken
    rows = named_rows(HEADINGS[kind], cells)
    if not rows:
        raise RuleBroken("sheet.empty", _("Bảng không có hàng nào dưới hàng tiêu đề."))
    checks = {UNITS: _unit_checks, PEOPLE: _people_checks}[kind](organisation, on)
    return [replace(row, problem=_problem(checks, row)) for row in rows]


def import_rows(*, kind: str, rows: Sequence[Row], organisation: Organisation, actor: Actor, on: date) -> list[Row]:
    """Enter the rows, a batch a transaction, and return those that were refused meanwhile, each with its reason."""
    access.require(actor, "person.edit", organisation)
    enter = {UNITS: _enter_unit, PEOPLE: _enter_person}[kind]
    units = _units_by_name(organisation)
    refused: list[Row] = []
    for first in range(0, len(rows), BATCH):
        with transaction.atomic():
            for row in rows[first : first + BATCH]:
                try:
                    with transaction.atomic():
                        enter(row.values, organisation, actor, on, units)
                except RuleBroken as broken:
                    refused.append(replace(row, problem=str(broken.message)))
    return refused


def named_rows(headings: Sequence[Heading], cells: list[list[str]]) -> list[Row]:
    """Give each cell the name of its column. Raises RuleBroken when a required column is missing."""
    titles = [fold(cell) for cell in cells[0]] if cells else []
    places: dict[str, int] = {}
    for heading in headings:
        known = (*in_each_language(heading.label), *heading.also)
        found = next((place for place, title in enumerate(titles) if title in known), None)
        if found is not None:
            places[heading.name] = found
        elif heading.required:
            raise RuleBroken("sheet.column", _("Bảng thiếu cột «%(label)s».") % {"label": heading.label})
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        values = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if any(values.values()):
            rows.append(Row(number, {heading.name: values.get(heading.name, "") for heading in headings}))
    return rows


def _problem(checks: Callable[[dict[str, str]], None], row: Row) -> str:
    try:
        checks(row.values)
    except RuleBroken as broken:
        return str(broken.message)
    return ""


def _unit_checks(organisation: Organisation, _on: date) -> Callable[[dict[str, str]], None]:
    taken = set(Unit.objects.filter(organisation=organisation).values_list("symbol", flat=True))

    def check(values: dict[str, str]) -> None:
        rules.check_given(_("Tên đơn vị"), values["name"])
        rules.check_length(_("Tên đơn vị"), values["name"], 200)
        rules.check_symbol(values["symbol"])
        _once(taken, values["symbol"], _("Chữ viết tắt «%(value)s» đã có hoặc lặp lại trong bảng."))

    return check


def _people_checks(organisation: Organisation, on: date) -> Callable[[dict[str, str]], None]:
    taken = set(Person.objects.values_list("login", flat=True))
    units = _units_by_name(organisation)

    def check(values: dict[str, str]) -> None:
        rules.check_given(_("Họ và tên"), values["full_name"])
        rules.check_length(_("Họ và tên"), values["full_name"], 100)
        rules.check_login(values["login"].lower())
        rules.check_given(_("Chức vụ"), values["title"])
        rules.check_length(_("Chức vụ"), values["title"], 100)
        rules.check_email(values["email"])
        _roles(values["roles"])
        _unit(units, values["unit"])
        day_of(values["valid_from"], on)
        _once(taken, values["login"].lower(), _("Tên đăng nhập «%(value)s» đã có hoặc lặp lại trong bảng."))

    return check


def _once(taken: set[str], value: str, sentence: str) -> None:
    if value in taken:
        raise RuleBroken("sheet.repeated", sentence % {"value": value})
    taken.add(value)


def _enter_unit(
    values: dict[str, str], organisation: Organisation, actor: Actor, _on: date, _units: dict[str, Unit]
) -> None:
    create_unit(organisation=organisation, name=values["name"], symbol=values["symbol"], actor=actor)


def _enter_person(
    values: dict[str, str], organisation: Organisation, actor: Actor, on: date, units: dict[str, Unit]
) -> None:
    person = create_person(login=values["login"], full_name=values["full_name"], email=values["email"], actor=actor)
    appoint(
        person=person,
        organisation=organisation,
        title=values["title"],
        roles=_roles(values["roles"]),
        unit=_unit(units, values["unit"]),
        valid_from=day_of(values["valid_from"], on),
        actor=actor,
    )


def _units_by_name(organisation: Organisation) -> dict[str, Unit]:
    """Return the units in use by folded name and by folded symbol: a sheet may use either."""
    found = list(Unit.objects.filter(organisation=organisation, closed_on=None))
    return {fold(unit.name): unit for unit in found} | {fold(unit.symbol): unit for unit in found}


def _unit(units: dict[str, Unit], typed: str) -> Unit | None:
    if not typed:
        return None
    if fold(typed) not in units:
        raise RuleBroken("sheet.unit", _("Cơ quan không có đơn vị «%(value)s».") % {"value": typed})
    return units[fold(typed)]


def _roles(typed: str) -> list[str]:
    """Return the roles named in a cell, separated by commas or semicolons, by label in either language or by code."""
    known = {name: role.value for role in Role for name in (*in_each_language(role.label), role.value)}
    names = [fold(name).strip() for name in typed.replace(";", ",").split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise RuleBroken("sheet.role", _("Không có vai trò «%(value)s».") % {"value": name})
    roles = [known[name] for name in names]
    rules.check_roles(roles)
    return roles


def in_each_language(label: Any) -> list[str]:
    """Return the printed words folded, in every language of the screens: a sheet may be written in either."""
    words = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.append(fold(str(label)))
    return words


@overload
def day_of(typed: str, otherwise: date) -> date: ...
@overload
def day_of(typed: str, otherwise: None) -> date | None: ...
def day_of(typed: str, otherwise: date | None) -> date | None:
    if not typed:
        return otherwise
    try:
        return datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError as malformed:
        raise RuleBroken("sheet.day", _("«%(value)s» không phải là ngày.") % {"value": typed}) from malformed
