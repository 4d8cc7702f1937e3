"""How a regime prints the number and symbol of a document. The forms are data; only the filling in is here."""

from __future__ import annotations

from datetime import date

from mocban.law.queries import value
from mocban.lib.errors import RuleBroken


def number_label(*, regime: str, on: date) -> str:
    """Return what stands before the number, with its space: "Số: " or "Số "."""
    return str(value("number.form", on=on, regime=regime).value["label"])


def printed_number(
    *, regime: str, on: date, number: int, kind_symbol: str, body_symbol: str, unit_symbol: str = ""
) -> str:
    """Return the number and symbol as printed after the label, for example "15/QĐ-BNV" or "12-CV/VPTU".

    `kind_symbol` is empty for a state official letter, whose symbol names the drafting unit instead.
    Raises RuleBroken `law.no_symbol` where the regime has no form for a kind without symbol, or the body has none.
    """
    if number < 1:
        raise ValueError("document numbers begin at 1")
    form = value("number.form", on=on, regime=regime)
    template = form.value[f"{'kind' if kind_symbol else 'letter'}_{'with' if unit_symbol else 'without'}_unit"]
    if not template or not body_symbol:
        raise RuleBroken(
            "law.no_symbol",
            "Chưa có ký hiệu cho tên loại văn bản hoặc cơ quan ban hành này nên chưa lập được số, ký hiệu.",
            form.citation,
        )
    digits = str(number).zfill(form.value["min_digits"])
    return str(template.format(number=digits, kind=kind_symbol, body=body_symbol, unit=unit_symbol))


def printed_copy_number(*, regime: str, on: date, number: int, kind_symbol: str, body_symbol: str) -> str:
    """Return number and symbol of a copy as printed, label included: "Số: 05/SY-SNV".

    Raises RuleBroken `law.no_symbol` where body or kind of copy has no symbol that the regime's form asks for.
    """
    form = value("number.copy_form", on=on, regime=regime)
    if not body_symbol or ("{kind}" in form.value["form"] and not kind_symbol):
        message = "Chưa có ký hiệu cho loại bản sao hoặc cơ quan sao nên chưa lập được số, ký hiệu bản sao."
        raise RuleBroken("law.no_symbol", message, form.citation)
    digits = str(number).zfill(form.value["min_digits"])
    return str(form.value["label"]) + str(form.value["form"].format(number=digits, kind=kind_symbol, body=body_symbol))
