"""The directory of agencies: one entry by hand, and by itself that of each body of this installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line

from .. import access, agency_rows, events, rules
from ..actor import Actor
from ..agency_names import derived, guess_level, vocabulary
from ..choices import AgencyLevel, Regime
from ..models import Agency, Organisation

OWN = ("name", "short_name", "parent_name", "regime", "code", "place")  # what an entry takes from its organisation
MOST_CODES = 20  # former codes, and abbreviations, of one agency


@dataclass(frozen=True)
class AgencyFields:
    """What describes an agency. Without `level` the name tells it."""

    code: str
    name: str
    former_codes: Sequence[str] = ()
    short_name: str = ""
    abbreviations: Sequence[str] = ()
    parent_name: str = ""
    parent_code: str = ""
    regime: str = ""
    level: str = ""
    place: str = ""
    email: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str = ""

    def cleaned(self) -> AgencyFields:
        """One line each, no repeated code, the address in small letters, the level guessed when it is not given."""
        lines: dict[str, Any] = {name: clean_line(text) for name, text in vars(self).items() if isinstance(text, str)}
        lists: dict[str, Any] = {
            name: list(dict.fromkeys(filter(None, map(clean_line, getattr(self, name)))))
            for name in ("former_codes", "abbreviations")
        }
        lines["email"] = lines["email"].casefold()
        lines["level"] = lines["level"] or guess_level(lines["name"]).value
        lists["former_codes"] = [code for code in lists["former_codes"] if code != lines["code"]]
        return replace(self, **lines, **lists)


def check_agency(fields: AgencyFields) -> None:
    """Refuse cleaned fields that no agency can have. Raises RuleBroken with a sentence that names the field."""
    for name, value in vars(fields).items():
        column: Any = Agency._meta.get_field(name)
        if isinstance(value, str):
            if not column.blank:
                rules.check_given(column.verbose_name, value)
            rules.check_length(column.verbose_name, value, column.max_length or 0)
        elif isinstance(value, list):
            for one in value:
                rules.check_length(column.verbose_name, one, column.base_field.max_length)
            if len(value) > MOST_CODES:
                raise RuleBroken(
                    "agency.too_many", _("Mục «%(label)s» có quá nhiều giá trị.") % {"label": column.verbose_name}
                )
    for code in (fields.code, *fields.former_codes, *filter(None, (fields.parent_code, fields.successor_code))):
        rules.check_code(code)
    rules.check_email(fields.email)
    if fields.regime and fields.regime not in Regime.values:
        raise RuleBroken("agency.regime", _("Không có khối «%(value)s».") % {"value": fields.regime})
    if fields.level not in AgencyLevel.values:
        raise RuleBroken("agency.level", _("Không có cấp «%(value)s».") % {"value": fields.level})
    if fields.valid_from and fields.valid_to and fields.valid_to < fields.valid_from:
        raise RuleBroken("agency.days", _("Ngày ngừng hoạt động phải từ ngày bắt đầu trở đi."))
    if fields.successor_code and fields.successor_code == fields.code:
        raise RuleBroken("agency.successor", _("Cơ quan kế thừa phải là một cơ quan khác."))


@transaction.atomic
def add_agency(*, fields: AgencyFields, actor: Actor) -> Agency:
    """Enter an agency in the directory by hand. Raises PermissionDenied, RuleBroken ("agency.code_taken" | fields)."""
    access.require(actor, "agency.edit", actor)
    agency = _save(Agency(), fields)
    audit.record(actor, events.AGENCY_ADDED, agency)
    return agency


@transaction.atomic
def edit_agency(*, agency: Agency, fields: AgencyFields, actor: Actor) -> Agency:
    """Change an entry; a code that it gives up stays among its former ones. Raises as `add_agency`.

    Of a body of this installation the name and the code are its own administrator's: "agency.hosted".
    """
    access.require(actor, "agency.edit", actor)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    before = {name: getattr(agency, name) for name in AgencyFields.__dataclass_fields__}
    cleaned = fields.cleaned()
    if agency.organisation_id and any(getattr(cleaned, name) != before[name] for name in OWN):
        raise RuleBroken(
            "agency.hosted",
            _("Cơ quan này dùng chính hệ thống này: tên, mã, khối và địa danh do quản trị của cơ quan đó sửa."),
        )
    if cleaned.code != agency.code:
        fields = replace(cleaned, former_codes=[*cleaned.former_codes, agency.code])
    agency = _save(agency, fields)
    changes = {name: (old, getattr(agency, name)) for name, old in before.items() if old != getattr(agency, name)}
    if changes:
        audit.record(actor, events.AGENCY_CHANGED, agency, changes=changes)
    return agency


def list_organisation(organisation: Organisation) -> None:
    """Bring the entry of a body of this installation up to its present name and code: part of founding and editing.

    An entry that was there before under the same code, as from an import, becomes the body's own.
    """
    known = Agency.objects.filter(organisation=organisation).first()
    listed = Agency.objects.filter(code=organisation.code, organisation=None).first()
    agency = known or listed or Agency()
    own = {name: getattr(organisation, name) for name in OWN}
    former = [*agency.former_codes, agency.code]
    if known and listed:  # the body takes a code under which the directory knew it already
        former += listed.former_codes
        listed.delete()
    fields = AgencyFields(
        **own,
        former_codes=former,
        abbreviations=[*agency.abbreviations, organisation.symbol],
        level=agency.level,
        **{
            name: getattr(agency, name) for name in ("parent_code", "email", "valid_from", "valid_to", "successor_code")
        },
    )
    agency.organisation = organisation
    _save(agency, fields)


def _save(agency: Agency, fields: AgencyFields) -> Agency:
    """Check and write one entry with what follows from it."""
    fields = fields.cleaned()
    check_agency(fields)
    for name in AgencyFields.__dataclass_fields__:
        setattr(agency, name, getattr(fields, name))
    for name, value in derived(agency).items():
        setattr(agency, name, value)
    try:
        with transaction.atomic():
            agency.save()
    except IntegrityError as taken:
        raise RuleBroken(
            "agency.code_taken", _("Mã định danh «%(code)s» đã có trong danh bạ.") % {"code": fields.code}
        ) from taken
    agency_rows.learn(vocabulary(agency.words))
    return agency
