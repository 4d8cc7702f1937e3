"""Authorities that stamp the time: add, order, switch off, try one."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from .. import access, events, grading
from ..models import TimeAuthority

MOST = 10  # authorities of one organisation; each one that is down costs the signer its waiting time


@transaction.atomic
def add_time_authority(*, organisation: Organisation, name: str, url: str, actor: Actor) -> TimeAuthority:
    """Add an authority, asked after those already there.

    Raises PermissionDenied; RuleBroken("signing.time_address" | "signing.time_twice" | "signing.time_many").
    """
    access.require(actor, "time.set", organisation)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or not url.isascii():
        raise RuleBroken(
            "signing.time_address", _("Địa chỉ phải bắt đầu bằng http:// hoặc https://, không có mật khẩu.")
        )
    own = TimeAuthority.objects.filter(organisation=organisation)
    if own.filter(url=url).exists():
        raise RuleBroken("signing.time_twice", _("Địa chỉ này đã có trong danh sách."))
    if own.count() >= MOST:
        raise RuleBroken("signing.time_many", _("Đã đủ %(count)s nơi cấp dấu thời gian.") % {"count": MOST})
    rank = (own.aggregate(Max("rank"))["rank__max"] or 0) + 1
    made = TimeAuthority.objects.create(organisation=organisation, name=name, url=url, rank=rank)
    audit.record(actor, events.TIME_ADDED, made, details={"name": name, "url": url}, about=[organisation])
    return made


@transaction.atomic
def raise_time_authority(*, authority: TimeAuthority, actor: Actor) -> None:
    """Ask this authority before the one that was asked before it. The first one stays the first.

    Raises PermissionDenied.
    """
    access.require(actor, "time.set", authority)
    own = TimeAuthority.objects.select_for_update().filter(organisation=authority.organisation)
    ordered = list(own.order_by("rank", "name"))
    here = next(place for place, one in enumerate(ordered) if one.pk == authority.pk)
    if here:
        ordered[here - 1], ordered[here] = ordered[here], ordered[here - 1]
        for rank, one in enumerate(ordered, start=1):
            one.rank = rank
        TimeAuthority.objects.bulk_update(ordered, ["rank"])
        audit.record(actor, events.TIME_RAISED, authority, details={"name": authority.name, "rank": here})


@transaction.atomic
def switch_time_authority(*, authority: TimeAuthority, active: bool, actor: Actor) -> None:
    """Ask this authority from now on, or no longer. Raises PermissionDenied."""
    access.require(actor, "time.set", authority)
    locked = TimeAuthority.objects.select_for_update().get(pk=authority.pk)
    if locked.active == active:
        return
    locked.active = active
    locked.save(update_fields=["active"])
    event = events.TIME_ON if active else events.TIME_OFF
    audit.record(actor, event, locked, details={"name": locked.name})


def try_time_authority(*, authority: TimeAuthority, actor: Actor, on: date) -> str:
    """Ask the authority for a time stamp over nothing; returns the failure in words, empty when it answered well.

    Not one transaction: the network is asked in between. Raises PermissionDenied.
    """
    from ..pdf.refusals import Refused  # loads pyHanko, see keys.py

    access.require(actor, "time.set", authority)
    stamper = grading.stamper_of(authority, on=on)
    failure = ""
    try:
        stamper.stamp(bytes(32), "sha256")
    except Refused:
        failure = stamper.outcomes[-1].failure
    with transaction.atomic():
        grading.remember(stamper)
        details = {"name": authority.name, "answer": failure or timezone.localtime().strftime("%H:%M:%S")}
        audit.record(actor, events.TIME_TRIED, authority, details=details)
    return failure
