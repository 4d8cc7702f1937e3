"""Register volumes, and the printed volumes sealed with a hash."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from ..choices import BookKind, BookState
from .numbers import Series


class Book(models.Model):
    """A register volume (sổ), NĐ 30/2020, PL IV. Several books of a body may share one series.

    Books of numbered entries have a series; hand-over, post and kept-copy books are logs without one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="books")
    kind = models.CharField(_("Loại sổ"), max_length=12, choices=BookKind.choices)
    name = models.CharField(_("Tên sổ"), max_length=150)
    year = models.PositiveSmallIntegerField(_("Năm"))
    volume = models.PositiveSmallIntegerField(_("Quyển số"), default=1)
    state = models.CharField(max_length=10, choices=BookState.choices, default=BookState.OPEN)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # What the closing page says: {"first", "last", "entries", "void", "reserved", …}, written when the book closes.
    summary = models.JSONField(default=dict, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "name", "volume"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "name", "year", "volume"], name="book_once")
        ]

    def __str__(self) -> str:
        return self.name


class PrintedVolume(models.Model):
    """A printed and sealed volume of a book: its PDF and the hash; what is corrected afterwards is shown as such."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="printed_volumes")
    object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    first_number = models.PositiveIntegerField(null=True)
    last_number = models.PositiveIntegerField(null=True)
    entries = models.PositiveIntegerField(_("Số dòng"))
    printed_on = models.DateField(_("Ngày in"))
    printed_at = models.DateTimeField()
    printed_by = models.CharField(max_length=210)

    class Meta:
        ordering = ["printed_at"]

    def __str__(self) -> str:
        return f"{self.book} ({self.printed_on:%d/%m/%Y})"
