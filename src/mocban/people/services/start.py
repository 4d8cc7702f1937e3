"""The first start of a real office: a one-time code on the console, then an organisation and its administrator."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from ..actor import system_actor
from ..choices import CodePurpose, Role
from ..models import Person, Position
from .accounts import new_code, take_code
from .organisations import OrganisationFields, found_organisation
from .people import appoint, create_person


@transaction.atomic
def first_admin_code() -> str | None:
    """Return a fresh code that opens /start/ while nobody has an account, else None. An earlier code dies."""
    if Person.objects.exists():
        return None
    return new_code(CodePurpose.START, None, None)


@transaction.atomic
def start_installation(
    *, code: str, fields: OrganisationFields, login: str, full_name: str, password: str, on: date
) -> Position:
    """Create the first organisation and its administrator by the code of the console; return the position.

    The code is the permission: it works once, and only while nobody has an account.
    """
    found = take_code(CodePurpose.START, code)
    if found is None or Person.objects.exists():
        raise RuleBroken("start.refused", _("Mã khởi tạo không đúng hoặc đã dùng. Xem mã mới nhất ở màn hình máy chủ."))
    found.used_at = timezone.now()
    found.save(update_fields=["used_at"])
    organisation = found_organisation(fields=fields)
    installer = system_actor(organisation)
    person = create_person(
        login=login, full_name=full_name, password=password, must_change_password=False, actor=installer
    )
    return appoint(
        person=person,
        organisation=organisation,
        title=_("Quản trị hệ thống"),
        roles=[Role.ADMINISTRATOR],
        valid_from=on,
        actor=installer,
    )
