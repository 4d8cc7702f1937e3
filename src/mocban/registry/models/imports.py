"""Old registers on their way in: the import, its rows, the files found for them, and what each body's columns mean."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.querysets import OwnQuerySet

from ..choices import BookKind, ImportRowState, ImportState
from .numbers import Series, SeriesPeriod


class RegisterImport(models.Model):
    """One old register being entered. The workbook itself is never stored: its rows are, without those that are secret.

    `sheets`: [{"name", "header": [labels], "header_row", "encodings": [of each column], "preview": [[row, before,
    after]], "year", "rows"}]. `mapping`: see importing.columns.Mapping. `counts`: rows by state.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(
        _("Sổ"),
        max_length=12,
        choices=[(kind.value, kind.label) for kind in (BookKind.INCOMING, BookKind.OUTGOING)],
    )
    file_name = models.CharField(_("Tên tệp"), max_length=255)
    sha256 = models.CharField(max_length=64)
    text_encoding = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READING)
    sheets = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, blank=True)
    # Where the numbers go: one series, or none when each row finds its own by the kind of document.
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(SeriesPeriod, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict, blank=True)
    incident_id = models.UUIDField(null=True)  # the one incident for all rows that bear a secrecy level
    started_by = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.CharField(max_length=210)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="import_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def trail_name(self) -> str:
        """The name of a file may tell too much; the trail knows the import by the beginning of its digest."""
        return self.sha256[:12]


class ImportRow(models.Model):
    """One row of the old register. `cells` as converted to Unicode, `fields` by the names of the mapping.

    `ordinal` is the place in the whole file; `line` the row number in its sheet.
    """

    id = models.BigAutoField(primary_key=True)
    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="rows")
    ordinal = models.PositiveIntegerField()
    sheet = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportRowState.choices, default=ImportRowState.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    number_key = models.CharField(max_length=80, blank=True, help_text="Series, period and number that it asks for")
    entry_id = models.UUIDField(null=True)  # the Incoming or Outgoing that came of it

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["register_import", "ordinal"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_entered", condition=~Q(state="entered") | Q(entry_id__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["register_import", "state", "ordinal"], name="import_row_by_state")]


class ImportFile(models.Model):
    """A file given beside an old register, looked at and stored, or refused with the reason."""

    id = models.BigAutoField(primary_key=True)
    register_import = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=500, help_text="The path in one spelling: NFC, folded, with forward slashes")
    object = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    problem = models.CharField(max_length=500, blank=True)
    attached = models.BooleanField(default=False)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["register_import", "path"], name="import_file_once")]


class ImportMapping(models.Model):
    """What the columns of one set of headers mean in an organisation: proposed again for the same headers."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=12)
    headers = models.CharField(max_length=64, help_text="SHA-256 of the folded headers")
    mapping = models.JSONField()
    used_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "direction", "headers"], name="import_mapping_once")
        ]
