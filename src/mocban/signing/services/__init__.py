"""The verbs of signing, one module a noun (ADR 0023)."""

from .at_service import look_again, send_code, send_trial_code, sign_waiting, wants
from .documents import (
    excerpt_page,
    fill_and_seal,
    paper_copy,
    printable,
    seal_copy,
    sign_annex,
    sign_as_person,
    stamped_copy,
)
from .key_places import (
    hand_over_key,
    place_key,
    place_key_at_service,
    place_key_file,
    place_key_on_token,
    remove_key_place,
)
from .key_warnings import warn_of_expiring_keys
from .keys import issue_organisation_key, issue_person_key, set_image
from .preparing import LaidField, OpenKey, Prepared, open_key, page_picture, prepare_document, starting_places
from .renewing import renew, renew_due, watch
from .reverifying import reverify_outdated_soon, reverify_soon
from .revocation import import_revocation
from .times import add_time_authority, raise_time_authority, switch_time_authority, try_time_authority
from .trust import (
    add_intermediate,
    agree_anchor,
    agree_withdrawal,
    ask_withdrawal,
    keep_anchor,
    propose_anchor,
    refuse_anchor,
    take_back_anchor,
)
from .two_phase import begin_signing, drop_begun, finish_signing, forget_expired, is_at_service, is_elsewhere
from .verifying import judge_only, verify, verify_arrived, verify_now, verify_signatures

__all__ = [
    "LaidField",
    "OpenKey",
    "Prepared",
    "add_intermediate",
    "add_time_authority",
    "agree_anchor",
    "agree_withdrawal",
    "ask_withdrawal",
    "begin_signing",
    "drop_begun",
    "excerpt_page",
    "fill_and_seal",
    "finish_signing",
    "forget_expired",
    "import_revocation",
    "hand_over_key",
    "is_at_service",
    "is_elsewhere",
    "issue_organisation_key",
    "issue_person_key",
    "judge_only",
    "keep_anchor",
    "look_again",
    "open_key",
    "page_picture",
    "paper_copy",
    "place_key",
    "place_key_at_service",
    "place_key_file",
    "place_key_on_token",
    "prepare_document",
    "printable",
    "propose_anchor",
    "raise_time_authority",
    "refuse_anchor",
    "renew",
    "renew_due",
    "reverify_outdated_soon",
    "reverify_soon",
    "remove_key_place",
    "seal_copy",
    "send_code",
    "send_trial_code",
    "set_image",
    "sign_annex",
    "sign_as_person",
    "sign_waiting",
    "stamped_copy",
    "starting_places",
    "switch_time_authority",
    "take_back_anchor",
    "try_time_authority",
    "verify",
    "verify_arrived",
    "verify_now",
    "verify_signatures",
    "wants",
    "warn_of_expiring_keys",
    "watch",
]
