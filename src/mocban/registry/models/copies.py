"""Copies of documents, and paper issued from an electronic original (NĐ 30/2020, Điều 18 khoản 5, Điều 25–27)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.records.models import Document

from ..choices import CopyMaker, CopyState, Medium, SourceForm
from .books import Book
from .numbers import Number
from .outgoing import Outgoing


class Copy(models.Model):
    """A copy of a document, from the request to the made copy. Its files are parts of the document, so that whoever may
    read the one may read the other, and an incident or a recall reaches both.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="copies")
    kind = models.CharField(_("Hình thức sao"), max_length=20)
    kind_name = models.CharField(max_length=60)
    source_form = models.CharField(_("Sao từ"), max_length=10, choices=SourceForm.choices)
    maker = models.CharField(max_length=10, choices=CopyMaker.choices)
    from_medium = models.CharField(_("Văn bản nguồn"), max_length=10, choices=Medium.choices)
    to_medium = models.CharField(_("Bản sao"), max_length=10, choices=Medium.choices)
    first_page = models.PositiveIntegerField(_("Từ trang"), default=0)
    last_page = models.PositiveIntegerField(_("Đến trang"), default=0)
    # What is copied: the document's own file, or the scan of its paper; none when paper is photocopied by hand.
    source = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    excerpt = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    object = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, null=True, on_delete=models.PROTECT, related_name="copies")
    number = models.OneToOneField(Number, null=True, on_delete=models.PROTECT, related_name="copy")
    number_value = models.PositiveIntegerField(null=True)
    printed_code = models.CharField(_("Số, ký hiệu bản sao"), max_length=60, blank=True)
    copied_on = models.DateField(_("Ngày sao"), null=True)
    signer = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(_("Người ký bản sao"), max_length=100)
    signer_title = models.CharField(max_length=200)
    recipients = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    amount = models.PositiveIntegerField(_("Số lượng bản"), default=1)
    purpose = models.CharField(_("Mục đích sao"), max_length=300, blank=True)
    requester = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    requested_by = models.CharField(_("Người đề nghị"), max_length=210)
    refusal = models.CharField(_("Lý do không duyệt"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.REQUESTED)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "state", "-created_at"], name="copy_by_state")]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.printed_code}".strip()

    @property
    def trail_name(self) -> str:
        """Kind and number of the copy; what was copied stands beside it under its own name without a subject."""
        return str(self)


class PaperIssue(models.Model):
    """Main copies on paper, printed from the signed electronic original and stamped (NĐ 30/2020, Điều 18 khoản 5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="paper_issues")
    ordinal = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField(_("Số bản"))
    stamped_on = models.DateField(_("Ngày đóng dấu"))
    stamped_by = models.CharField(_("Người đóng dấu"), max_length=210)
    note = models.CharField(_("Nơi nhận bản giấy"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["outgoing", "ordinal"], name="paper_issue_once")]
