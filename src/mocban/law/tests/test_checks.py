"""Broken law data is named in a sentence or refused at load, never used."""

from pathlib import Path

import pytest

from mocban import law
from mocban.law.loader import load

INSTRUMENT = """
- {id: one, title: "Nghị định 1", subject: "Việc", issuer: "Chính phủ", confidence: confirmed}
"""
GOOD = """
- name: a.b
  type: int
  meaning: "Hạn"
  values:
    - {regimes: [state], from: 2020-01-01, value: 1, cite: {instrument: one, place: "Điều 1"}, confidence: confirmed}
"""
SOURCE = """
- {table: t, file: t.csv, regimes: [state], from: 2020-01-01, cite: {instrument: one, place: ""}, confidence: confirmed}
"""
ROWS = "code,name\nx,Một\ny,Hai\n"


def faults(tmp_path: Path, *, instruments: str = INSTRUMENT, parameters: str = GOOD, rows: str = ROWS) -> list[str]:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "instruments.yaml").write_text(instruments, encoding="utf-8")
    (tmp_path / "parameters" / "a.yaml").write_text(parameters, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    return law.check(load(tmp_path))


def test_sound_data_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("value: 1,", 'value: "một",'), "not of type int"),
        (("instrument: one", "instrument: two"), "cites two, which is not listed"),
        (("confidence: confirmed", "confidence: surely"), "unknown confidence"),
        (("confidence: confirmed", "confidence: unconfirmed"), "does not say why"),
        (("regimes: [state]", "regimes: [kingdom]"), "unknown regime"),
        (("from: 2020-01-01,", "from: 2020-01-01, to: 2019-01-01,"), "ends before it begins"),
        ((', cite: {instrument: one, place: "Điều 1"}', ""), "without a citation"),
    ],
)
def test_a_faulty_period_is_named(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    found = faults(tmp_path, parameters=GOOD.replace(*change))
    assert any(sentence in fault for fault in found)


def test_two_values_at_once_are_named(tmp_path: Path) -> None:
    twice = GOOD + GOOD.split("values:\n")[1].replace("2020", "2021")
    assert faults(tmp_path, parameters=twice) == ["a.b has two values at once for state"]


def test_a_name_defined_twice_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, parameters=GOOD + GOOD) == ["a.b is defined twice"]


def test_a_row_code_that_stands_twice_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, rows=ROWS + "x,Ba\n") == ["t.csv: x stands twice"]


@pytest.mark.parametrize(
    "broken",
    [{"parameters": "a: 1"}, {"parameters": GOOD.replace("  type: int\n", "")}, {"rows": "code,name\nx\n"}],
)
def test_data_of_the_wrong_shape_is_refused_at_load(tmp_path: Path, broken: dict[str, str]) -> None:
    with pytest.raises(law.BadLawData):
        faults(tmp_path, **broken)
