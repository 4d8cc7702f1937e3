"""The official mailbox of a body, the mail that came, and the mail that goes out with what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.people.querysets import OwnQuerySet

from ..choices import AuthenticationResult, DeliveryPurpose, DeliveryState, MailSecurity, MailState

# The fields of a mail whose words may themselves be secret.
TELLING = ("subject", "text", "sender_name", "recipients_shown", "decline_reason")


class Mailbox(models.Model):
    """Where the official mail of a body lies and how it is fetched and sent. Passwords are sealed (see `sealing`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(_("Địa chỉ hộp thư"), max_length=254)
    imap_host = models.CharField(_("Máy chủ nhận thư (IMAP)"), max_length=253)
    imap_port = models.PositiveIntegerField(_("Cổng"), default=993)
    imap_security = models.CharField(
        _("Bảo mật đường truyền"), max_length=10, choices=MailSecurity.choices, default=MailSecurity.TLS
    )
    imap_login = models.CharField(_("Tên đăng nhập"), max_length=254)
    imap_secret = models.TextField(editable=False, default="")
    smtp_host = models.CharField(_("Máy chủ gửi thư (SMTP)"), max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(_("Cổng"), default=465)
    smtp_security = models.CharField(
        _("Bảo mật đường truyền"), max_length=10, choices=MailSecurity.choices, default=MailSecurity.TLS
    )
    smtp_login = models.CharField(_("Tên đăng nhập"), max_length=254, blank=True)
    smtp_secret = models.TextField(editable=False, default="")
    authserv_id = models.CharField(_("Tên máy chủ kiểm tra người gửi (authserv-id)"), max_length=253, blank=True)
    capture_tag = models.CharField(_("Nhãn địa chỉ riêng"), max_length=20, default="hs")
    done_folder = models.CharField(_("Thư mục chuyển thư đã nhận vào"), max_length=100, blank=True)
    active = models.BooleanField(_("Đang dùng"), default=True)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    fetched_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="mailbox_once_a_body")]

    def __str__(self) -> str:
        return self.address


class CaptureAddress(models.Model):
    """The word in the personal address of one position: what is sent there waits for that person alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    position = models.OneToOneField("people.Position", on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=20, unique=True)

    objects = OwnQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.position_id)


class Mail(models.Model):
    """One message that came to the mailbox, to a personal address, or as an uploaded .eml; kept whole as `raw`.

    What was refused for a secrecy mark, or lies on the server because it may not come in, has a row and no content.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.PROTECT, related_name="mails")
    owner = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=MailState.choices)
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    marked = models.BooleanField(default=False)  # whether the server knows that we have it
    message_id = models.CharField(max_length=250, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # of what the sender wrote; see mail.model.Message
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)  # bytes
    sender_name = models.CharField(max_length=200, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    recipients_shown = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    headers = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    spf = models.CharField(max_length=10, blank=True, choices=AuthenticationResult.choices)
    dkim = models.CharField(max_length=10, blank=True, choices=AuthenticationResult.choices)
    dmarc = models.CharField(max_length=10, blank=True, choices=AuthenticationResult.choices)
    automatic = models.BooleanField(default=False)
    oddities = models.JSONField(default=list)
    obstacle = models.CharField(max_length=500, blank=True)  # why it was left on the server
    incident_id = models.UUIDField(null=True)
    raw = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    document_id = models.UUIDField(null=True)  # records.Document; no key upward
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decline_reason = models.CharField(max_length=500, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "-received_at"], name="mail_by_state"),
            models.Index(fields=["organisation", "fingerprint"], name="mail_by_fingerprint"),
            models.Index(fields=["organisation", "message_id"], name="mail_by_message_id"),
        ]
        constraints = [models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="mail_once_on_server")]

    def __str__(self) -> str:
        return self.subject or self.sender_address

    @property
    def trail_name(self) -> str:
        """The trail never holds a subject: an incident may have to erase it."""
        return f"{self.sender_address} {self.received_at:%d/%m/%Y %H:%M}".strip()


class MailAttachment(models.Model):
    """A file of a mail, also one of a message inside it. Without `object` it could not be looked at, for `obstacle`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attachments")
    object = models.ForeignKey("content.DigitalObject", null=True, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)  # bytes
    inside = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)  # of a nested message
    obstacle = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["ordinal"]


class MailDelivery(models.Model):
    """One message of ours to one address, and how far it came. Its Message-ID makes it the same message for ever."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="deliveries")
    purpose = models.CharField(max_length=10, choices=DeliveryPurpose.choices)
    recipient_id = models.UUIDField(null=True)  # the line of the recipient list above; no key upward
    document_id = models.UUIDField(null=True)
    answers = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="answered_by")
    name = models.CharField(max_length=200, blank=True)
    address = models.EmailField(max_length=254)
    message_id = models.CharField(max_length=250, unique=True)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    enclosures = models.ManyToManyField("content.DigitalObject", related_name="+")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    server_answer = models.CharField(max_length=500, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # the last report about it
    report = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["queued_at", "id"]
        indexes = [models.Index(fields=["document_id"], name="delivery_of_document")]

    def __str__(self) -> str:
        return f"{self.address} {self.queued_at:%d/%m/%Y %H:%M}"
