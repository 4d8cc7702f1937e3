"""Fonds, places, submission of closed files, and the files in the archives' custody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from .choices import SubmissionState


class Fonds(models.Model):
    """The whole of the records of one body (phông lưu trữ), ISAD(G) level fonds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("Mã phông"), max_length=20)
    title = models.CharField(_("Tên phông"), max_length=300)
    history = models.TextField(_("Lịch sử đơn vị hình thành phông"), blank=True)
    started_on = models.DateField(_("Thời gian bắt đầu"), null=True, blank=True)
    ended_on = models.DateField(_("Thời gian kết thúc"), null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="fonds_code_once")]

    def __str__(self) -> str:
        return self.title


class Place(models.Model):
    """A box on a shelf in a store (kho/giá/hộp)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    store = models.CharField(_("Kho"), max_length=60)
    shelf = models.CharField(_("Giá"), max_length=60)
    box = models.CharField(_("Hộp"), max_length=60)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["store", "shelf", "box"]
        constraints = [models.UniqueConstraint(fields=["organisation", "store", "shelf", "box"], name="place_once")]

    def __str__(self) -> str:
        return f"{self.store}/{self.shelf}/{self.box}"


class Submission(models.Model):
    """Closed files handed over by a unit with their list and minutes (NĐ 30/2020, Điều 30)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Tên khối tài liệu"), max_length=300)
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.SENT)
    sent_by = models.CharField(max_length=210)
    sent_at = models.DateTimeField()
    received_by = models.CharField(max_length=210, blank=True)
    received_at = models.DateTimeField(null=True)
    condition = models.CharField(_("Tình trạng tài liệu giao nộp"), max_length=500, blank=True)
    return_reason = models.CharField(_("Lý do trả lại"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = VisibleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class SubmittedFile(models.Model):
    """One line of the list of files handed over (mục lục hồ sơ nộp lưu)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="lines")
    file = models.ForeignKey("records.File", on_delete=models.PROTECT, related_name="submissions")
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["submission", "file"], name="file_once_in_submission")]


class Holding(models.Model):
    """A file in the custody of the archives: its fonds, its place, its package."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    file = models.OneToOneField("records.File", on_delete=models.PROTECT, related_name="holding")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="holdings")
    fonds = models.ForeignKey(
        Fonds, verbose_name=_("Phông lưu trữ"), null=True, on_delete=models.PROTECT, related_name="holdings"
    )
    place = models.ForeignKey(
        Place, verbose_name=_("Kho/giá/hộp"), null=True, on_delete=models.PROTECT, related_name="holdings"
    )
    archival_code = models.CharField(_("Mã hồ sơ lưu trữ"), max_length=100, blank=True)
    package = models.ForeignKey("preservation.Package", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.file)
