"""What a field shows of its value by its own format action, which stood in the form when it was signed."""

from __future__ import annotations

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.signing.verification.formats import shows

DONG = 'AFNumber_Format(0, 2, 0, 0, " đ", false);'
DOLLAR = 'AFNumber_Format(2, 0, 2, 0, "$", true);'
DAY = 'AFDate_FormatEx("dd/mm/yyyy");'
AROUND = 'if (event.value) event.value = "Số: " + event.value + "/QĐ-UBND";'


def field(script: str) -> pikepdf.Dictionary:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(script))
    return pikepdf.Dictionary(AA=pikepdf.Dictionary(F=action))


@pytest.mark.parametrize(
    ("script", "value", "drawn"),
    [
        (DONG, "1234567", "1.234.567 đ"),
        (DONG, "1234567", "1.234.567 d"),
        ('AFNumber_Format(0, 2, 0, 0, " \\u20ab", false)', "1.234.567", "1.234.567 ₫"),
        (DOLLAR, "-1234.5", "($1,234.50)"),
        (DOLLAR, "1234,5", "$1,234.50"),
        ('AFNumber_Format(2, 1, 0, 0, "", true)', "3.14159", "3.14"),
        ('AFNumber_Format(2, 0, 0, 0, "", true)', "-1234", "-1,234.00"),
        ("AFPercent_Format(1, 0);", "0.125", "12.5%"),
        (DAY, "2026-06-05", "05/06/2026"),
        (DAY, "5/6/2026", "05/06/2026"),
        (DAY, "D:20260605000000+07'00'", "05/06/2026"),
        ("AFDate_Format(7)", "2026-06-05", "26-06-05"),
        (AROUND, "125", "Số: 125/QĐ-UBND"),
        ('event.value = event.value + "%"', "12", "12%"),
    ],
)
def test_a_value_is_shown_as_its_format_makes_it(script: str, value: str, drawn: str) -> None:
    assert shows(field(script), value, drawn)


@pytest.mark.parametrize(
    ("script", "value", "drawn"),
    [
        (DONG, "1234567", "12.345.670 đ"),
        (DONG, "1234567", "1.234.567 tỷ đ"),
        (DONG, "", "1.234.567 đ"),
        (DONG, "NaN", "NaN đ"),
        (DONG, "1e9", "1.000.000.000 triệu"),
        (DOLLAR, "-1234.5", "$1,234.50"),
        (DAY, "2026-06-05", "06/05/2026"),
        (DAY, "2026-06-05", "05/06/2062"),
        (DAY, "2026-06-05", "05/06/2026 den 2030"),
        (DAY, "31/12", "31/12/2026"),
        ("AFDate_Format(4)", "2026-06-05", "5-Jun"),
        (AROUND, "125", "Số: 125/QĐ-UBND và 900.000.000 đồng"),
        (AROUND, "125", "/QĐ-UBND Số: 125"),
        ('event.value = event.value > 9 ? "dong y" : "khong"', "12", "khong"),
        ('AFNumber_Format(0, 2, 0, 0, "", false); event.value = "9"', "12", "9"),
        ("", "12", "13"),
    ],
)
def test_what_the_format_would_not_make_is_not_its_doing(script: str, value: str, drawn: str) -> None:
    assert not shows(field(script), value, drawn)


@given(number=st.decimals(-(10**9), 10**9, places=2), style=st.integers(0, 4))
def test_no_other_number_is_shown_as_this_one(number: object, style: int) -> None:
    """Whatever the marks of a style are, a number that is one cent larger is drawn otherwise."""
    form = field(f'AFNumber_Format(2, {style}, 0, 0, "", true)')
    marks = {0: (",", "."), 1: ("", "."), 2: (".", ","), 3: ("", ","), 4: ("'", ".")}[style]
    drawn = f"{number:,.2f}".replace(",", "t").replace(".", marks[1]).replace("t", marks[0])
    assert shows(form, str(number), drawn)
    assert not shows(form, str(number + type(number)("0.01")), drawn)  # type: ignore[operator]
