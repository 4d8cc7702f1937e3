"""What the audit trail says about the registry, and the notices that it sends."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices.kinds import declare as declare_notice

SERIES_CREATED = declare("series.created", _("%(actor)s đã lập hệ thống số %(object)s."))
SERIES_TERM_OPENED = declare("series.term_opened", _("%(actor)s đã mở kỳ đánh số %(period)s của %(object)s."))
SERIES_CHANGED = declare("series.changed", _("%(actor)s đã sửa hệ thống số %(object)s."))
SERIES_CLOSED = declare("series.closed", _("%(actor)s đã đóng hệ thống số %(object)s."))
SERIES_TERM_CLOSED = declare(
    "series.term_closed", _("%(actor)s đã kết thúc kỳ đánh số %(period)s của %(object)s vào ngày %(day)s.")
)
SERIES_TERM_CORRECTED = declare("series.term_corrected", _("%(actor)s đã sửa kỳ đánh số %(period)s của %(object)s."))
ISSUER_ADDED = declare("issuer.added", _("%(actor)s đã thêm cơ quan ban hành %(object)s."))
ISSUER_CHANGED = declare("issuer.changed", _("%(actor)s đã sửa cơ quan ban hành %(object)s."))
ISSUER_CLOSED = declare("issuer.closed", _("%(actor)s đã đóng cơ quan ban hành %(object)s."))
SERIES_LAID_OUT = declare(
    "issuer.series_laid_out", _("%(actor)s đã lập %(series)s hệ thống số và mở %(books)s sổ cho %(object)s.")
)
BOOK_OPENED = declare("book.opened", _("%(actor)s đã mở %(object)s."))
BOOK_LOCKED = declare("book.locked", _("%(actor)s đã khóa %(object)s."))
BOOK_CONTINUED = declare("book.continued", _("%(actor)s đã khóa %(object)s và mở quyển %(volume)s."))
BOOK_CLOSED = declare(
    "book.closed", _("%(actor)s đã kết thúc %(object)s: %(entries)s dòng, từ số %(first)s đến số %(last)s.")
)
VOLUME_SEALED = declare(
    "volume.sealed",
    _("%(actor)s đã in và đóng quyển: %(entries)s dòng, số %(first)s–%(last)s, mã băm SHA-256 %(sha256)s."),
)
BOOK_REOPENED = declare("book.reopened", _("%(actor)s đã mở lại %(object)s. Lý do: %(reason)s"))
HAND_OVER_MADE = declare("hand_over.made", _("%(actor)s đã chuyển giao cho %(receiver)s, dòng %(object)s của sổ."))
HAND_OVER_RECEIVED = declare("hand_over.received", _("%(actor)s đã ký nhận trên hệ thống dòng %(object)s."))
HAND_OVER_NOTED = declare("hand_over.receipt_noted", _("%(actor)s đã ghi việc ký nhận trên giấy dòng %(object)s."))
HAND_OVER_UNDONE = declare("hand_over.undone", _("%(actor)s đã hủy dòng chuyển giao %(object)s cho %(receiver)s."))
POST_ITEM_SENT = declare("post_item.sent", _("%(actor)s đã gửi bưu điện %(envelopes)s bì, dòng %(object)s của sổ."))
POST_ITEM_NOTED = declare("post_item.receipt_noted", _("%(actor)s đã ghi ký nhận của bưu điện cho dòng %(object)s."))
KEPT_COPY_LENT = declare("kept_copy_use.lent", _("%(actor)s đã cho sử dụng bản lưu, dòng %(object)s của sổ."))
KEPT_COPY_TAKEN_BACK = declare("kept_copy_use.taken_back", _("%(actor)s đã nhận lại bản lưu, dòng %(object)s."))
ENVELOPE_REGISTERED = declare("envelope.registered", _("%(actor)s đã ghi nhận bì thư đến ngày %(object)s."))
ENVELOPE_RETURNED = declare(
    "envelope.returned", _("Bì thư đến ngày %(object)s được trả lại để đăng ký (%(actor)s ghi nhận).")
)
ENVELOPE_ENTERED = declare(
    "envelope.entered", _("%(actor)s đã đăng ký văn bản trong bì thư đến ngày %(object)s, số đến %(number)s.")
)
NUMBER_VOIDED = declare("number.voided", _("%(actor)s đã ghi bỏ số %(number)s. Lý do: %(reason)s"))
NUMBER_RESERVED = declare(
    "number.reserved", _("%(actor)s đã giữ số %(number)s của %(object)s trước khi ký, đến hết ngày %(day)s.")
)
NUMBER_GIVEN_BACK = declare("number.given_back", _("%(actor)s đã trả lại số %(number)s của %(object)s, chưa dùng."))
NUMBER_ELSEWHERE = declare("number.used_elsewhere", _("%(actor)s đã ghi số %(number)s của %(object)s dùng ở sổ khác."))
INCOMING_REGISTERED = declare(
    "incoming.registered", _("%(actor)s đã đăng ký văn bản đến số %(number)s, trình trước ngày %(present_by)s.")
)
INCOMING_CHANGED = declare("incoming.changed", _("%(actor)s đã sửa thông tin đăng ký văn bản đến %(object)s."))
INVALID_SIGNATURE_SEEN = declare(
    "incoming.invalid_signature_seen",
    _("%(actor)s đã xem kết quả kiểm tra chữ ký số không hợp lệ và vẫn tiếp nhận văn bản đến %(object)s."),
)
INCOMING_INSTRUCTED = declare(
    "incoming.instructed", _("%(actor)s đã cho ý kiến chỉ đạo: “%(opinion)s”; %(unit)s chủ trì giải quyết.")
)
INCOMING_RESOLVED = declare("incoming.resolved", _("Văn bản đến %(object)s đã giải quyết xong (%(actor)s)."))
TASK_ASSIGNED = declare("task.assigned", _("%(actor)s đã giao %(assignee)s giải quyết “%(object)s”."))
TASK_STARTED = declare("task.started", _("%(actor)s đã nhận việc “%(object)s”."))
TASK_DONE = declare("task.done", _("%(actor)s đã hoàn thành việc “%(object)s”: %(result)s"))
DRAFT_CREATED = declare("outgoing.drafted", _("%(actor)s đã tạo dự thảo “%(object)s”."))
DRAFT_UPLOADED = declare("outgoing.draft_uploaded", _("%(actor)s đã nộp bản dự thảo lần %(ordinal)s."))
DRAFT_SUBMITTED = declare("outgoing.submitted", _("%(actor)s đã trình dự thảo “%(object)s”."))
DRAFT_APPROVED = declare("outgoing.approved", _("%(actor)s đã duyệt nội dung dự thảo “%(object)s” và trình ký."))
DRAFT_RETURNED = declare("outgoing.returned", _("%(actor)s đã trả lại dự thảo “%(object)s”. Lý do: %(reason)s"))
DRAFT_WITHDRAWN = declare("outgoing.withdrawn", _("%(actor)s đã rút lại dự thảo “%(object)s” để sửa."))
OUTGOING_SIGNED = declare("outgoing.signed", _("%(actor)s đã ký số văn bản “%(object)s”."))
UNREAD_CONFIRMED = declare(
    "outgoing.unread_confirmed", _("%(actor)s được hỏi và xác nhận ký “%(object)s” dù chưa mở văn bản.")
)
OUTGOING_PREPARED = declare(
    "outgoing.prepared", _("%(actor)s đã trình bản có sẵn chỗ ghi số, ngày, chữ ký và dấu của “%(object)s”.")
)
OUTGOING_PLACED = declare(
    "outgoing.placed", _("%(actor)s đã đặt lại chỗ ghi số, ngày, chữ ký, dấu trên “%(object)s”: %(fields)s.")
)
OUTGOING_SIGNERS_SET = declare(
    "outgoing.signers_set", _("%(actor)s đã ghi người ký tiếp của “%(object)s”: %(signers)s người.")
)
OUTGOING_ENCLOSED = declare("outgoing.enclosed", _("%(actor)s đã kèm phụ lục thứ %(ordinal)s vào “%(object)s”."))
OUTGOING_UNENCLOSED = declare("outgoing.unenclosed", _("%(actor)s đã bỏ phụ lục thứ %(ordinal)s khỏi “%(object)s”."))
OUTGOING_SIGN_AGAIN = declare(
    "outgoing.sent_to_sign_again",
    _("%(actor)s đã bỏ bản đã ký của “%(object)s” để ký lại, số vẫn giữ cho văn bản. Lý do: %(reason)s"),
)
SIGNING_BATCH_MADE = declare("signing_batch.made", _("%(actor)s đã chọn %(documents)s văn bản vào lô ký %(object)s."))
SIGNING_BATCH_GREW = declare(
    "signing_batch.grew", _("%(actor)s đã chọn thêm %(documents)s văn bản vào lô ký %(object)s.")
)
SIGNING_BATCH_STARTED = declare("signing_batch.started", _("%(actor)s đã cho chạy lô ký %(object)s."))
SIGNING_BATCH_PAUSED = declare("signing_batch.paused", _("Lô ký %(object)s tạm dừng: %(reason)s"))
SIGNING_BATCH_STOPPED = declare("signing_batch.stopped", _("%(actor)s đã dừng lô ký %(object)s."))
SIGNING_BATCH_FINISHED = declare(
    "signing_batch.finished", _("Lô ký %(object)s đã xong: %(done)s văn bản được, %(failed)s văn bản chưa được.")
)
SIGNING_ITEM_DROPPED = declare("signing_item.dropped", _("%(actor)s đã bỏ một văn bản khỏi lô ký %(object)s."))
SIGNING_BATCH_DISCARDED = declare("signing_batch.discarded", _("%(actor)s đã bỏ lô ký %(object)s."))
OUTGOING_NUMBERED = declare("outgoing.numbered", _("%(actor)s đã cấp số %(number)s cho văn bản."))
OUTGOING_CANCELLED = declare("outgoing.cancelled", _("%(actor)s đã bỏ văn bản %(object)s trước khi phát hành."))
OUTGOING_ENTERED_LATE = declare(
    "outgoing.entered_late", _("%(actor)s đã đăng ký muộn văn bản %(number)s, ngày thật %(true_date)s.")
)
OUTGOING_ISSUER_SET = declare(
    "outgoing.issuer_set", _("%(actor)s đã ghi cơ quan ban hành của dự thảo: %(issuer)s, cùng %(bodies)s cơ quan khác.")
)
OUTGOING_ISSUED = declare(
    "outgoing.issued", _("%(actor)s đã đóng dấu bằng chữ ký số của cơ quan và phát hành văn bản %(number)s.")
)
PACKET_REGISTERED = declare("packet.registered", _("%(actor)s đã tiếp nhận gói tin và đăng ký số đến %(number)s."))
SCAN_TAKEN = declare("scan.taken", _("%(actor)s đã lấy tệp quét %(object)s để đăng ký."))
SCAN_SET_ASIDE = declare("scan.set_aside", _("%(actor)s đã để tệp quét %(object)s lại sau."))
SCAN_REFUSED = declare("scan.refused", _("Tệp quét %(object)s không được nhận (%(code)s)."))
SCAN_REGISTERED = declare("scan.registered", _("%(actor)s đã gắn tệp quét %(object)s với văn bản đến số %(number)s."))
BATCH_STARTED = declare("batch.started", _("%(actor)s đã lập lô đăng ký %(object)s."))
BATCH_ROW_DROPPED = declare("batch_row.dropped", _("%(actor)s đã bỏ một tệp khỏi lô đăng ký %(object)s."))
INCOMING_ATTACHED = declare("incoming.attached", _("%(actor)s đã bổ sung tệp cho văn bản đến số %(number)s."))
IMPORT_STAGED = declare("import.staged", _("%(actor)s đã đưa lên sổ cũ %(object)s: %(rows)s hàng."))
IMPORT_FILES_STAGED = declare(
    "import.files_staged",
    _("%(actor)s đã đưa lên %(files)s tệp văn bản kèm sổ cũ %(object)s, %(refused)s tệp bị từ chối."),
)
IMPORT_CHECKING = declare("import.checking", _("%(actor)s đã cho kiểm tra thử sổ cũ %(object)s."))
IMPORT_CHECKED = declare(
    "import.checked", _("Sổ cũ %(object)s đã kiểm tra thử: %(good)s hàng nhập được, %(bad)s hàng chưa được.")
)
IMPORT_STARTED = declare("import.started", _("%(actor)s đã cho nhập sổ cũ %(object)s."))
IMPORT_STOPPED = declare("import.stopped", _("%(actor)s đã dừng nhập sổ cũ %(object)s."))
IMPORT_FINISHED = declare(
    "import.finished", _("Đã nhập xong sổ cũ %(object)s: %(entered)s văn bản vào sổ, %(bad)s hàng chưa nhập được.")
)
IMPORT_DISCARDED = declare("import.discarded", _("%(actor)s đã bỏ lần nhập sổ cũ %(object)s, chưa ghi gì vào sổ."))
IMPORT_ROW_CORRECTED = declare("import.row_corrected", _("%(actor)s đã sửa hàng %(line)s của sổ cũ %(object)s."))
INCOMING_IMPORTED = declare("incoming.imported", _("%(actor)s đã nhập văn bản đến số %(number)s từ sổ cũ."))
OUTGOING_IMPORTED = declare("outgoing.imported", _("%(actor)s đã nhập văn bản đi số %(number)s từ sổ cũ."))
BOOK_IMPORTED = declare("book.imported", _("%(actor)s đã lập %(object)s từ sổ cũ."))
COPY_REQUESTED = declare("copy.requested", _("%(actor)s đã đề nghị sao văn bản “%(document)s” (%(object)s)."))
COPY_APPROVED = declare("copy.approved", _("%(actor)s đã duyệt việc sao “%(document)s”."))
COPY_REFUSED = declare("copy.refused", _("%(actor)s không duyệt việc sao “%(document)s”. Lý do: %(reason)s"))
COPY_NUMBERED = declare("copy.numbered", _("%(actor)s đã cấp số bản sao %(number)s cho “%(document)s”."))
COPY_MADE = declare("copy.made", _("%(actor)s đã sao “%(document)s” thành %(object)s, %(amount)s bản."))
OUTGOING_ISSUED_FROM_PAPER = declare(
    "outgoing.issued_from_paper", _("%(actor)s đã ký số của cơ quan lên bản quét của văn bản giấy %(object)s.")
)
PAPER_ISSUED = declare(
    "outgoing.paper_issued", _("%(actor)s đã in, đóng dấu %(amount)s bản chính giấy của văn bản “%(object)s”.")
)
AMENDMENT_BEGUN = declare("amendment.begun", _("%(actor)s đã soạn văn bản để %(kind)s “%(object)s”. Lý do: %(reason)s"))
AMENDMENT_EFFECTIVE = declare("amendment.effective", _("Văn bản “%(object)s” có %(kind)s: %(by)s (%(actor)s)."))
AMENDMENT_CANCELLED = declare("amendment.cancelled", _("%(actor)s đã bỏ việc %(kind)s “%(object)s”."))
OUTGOING_RECALLED = declare(
    "outgoing.recalled", _("%(actor)s đã ra lệnh thu hồi văn bản “%(object)s”. Lý do: %(reason)s")
)
PAPER_RETURNED = declare("paper_return.noted", _("%(actor)s đã nhận lại %(amount)s bản giấy từ %(holder)s."))
INCOMING_RECALLED = declare(
    "incoming.recalled", _("%(actor)s đã đồng ý thu hồi và hủy văn bản đến %(object)s theo yêu cầu của nơi gửi.")
)
RECALL_REFUSED = declare(
    "incoming.recall_refused", _("%(actor)s đã từ chối thu hồi văn bản đến %(object)s: %(reason)s")
)
TASK_STOPPED = declare("task.stopped", _("Việc “%(object)s” dừng vì nơi gửi đã thu hồi văn bản (%(actor)s)."))

TELL_COPY_APPROVE = declare_notice("copy_requested", _("Đề nghị sao văn bản chờ duyệt: %(object)s"))
TELL_COPY_NUMBER = declare_notice("copy_approved", _("Bản sao đã duyệt, chờ cấp số: %(object)s"))
TELL_COPY_REFUSED = declare_notice("copy_refused", _("Đề nghị sao không được duyệt: %(object)s"))
TELL_COPY_MADE = declare_notice("copy_made", _("Đã có bản sao: %(object)s"))
TELL_RECALLED = declare_notice("outgoing_recalled", _("Văn bản bị thu hồi: %(object)s"))
TELL_STOPPED = declare_notice("task_stopped", _("Việc dừng vì nơi gửi thu hồi văn bản: %(object)s"))
TELL_INCOMING = declare_notice("incoming_registered", _("Văn bản đến chờ ý kiến: %(object)s"))
TELL_TASK = declare_notice("task_given", _("Việc mới được giao: %(object)s"))
TELL_RESULT = declare_notice("task_done", _("Việc đã hoàn thành: %(object)s"))
TELL_APPROVE = declare_notice("draft_submitted", _("Dự thảo chờ duyệt: %(object)s"))
TELL_SIGN = declare_notice("draft_approved", _("Văn bản chờ ký: %(object)s"))
TELL_RETURNED = declare_notice("draft_returned", _("Dự thảo bị trả lại: %(object)s"))
TELL_NUMBER = declare_notice("outgoing_signed", _("Văn bản đã ký, chờ cấp số: %(object)s"))
TELL_SIGN_AGAIN = declare_notice("outgoing_sign_again", _("Văn bản cần sửa và ký lại, số giữ nguyên: %(object)s"))
TELL_BATCH_PAUSED = declare_notice("signing_batch_paused", _("Lô ký tạm dừng: %(object)s"))
TELL_BATCH_DONE = declare_notice("signing_batch_finished", _("Lô ký đã xong: %(object)s"))
TELL_CANCELLED = declare_notice("outgoing_cancelled", _("Văn bản đã bỏ trước khi phát hành: %(object)s"))
TELL_ISSUED = declare_notice("outgoing_issued", _("Văn bản đã phát hành: %(object)s"))
TELL_HANDED = declare_notice("handed_over", _("Văn bản được chuyển giao, chờ ký nhận"))
TELL_IMPORT_READY = declare_notice("import_checked", _("Sổ cũ đã kiểm tra thử xong: %(object)s"))
TELL_IMPORT_DONE = declare_notice("import_finished", _("Đã nhập xong sổ cũ: %(object)s"))
TELL_ENVELOPE = declare_notice("envelope_handed", _("Bì thư được chuyển, chờ ký nhận"))
