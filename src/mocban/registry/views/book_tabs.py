"""The desks of the books, as tabs above each of their pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mocban.people.models import Organisation

from .. import access


def tabs_of(request: Any, current: str) -> list[dict[str, Any]]:
    """Every page of the books; those that only the registry writes in are shown to the registry."""
    clerk = access.may(request.actor, "hand_over.make", Organisation(pk=request.actor.organisation_id))
    pages = [
        ("book_list", _("Các sổ"), True),
        ("hand_over_list", _("Chuyển giao"), clerk),
        ("post_list", _("Bưu điện"), clerk),
        ("kept_copy_list", _("Bản lưu"), clerk),
        ("envelope_list", _("Bì thư"), clerk),
        ("follow_up", _("Theo dõi giải quyết"), True),
        ("receipt_list", _("Ký nhận"), True),
    ]
    return [
        {"url": reverse(f"registry:{name}"), "label": label, "current": name == current}
        for name, label, shown in pages
        if shown
    ]
