"""The verbs of preservation, one module a noun."""

from .incidents import erase_ids, freeze_ids
from .packages import build_for_file, check_oldest, check_package, sweep, take_out

__all__ = [
    "build_for_file",
    "check_oldest",
    "check_package",
    "erase_ids",
    "freeze_ids",
    "sweep",
    "take_out",
]
