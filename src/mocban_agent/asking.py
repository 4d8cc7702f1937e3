"""The person at this computer, on the console: sees what is asked, types the PIN here and nowhere else."""

from __future__ import annotations

import getpass
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from .desk import Question
from .requests import grouped
from .tokens import PinState

SHOWN = 20  # documents of a batch that are listed one by one
AGREED = "thử"


class Console:
    """Asks and tells on the console. `read_pin` and `read_line` stand in for the keyboard."""

    def __init__(
        self,
        out: TextIO = sys.stdout,
        *,
        read_pin: Callable[[str], str] = getpass.getpass,
        read_line: Callable[[str], str] = input,
    ) -> None:
        self._out, self._read_pin, self._read_line = out, read_pin, read_line
        self._lock = threading.Lock()

    def show_code(self, origin: str, code: str) -> None:
        """See `desk.Asker`."""
        self._say(
            "",
            f"Trang {origin} muốn dùng USB token của bạn.",
            f"Nếu chính bạn đang mở trang đó, hãy nhập mã này vào trang:  {code[:4]} {code[4:]}",
            "Không phải bạn thì không cần làm gì; đừng đọc mã cho ai.",
        )

    def pin(self, question: Question, state: PinState) -> str | None:
        """See `desk.Asker`."""
        self._say(*(wrong_lines(state) or question_lines(question)))
        try:
            if state.last and self._read_line(f"Gõ “{AGREED}” để thử lần cuối: ").strip().casefold() != AGREED:
                return None
            return self._read_pin("Mã PIN (để trống để hủy): ") or None
        except (EOFError, KeyboardInterrupt):
            return None

    def tell(self, sentence: str) -> None:
        """See `desk.Asker`."""
        self._say(sentence)

    def _say(self, *lines: str) -> None:
        with self._lock:
            print(*lines, sep="\n", file=self._out, flush=True)


def question_lines(question: Question) -> list[str]:
    """Return everything that will be signed, the digests as the page shows them."""
    lines = [
        "",
        f"Trang {question.origin} đề nghị ký {len(question.documents)} văn bản của {question.body}.",
        f"Chứng thư: {question.subject} (token {question.token})",
    ]
    for place, document in enumerate(question.documents[:SHOWN], start=1):
        lines += [f"{place:3}. {document.text}", f"     {document.algorithm}: {grouped(document.digest)}"]
    if len(question.documents) > SHOWN:
        lines.append(f"     … và {len(question.documents) - SHOWN} văn bản nữa, tất cả được ghi vào nhật ký.")
    return lines


def wrong_lines(state: PinState) -> list[str]:
    """Return what to say before another try, the warning before the last one above all."""
    lines = []
    if state.wrong:
        lines.append("Mã PIN sai.")
    if state.last:
        lines.append("CHÚ Ý: chỉ còn MỘT lần thử. Nhập sai lần nữa, token sẽ bị khóa.")
    elif state.wrong and state.low:
        lines.append("Token báo sắp hết số lần thử mã PIN.")
    return lines
