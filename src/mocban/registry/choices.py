"""States and kinds of the registry."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """What a series counts."""

    INCOMING = "incoming", _("Văn bản đến")
    OUTGOING = "outgoing", _("Văn bản đi")
    COPIES = "copies", _("Bản sao")


class IssuerKind(models.TextChoices):
    OWN = "own", _("Chính cơ quan")
    SERVED = "served", _("Cấp ủy, cơ quan được phục vụ")
    ADVISORY = "advisory", _("Hội đồng, ban, tổ dùng con dấu của cơ quan")
    CONGRESS = "congress", _("Đại hội")


class Period(models.TextChoices):
    CALENDAR_YEAR = "calendar_year", _("Theo năm")
    TERM = "term", _("Theo nhiệm kỳ")
    CONGRESS = "congress", _("Theo đại hội")


class NumberState(models.TextChoices):
    USED = "used", _("Đã dùng")
    RESERVED = "reserved", _("Giữ trước khi ký")
    VOID = "void", _("Bỏ số")
    ELSEWHERE = "elsewhere", _("Dùng ở sổ khác")


class BookKind(models.TextChoices):
    """The books of NĐ 30/2020, PL IV; the first three hold numbers, the others are logs."""

    INCOMING = "incoming", _("Sổ đăng ký văn bản đến")
    OUTGOING = "outgoing", _("Sổ đăng ký văn bản đi")
    COPIES = "copies", _("Sổ đăng ký bản sao")
    HANDOVER = "handover", _("Sổ chuyển giao văn bản")
    POST = "post", _("Sổ gửi văn bản đi bưu điện")
    KEPT_COPIES = "kept_copies", _("Sổ sử dụng bản lưu")


class BookState(models.TextChoices):
    OPEN = "open", _("Đang ghi")
    LOCKED = "locked", _("Đã khóa")
    CLOSED = "closed", _("Đã kết thúc")


class EnvelopeState(models.TextChoices):
    WAITING = "waiting", _("Chờ chuyển")
    HANDED = "handed", _("Đã chuyển nguyên bì")
    RETURNED = "returned", _("Trả lại để đăng ký")
    REGISTERED = "registered", _("Đã đăng ký")


class IncomingStatus(models.TextChoices):
    REGISTERED = "registered", _("Chờ cho ý kiến")
    INSTRUCTED = "instructed", _("Đang giải quyết")
    RESOLVED = "resolved", _("Đã giải quyết")
    FORMER = "former", _("Theo sổ cũ")
    RECALLED = "recalled", _("Bên gửi đã thu hồi")


class TaskRole(models.TextChoices):
    LEAD = "lead", _("Chủ trì")
    COOPERATE = "cooperate", _("Phối hợp")


class TaskStatus(models.TextChoices):
    WAITING = "waiting", _("Chờ nhận")
    DOING = "doing", _("Đang làm")
    DONE = "done", _("Đã xong")
    STOPPED = "stopped", _("Dừng: văn bản đã thu hồi")


OPEN_TASKS = (TaskStatus.WAITING, TaskStatus.DOING)


class OutgoingStatus(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Trình lãnh đạo đơn vị")
    APPROVED = "approved", _("Trình ký")
    COSIGNING = "cosigning", _("Đã ký, chờ người ký tiếp")
    SIGNED = "signed", _("Đã ký, chờ cấp số")
    NUMBERED = "numbered", _("Đã cấp số, chờ đóng dấu")
    ISSUED = "issued", _("Đã phát hành")
    CANCELLED = "cancelled", _("Đã bỏ")
    RECALLED = "recalled", _("Đã thu hồi")
    REPLACED = "replaced", _("Đã được thay thế")


class SigningPurpose(models.TextChoices):
    SIGN = "sign", _("Ký số")
    ISSUE = "issue", _("Đóng dấu và phát hành")


class SigningState(models.TextChoices):
    READY = "ready", _("Chờ bắt đầu")
    RUNNING = "running", _("Đang chạy")
    PAUSED = "paused", _("Tạm dừng")
    STOPPED = "stopped", _("Đã dừng")
    DONE = "done", _("Đã xong")
    DISCARDED = "discarded", _("Đã bỏ")


class SigningItemState(models.TextChoices):
    WAITING = "waiting", _("Chờ")
    DONE = "done", _("Đã xong")
    FAILED = "failed", _("Chưa được")
    DROPPED = "dropped", _("Đã bỏ khỏi lô")


class OutgoingOrigin(models.TextChoices):
    """How an entry of the outgoing register came to be."""

    DRAFTED = "drafted", _("Soạn trên hệ thống")
    LATE = "late", _("Đăng ký muộn")
    IMPORTED = "imported", _("Nhập từ sổ cũ")


class ReceivedVia(models.TextChoices):
    PAPER = "paper", _("Giấy")
    EXCHANGE = "exchange", _("Trục liên thông")
    UPLOAD = "upload", _("Tệp điện tử")
    MAIL = "mail", _("Thư điện tử")
    FORMER = "former", _("Sổ cũ")


class ScanState(models.TextChoices):
    """What became of a file of the scan folder; one without a row waits."""

    TAKEN = "taken", _("Đang đăng ký")
    ASIDE = "aside", _("Để lại sau")
    REFUSED = "refused", _("Không nhận")
    REGISTERED = "registered", _("Đã đăng ký")


class BatchRowState(models.TextChoices):
    WAITING = "waiting", _("Chờ đăng ký")
    REGISTERED = "registered", _("Đã đăng ký")
    FAILED = "failed", _("Chưa đăng ký được")
    REFUSED = "refused", _("Không nhận")
    DROPPED = "dropped", _("Đã bỏ khỏi lô")


class ImportState(models.TextChoices):
    READING = "reading", _("Đang đọc tệp")
    STAGED = "staged", _("Chờ chọn cột")
    CHECKING = "checking", _("Đang kiểm tra thử")
    CHECKED = "checked", _("Đã kiểm tra thử")
    RUNNING = "running", _("Đang nhập")
    STOPPED = "stopped", _("Đang dừng")
    DONE = "done", _("Đã nhập")
    DISCARDED = "discarded", _("Đã bỏ")


class ImportRowState(models.TextChoices):
    WAITING = "waiting", _("Chờ kiểm tra")
    GOOD = "good", _("Nhập được")
    WARNED = "warned", _("Nhập được, nên xem lại")
    BAD = "bad", _("Chưa nhập được")
    REFUSED = "refused", _("Bị từ chối vì có độ mật")
    SKIPPED = "skipped", _("Không phải văn bản")
    ENTERED = "entered", _("Đã vào sổ")


class CopyState(models.TextChoices):
    REQUESTED = "requested", _("Chờ duyệt")
    APPROVED = "approved", _("Đã duyệt, chờ cấp số")
    NUMBERED = "numbered", _("Đã cấp số, chờ sao")
    MADE = "made", _("Đã sao")
    REFUSED = "refused", _("Không duyệt")


class SourceForm(models.TextChoices):
    """What is copied (NĐ 30/2020, Điều 3 khoản 8–11)."""

    ORIGINAL = "original", _("Bản gốc")
    MAIN = "main", _("Bản chính giấy")
    FULL_COPY = "full_copy", _("Bản sao y")
    OTHER_COPY = "other_copy", _("Bản sao lục hoặc trích sao")


class CopyMaker(models.TextChoices):
    """What the copying body is to the document."""

    ISSUER = "issuer", _("cơ quan ban hành văn bản")
    RECEIVER = "receiver", _("cơ quan nhận văn bản")
    ARCHIVE = "archive", _("lưu trữ đang giữ văn bản")


class Medium(models.TextChoices):
    PAPER = "paper", _("Giấy")
    ELECTRONIC = "electronic", _("Điện tử")


class AmendmentKind(models.TextChoices):
    AMEND = "amend", _("Sửa đổi, bổ sung")
    REPLACE = "replace", _("Thay thế")
    CORRECT = "correct", _("Đính chính")
    RECALL = "recall", _("Thu hồi")


class AmendmentState(models.TextChoices):
    PENDING = "pending", _("Đang soạn văn bản")
    EFFECTIVE = "effective", _("Đã thực hiện")
    CANCELLED = "cancelled", _("Đã bỏ")


class Sufficiency(models.TextChoices):
    """Whether an issued or received document bears the signatures that the law asks for, or what it lacks.

    What a check can find alone has the value of signing.choices.Bearing.
    """

    SIGNED = "signed", _("Đủ chữ ký số")
    PAPER = "paper", _("Văn bản giấy")  # outside: its original is not electronic
    NO_FILE = "no_file", _("Không có tệp")
    NO_SIGNATURE = "no_signature", _("Không có chữ ký số")
    PERSON_ONLY = "person_only", _("Chỉ có chữ ký số của người ký")
    ORGANISATION_ONLY = "organisation_only", _("Chỉ có chữ ký số của cơ quan")
    UNSEALED = "unsealed", _("Đã cấp số, chưa ký số của cơ quan")
    ANNEX = "annex", _("Phụ lục tách riêng chưa ký số")
    INVALID = "invalid", _("Chữ ký số không hợp lệ")
    INDETERMINATE = "indeterminate", _("Chưa đủ căn cứ tin cậy")
    UNCHECKED = "unchecked", _("Chưa kiểm tra chữ ký số")


# What is no entry of the list of the unsigned.
SUFFICIENT = (Sufficiency.SIGNED, Sufficiency.PAPER)
