"""What may be sealed as a printed volume. No I/O."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import BookState


def check_sealable(state: str, *, citation: str) -> None:
    """Raise RuleBroken("volume.book_open") while lines may still be written."""
    if state == BookState.OPEN:
        raise RuleBroken(
            "volume.book_open", _("Hãy khóa hoặc kết thúc sổ trước khi đóng quyển: sổ đang mở còn ghi thêm."), citation
        )


def check_range(first: int, last: int, rows: int, *, sealed: int | None, citation: str) -> None:
    """Raise RuleBroken("volume.empty" | "volume.sealed"): each entry is sealed once, after the last print."""
    if sealed is not None and (first <= sealed or not rows):
        raise RuleBroken("volume.sealed", _("Các số này đã có trong một quyển đã in và đóng."), citation)
    if not rows or first > last:
        raise RuleBroken("volume.empty", _("Sổ chưa có dòng nào để in và đóng quyển."), citation)


def check_complete(rows: int, held: int, *, citation: str) -> None:
    """Raise RuleBroken("volume.incomplete") when the print does not show every entry of its range."""
    if rows != held:
        raise RuleBroken(
            "volume.incomplete",
            _("Bản in có %(rows)d dòng nhưng sổ có %(held)d dòng trong khoảng này; hãy in lại.")
            % {"rows": rows, "held": held},
            citation,
        )
