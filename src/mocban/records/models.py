"""The shared nouns: the document, the file (hồ sơ) it sits in, and the yearly plan of files."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from .choices import DocumentState, FileState, ObjectRole, PlanState, Standing, Urgency

# The fields of a document whose words may themselves be secret.
TELLING = ("subject", "description", "issuer_name", "issuer_folded", "printed_code", "signer_name", "signer_title")


class Document(models.Model):
    """A document with the fields of NĐ 30/2020, PL VI part II, whichever way it came into being."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind_code = models.CharField(_("Loại văn bản"), max_length=40)
    kind_name = models.CharField(max_length=100)
    code_number = models.CharField(_("Số"), max_length=11, blank=True)
    code_notation = models.CharField(_("Ký hiệu"), max_length=30, blank=True)
    printed_code = models.CharField(_("Số, ký hiệu"), max_length=50, blank=True)
    issued_on = models.DateField(_("Ngày văn bản"), null=True, blank=True)
    issuer_code = models.CharField(max_length=35, blank=True)
    issuer_name = models.CharField(_("Cơ quan ban hành"), max_length=200, blank=True)
    issuer_folded = models.CharField(max_length=200, blank=True, editable=False)
    subject = models.CharField(_("Trích yếu"), max_length=500)
    signer_name = models.CharField(_("Người ký"), max_length=50, blank=True)
    signer_title = models.CharField(_("Chức vụ người ký"), max_length=100, blank=True)
    urgency = models.SmallIntegerField(_("Mức độ khẩn"), choices=Urgency.choices, default=Urgency.NORMAL)
    language = models.CharField(_("Ngôn ngữ"), max_length=30, default="Tiếng Việt")
    page_amount = models.PositiveIntegerField(_("Số trang"), null=True, blank=True)
    due_on = models.DateField(_("Hạn trả lời"), null=True, blank=True)
    description = models.CharField(_("Ghi chú"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.ACTIVE)
    standing = models.CharField(_("Hiệu lực"), max_length=10, choices=Standing.choices, blank=True)
    sealed_fields = models.JSONField(default=dict, editable=False)  # what a frozen document said; empty otherwise
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "issuer_folded", "code_number", "code_notation"], name="document_duplicate"
            ),
            models.Index(fields=["organisation", "-created_at", "-id"], name="document_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.printed_code} {self.subject}".strip()

    @property
    def trail_name(self) -> str:
        """The trail is append-only: it names kind and code, never the subject, which an incident may have to erase."""
        return f"{self.kind_name} {self.printed_code}".strip()


class FormerValue(models.Model):
    """What a field that may tell a secret said before a correction: kept here, for the trail could never erase it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="former_values")
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=500)
    replaced_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=100)

    class Meta:
        ordering = ["-replaced_at", "field"]

    @property
    def label(self) -> str:
        """The printed name of the field."""
        return str(getattr(Document._meta.get_field(self.field), "verbose_name", self.field))


class DocumentObject(models.Model):
    """A stored digital object in its role for a document; nothing is replaced, versions are added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="parts")
    object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=ObjectRole.choices)
    ordinal = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    # Once set, the part is history only: it is never shown as the document, signed on, or sent.
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["role", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["document", "role", "ordinal"], name="document_part_once")]


class FilePlan(models.Model):
    """The yearly list of planned files (danh mục hồ sơ), NĐ 30/2020, Điều 28–29."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("Năm"))
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="plan_once_a_year")]

    def __str__(self) -> str:
        return _("Danh mục hồ sơ năm %(year)d") % {"year": self.year}


class PlanLine(models.Model):
    """A planned file: number and notation, title, retention, maker."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(FilePlan, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    heading = models.CharField(_("Đề mục"), max_length=200)
    ordinal = models.PositiveSmallIntegerField()
    notation = models.CharField(_("Số và ký hiệu hồ sơ"), max_length=20)
    title = models.CharField(_("Tiêu đề hồ sơ"), max_length=500)
    retention_code = models.CharField(_("Thời hạn bảo quản"), max_length=40)
    maker = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["plan", "notation"], name="plan_line_notation_once")]

    def __str__(self) -> str:
        return f"{self.notation} {self.title}"


class File(models.Model):
    """A file (hồ sơ): the documents of one matter, in order, with a retention class from a dated schedule."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    plan_line = models.ForeignKey(PlanLine, null=True, blank=True, on_delete=models.PROTECT, related_name="files")
    year = models.PositiveSmallIntegerField()
    notation = models.CharField(_("Số và ký hiệu hồ sơ"), max_length=20)
    title = models.CharField(_("Tiêu đề hồ sơ"), max_length=500)
    retention_code = models.CharField(_("Dòng trong bảng thời hạn bảo quản"), max_length=40)
    retention_term = models.CharField(_("Thời hạn bảo quản"), max_length=60)
    retention_citation = models.CharField(max_length=300, blank=True)
    permanent = models.BooleanField()
    maker = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(_("Ngày bắt đầu"))
    ended_on = models.DateField(_("Ngày kết thúc"), null=True, blank=True)
    submit_by = models.DateField(_("Hạn nộp lưu"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.OPEN)
    description = models.CharField(_("Ghi chú"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year", "notation"], name="file_notation_once")]

    def __str__(self) -> str:
        return f"{self.notation} {self.title}"


class FileEntry(models.Model):
    """A document in a file. One document may sit in many files without being copied."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="entries")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="file_entries")
    ordinal = models.PositiveSmallIntegerField(_("Số thứ tự trong hồ sơ"))
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["file", "document"], name="document_once_in_file"),
            models.UniqueConstraint(fields=["file", "ordinal"], name="file_ordinal_once"),
        ]
