"""Reads of incidents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mocban.people.actor import Actor

from .models import Incident


def listed(actor: Actor) -> QuerySet[Incident]:
    """Return the incidents that the actor may see."""
    return Incident.objects.visible_to(actor)


def moment(incident: Incident) -> str:
    """When it happened, as printed."""
    return _printed(incident.at)


def facts(incident: Incident) -> list[tuple[str, Any]]:
    """Return what is known of an incident as pairs of label and value; nothing of the document itself is known."""
    acted = ", ".join(filter(None, (incident.acted_by_name, incident.acted_by_title)))
    pairs = [
        (_("Cơ quan"), incident.organisation.name),
        (_("Thời điểm"), moment(incident)),
        (_("Độ mật"), incident.get_level_display()),
        (_("Phát hiện"), incident.get_found_display()),
        (_("Đường đến"), incident.get_channel_display()),
        (_("Nơi gửi"), incident.sender),
        (_("Mã gói tin"), incident.packet_id),
        (_("Người thực hiện"), acted),
        ("SHA-256", "\n".join(incident.digests)),
        (_("Số tệp bị phong tỏa"), len(incident.object_ids)),
        (_("Người xác nhận thứ nhất"), _signed(incident.first_eraser_name, incident.first_confirmed_at)),
        (_("Người xác nhận thứ hai"), _signed(incident.second_eraser_name, incident.erased_at)),
    ]
    return [(label, value) for label, value in pairs if value]


def backups(incident: Incident) -> list[dict[str, Any]]:
    """Return the backups noted when the erasing was confirmed."""
    return list(incident.backups)


def _signed(name: str, at: Any) -> str:
    return f"{name} – {_printed(at)}" if name else ""


def _printed(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
