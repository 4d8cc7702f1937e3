"""The verbs of importing old registers: stage, map and check, correct, run, stop, discard; files beside them."""

from .checking import check_import, correct_row, correct_rows, run_check
from .entering import enter_rows, run_import, start_import, stop_import
from .files import stage_files
from .staging import discard_import, stage_import

__all__ = [
    "check_import",
    "correct_row",
    "correct_rows",
    "discard_import",
    "enter_rows",
    "run_check",
    "run_import",
    "stage_files",
    "stage_import",
    "start_import",
    "stop_import",
]
