"""Old registers as offices keep them, made by the tests: right ones, odd ones, hostile ones."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from mocban.lib.tests.test_legacy_fonts import in_tcvn3, in_vni
from mocban.people.actor import Actor
from mocban.registry.importing import columns
from mocban.registry.models import RegisterImport
from mocban.registry.services.importing import check_import, run_check, run_import, stage_import
from mocban.secrecy.choices import Channel
from tests.world import DAY, World

INCOMING = [
    "STT",
    "Số đến",
    "Ngày đến",
    "Tác giả",
    "Số, ký hiệu",
    "Ngày tháng",
    "Tên loại và trích yếu nội dung",
    "Ghi chú",
]
OUTGOING = ["Số, ký hiệu", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung", "Người ký", "Nơi nhận", "Ghi chú"]


def incoming_row(number: Any, /, **changes: Any) -> list[Any]:
    """One row of the incoming register of 2016."""
    given = {
        "ordinal": number,
        "number": number,
        "arrived": date(2016, 1, 5),
        "issuer": "Ủy ban nhân dân xã Hòa Bình",
        "code": f"{number}/UBND-VP",
        "issued": date(2016, 1, 4),
        "subject": f"Về việc sửa chữa đường số {number}",
        "note": "",
    }
    return list({**given, **changes}.values())


def outgoing_row(number: Any, /, **changes: Any) -> list[Any]:
    given = {
        "code": f"{number}/QĐ-SNV",
        "issued": "05/01/2016",
        "subject": "Quyết định về việc nâng bậc lương",
        "signer": "Trần Văn Bình",
        "to": "Như Điều 3;\nLưu: VT",
        "note": "",
    }
    return list({**given, **changes}.values())


def workbook(
    rows: Sequence[Sequence[Any]],
    *,
    header: Sequence[str] = INCOMING,
    titles: Sequence[str] = (),
    name: str = "Sổ 2016",
    written: Any = lambda text: text,
    from_1904: bool = False,
) -> bytes:
    """An .xlsx of one sheet: title lines, the header, the rows; `written` turns every text into an old font."""
    return sheets(
        {name: [[title] for title in titles] + [list(header)] + [list(row) for row in rows]}, written, from_1904
    )


def sheets(pages: dict[str, list[list[Any]]], written: Any = lambda text: text, from_1904: bool = False) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": from_1904}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date | datetime):
                        page.write_datetime(line, column, cell, day)
                    elif isinstance(cell, str):
                        page.write_string(line, column, written(cell))
                    else:
                        page.write(line, column, cell)
    return buffer.getvalue()


def staged(
    world: World,
    data: bytes,
    *,
    name: str = "so-2016.xlsx",
    direction: str = "incoming",
    actor: Actor | None = None,
) -> RegisterImport:
    return stage_import(
        data=data,
        name=name,
        direction=direction,
        organisation=world.office.organisation,
        channel=Channel.UPLOAD,
        actor=actor or world.clerk,
        on=DAY,
    )


def checked(world: World, data: bytes, *, series: Any = None, **changes: Any) -> RegisterImport:
    """Staged, mapped as proposed (with changes) and tried out."""
    given = {key: changes.pop(key) for key in ("name", "direction") if key in changes}
    made = staged(world, data, **given)
    mapping = columns.mapping_of({**made.mapping, **changes})
    held = check_import(register_import=made, mapping=mapping, series=series, period=None, actor=world.clerk)
    return run_check(register_import=held, actor=world.clerk, on=DAY)


def entered(world: World, data: bytes, **changes: Any) -> RegisterImport:
    return run_import(register_import=checked(world, data, **changes), actor=world.chief, on=DAY)


def problems(held: RegisterImport) -> dict[int, tuple[str, str]]:
    """State and sentence of each row by its line."""
    return {row.line: (row.state, row.problem) for row in held.rows.order_by("ordinal")}


__all__ = ["in_tcvn3", "in_vni"]
