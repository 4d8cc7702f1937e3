"""Verdicts, levels, places of keys, states of trust."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """The three values of verification.findings.Conclusion in words."""

    VALID = "valid", _("Hợp lệ")
    INVALID = "invalid", _("Không hợp lệ")
    INDETERMINATE = "indeterminate", _("Chưa đủ căn cứ tin cậy")


TONES = {Verdict.VALID: "success", Verdict.INVALID: "danger", Verdict.INDETERMINATE: "warning"}  # of a badge


class Bearing(models.TextChoices):
    """Which sufficient signatures a check found, in one word: what lists and figures ask by the thousand."""

    SIGNED = "signed", _("Có chữ ký số của người ký và của cơ quan")
    ORGANISATION_ONLY = "organisation_only", _("Chỉ có chữ ký số của cơ quan")
    PERSON_ONLY = "person_only", _("Chỉ có chữ ký số của người ký")
    NO_SIGNATURE = "no_signature", _("Không có chữ ký số")
    INVALID = "invalid", _("Chữ ký số không hợp lệ")
    INDETERMINATE = "indeterminate", _("Chưa đủ căn cứ tin cậy")


class VerificationCause(models.TextChoices):
    ARRIVAL = "arrival", _("Khi đến")
    ASKED = "asked", _("Theo yêu cầu")
    SCHEDULE = "schedule", _("Định kỳ")
    UPGRADE = "upgrade", _("Bộ kiểm tra mới")


class Level(models.TextChoices):
    """PAdES baseline levels (ETSI EN 319 142-1)."""

    BASIC = "B-B", _("B-B: chữ ký và chứng thư")
    TIME = "B-T", _("B-T: thêm dấu thời gian")
    LONG_TERM = "B-LT", _("B-LT: thêm dữ liệu thu hồi")
    ARCHIVE = "B-LTA", _("B-LTA: thêm dấu thời gian lưu trữ")


class KeyPlace(models.TextChoices):
    FILE = "file", _("Tệp PKCS#12 trên máy chủ")
    TOKEN = "token", _("Thiết bị PKCS#11 (HSM, token) gắn vào máy chủ")
    REMOTE = "remote", _("Dịch vụ ký số từ xa (CSC)")
    AGENT = "agent", _("USB token trên máy người ký")


class TrustPurpose(models.TextChoices):
    SIGNING = "signing", _("Ký văn bản")
    TIMESTAMPING = "timestamping", _("Cấp dấu thời gian")


class AnchorState(models.TextChoices):
    PROPOSED = "proposed", _("Chờ người thứ hai đồng ý")
    TRUSTED = "trusted", _("Đang tin cậy")
    ENDED = "ended", _("Đã thôi tin cậy")


class RevocationKind(models.TextChoices):
    CRL = "crl", _("Danh sách thu hồi (CRL)")
    OCSP = "ocsp", _("Trả lời OCSP")
