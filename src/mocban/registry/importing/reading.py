"""Opening a foreign register in a sandbox: nothing of it is written anywhere here."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mocban.content.examine import examine
from mocban.lib.errors import RuleBroken
from mocban.lib.files import safe_name
from mocban.lib.legacy_fonts import Judgement, judge
from mocban.lib.sandbox import Limits, Pool, SandboxFailed

MOST_BYTES = 100 * 1024 * 1024
WORKBOOKS = ("xlsx", "xls", "ods")
TABLES = ("csv", "txt")
ACCEPTED = ",".join(f".{extension}" for extension in (*WORKBOOKS, *TABLES))
SAMPLE = 3_000  # rows that are looked at for the encoding
TELLING = 5  # words by which a column is judged alone
SENTENCES = {
    "sheet.too_large": _("Tệp quá lớn: sổ nhập tối đa 100 MB."),
    "sheet.too_many_rows": _("Tệp có quá 200.000 hàng. Hãy tách theo năm rồi nhập từng tệp."),
    "sheet.too_many_sheets": _("Tệp có quá 100 trang tính. Hãy tách thành nhiều tệp."),
    "sheet.too_wide": _("Bảng có quá 100 cột. Hãy xóa các cột không thuộc sổ rồi nhập lại."),
    "sheet.unreadable": _(
        "Không đọc được tệp này như một bảng tính. Tệp có thể hỏng, có mật khẩu hoặc không phải bảng."
    ),
    "sheet.too_heavy": _("Bảng tính này đòi quá nhiều bộ nhớ hoặc thời gian khi mở. Hãy lưu lại chỉ phần có dữ liệu."),
    "sheet.other_kind": _("Chỉ nhận sổ dạng .xlsx, .xls, .ods hoặc .csv."),
    "sheet.empty": _("Tệp không có hàng nào."),
}

_pool = Pool(
    "mocban.registry.importing.child",
    timeout=120.0,
    idle_seconds=30.0,
    limits=Limits(memory=3 << 30, reply=1 << 29, requests=20),
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows that hold something, by their numbers there, and how its text is written as a whole."""

    name: str
    rows: list[tuple[int, list[str]]]
    writing: Judgement


def refusal(code: str) -> RuleBroken:
    """The refusal with the sentence for the person."""
    return RuleBroken(code, SENTENCES[code])


@dataclass(frozen=True)
class Opened:
    """A register as it was opened. `encoding` is that of a delimited text; `from_1904` how bare day serials count."""

    sheets: list[Sheet]
    encoding: str
    from_1904: bool


def read_sheets(data: bytes, name: str) -> Opened:
    """Return the sheets that hold something.

    Raises RuleBroken "sheet.…" and what `content.examine` refuses (macros, password, a bomb, another content).
    """
    if len(data) > MOST_BYTES:
        raise refusal("sheet.too_large")
    extension = safe_name(name).rpartition(".")[2].lower()
    if extension in WORKBOOKS:
        examine(data, name)
    elif extension not in TABLES:
        raise refusal("sheet.other_kind")
    try:
        answer, blob = _pool.call("workbook" if extension in WORKBOOKS else "table", {"extension": extension}, data)
    except SandboxFailed as failed:
        raise refusal("sheet.unreadable" if failed.reason == "crash" else "sheet.too_heavy") from failed
    except RuleBroken as broken:
        raise refusal(broken.code) from broken
    sheets = [_sheet(one["name"], one["rows"]) for one in json.loads(blob) if one["rows"]]
    if not sheets:
        raise refusal("sheet.empty")
    return Opened(sheets, str(answer.get("encoding", "")), bool(answer.get("from_1904")))


def _sheet(name: str, rows: list[list[object]]) -> Sheet:
    typed = [(int(str(number)), [str(cell) for cell in cells]) for number, cells in rows if isinstance(cells, list)]
    return Sheet(name, typed, judge(cell for _number, cells in typed[:SAMPLE] for cell in cells))


def column_writings(sheet: Sheet) -> list[Judgement]:
    """How each column is written: by its own letters where they tell enough, else as the sheet as a whole."""
    width = max(len(cells) for _number, cells in sheet.rows)
    found = []
    for column in range(width):
        judged = judge(cells[column] for _number, cells in sheet.rows[:SAMPLE] if column < len(cells))
        found.append(judged if judged.seen >= TELLING or not sheet.writing.is_legacy else sheet.writing)
    return found


def stop() -> None:
    """End the idle helper."""
    _pool.stop()
