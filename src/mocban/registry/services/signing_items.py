"""One document of a batch: what makes it fail, what makes the whole batch wait."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken, Stale
from mocban.signing.pdf.refusals import Refused, as_rule

# What is wrong with the key or the time, not with the document: the batch waits, and no further PIN try is spent.
PAUSES = frozenset(
    {
        "signing.wrong_pin",
        "signing.last_try",
        "signing.pin_locked",
        "signing.pin_expired",
        "signing.no_pin",
        "signing.wrong_otp",
        "signing.no_otp",
        "signing.otp_used",
        "signing.wrong_pin_or_otp",
        "signing.not_confirmed",
        "signing.in_browser",
        "signing.no_token",
        "signing.token_busy",
        "signing.key_elsewhere",
        "signing.key_changed",
        "signing.no_key",
        "signing.remote_down",
        "signing.remote_login",
        "signing.remote_refused",
        "signing.remote_rubbish",
        "signing.no_time",
        "signing.clock_differs",
        "signing.not_allowed_place",
    }
)
_log = logging.getLogger(__name__)


def attempted(step: Callable[[], object]) -> str:
    """Do a step of one document in a transaction of its own; return why it could not be, or "". Raises what pauses."""
    try:
        with transaction.atomic():
            step()
    except RuleBroken as broken:
        if broken.code in PAUSES:
            raise
        return str(broken)
    except Stale:
        return _("Văn bản đã thay đổi sau khi bạn chọn; hãy mở xem lại rồi ký.")
    except PermissionDenied as denied:
        return str(denied)
    except DatabaseError:
        raise  # nothing is known of the other documents either: the job comes back
    except Exception:
        _log.exception("signing a document of a batch")
        return _("Lỗi ngoài dự kiến khi xử lý văn bản này; hãy báo quản trị. Các văn bản khác không bị ảnh hưởng.")
    return ""


def otp_wanted(*, spent: bool) -> RuleBroken:
    """What a batch waits for when the service wants a code and none is left."""
    return as_rule(Refused("signing.otp_used" if spent else "signing.no_otp"))
