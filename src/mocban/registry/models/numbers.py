"""Issuers, number series, their periods, and the ledger in which every number has its row."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.actor import Actor
from mocban.people.querysets import OwnQuerySet

from ..choices import Direction, IssuerKind, NumberState, Period


class Issuer(models.Model):
    """A body in whose name the registry of `organisation` numbers documents: itself, the committee that it serves, an
    advisory body that uses its seal (NĐ 30/2020, PL I phần I mục II.3.a), or a congress.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="issuers")
    kind = models.CharField(_("Tư cách ban hành"), max_length=10, choices=IssuerKind.choices)
    name = models.CharField(_("Tên cơ quan ban hành"), max_length=200)
    symbol = models.CharField(_("Chữ viết tắt trong ký hiệu"), max_length=20)
    code = models.CharField(_("Mã định danh điện tử"), max_length=35, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "symbol"]
        constraints = [models.UniqueConstraint(fields=["organisation", "symbol", "name"], name="issuer_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.symbol})"


class Series(models.Model):
    """A run of numbers of one issuer: gap-free within its period, every number accounted for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="series")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    name = models.CharField(_("Tên hệ thống số"), max_length=100)
    period = models.CharField(_("Chu kỳ đánh số"), max_length=15, choices=Period.choices)
    # Which kinds of document it counts: by printed symbol, by kind, or, with both lists empty, all of the direction.
    kind_symbols = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    kind_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "direction", "name"], name="series_name_once")]

    def __str__(self) -> str:
        return self.name


class PeriodQuerySet(models.QuerySet[Any]):
    """Periods are seen inside the organisation of their series only."""

    def visible_to(self, actor: Actor) -> PeriodQuerySet:
        return self.filter(series__organisation_id=actor.organisation_id)


class SeriesPeriod(models.Model):
    """One counting period of a series: a calendar year, or a term or congress with real days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.UniqueConstraint(fields=["series", "starts_on"], name="series_period_once")]

    def __str__(self) -> str:
        return self.name


class NumberQuerySet(models.QuerySet[Any]):
    """Numbers are seen inside the organisation of their series only."""

    def visible_to(self, actor: Actor) -> NumberQuerySet:
        return self.filter(period__series__organisation_id=actor.organisation_id)


class Number(models.Model):
    """One number of a period in the ledger: used, reserved, void, or used in the secret register; with its reason.

    `mark` is the letter that an old register gave a number; only the import of old registers writes one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.ForeignKey(SeriesPeriod, on_delete=models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField()
    mark = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=10, choices=NumberState.choices, default=NumberState.USED)
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    true_date = models.DateField(null=True, blank=True, help_text="Late entry: the day on the document itself")
    expires_on = models.DateField(null=True, blank=True, help_text="The last day of a reservation")
    reason = models.CharField(max_length=300, blank=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        ordering = ["value", "mark"]
        constraints = [
            models.UniqueConstraint(fields=["period", "value", "mark"], name="number_once"),
            models.CheckConstraint(name="number_void_has_reason", condition=~Q(state=NumberState.VOID) | ~Q(reason="")),
            models.CheckConstraint(
                name="number_reserved_expires", condition=~Q(state=NumberState.RESERVED) | Q(expires_on__isnull=False)
            ),
        ]
