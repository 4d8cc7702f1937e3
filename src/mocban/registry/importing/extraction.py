"""From cells to named fields: what the mapping says of each sheet, with empty cells carried down where it says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocban import law
from mocban.law.basis import basis
from mocban.people.models import Organisation

from ..models import ImportRow, RegisterImport
from .columns import REST, Mapping, mapping_of
from .rows import Context


class Extraction:
    """Reads the rows of one import in order."""

    def __init__(self, register_import: RegisterImport) -> None:
        self.mapping: Mapping = mapping_of(register_import.mapping)
        self._sheets: list[dict[str, Any]] = register_import.sheets
        self._places = [self._places_of(sheet["header"]) for sheet in self._sheets]
        self._above: dict[str, str] = {}
        self._last_sheet = -1

    def is_read(self, row: ImportRow) -> bool:
        """Whether the mapping reads the row's sheet; with no sheet named, it reads all."""
        return not self.mapping.sheets or row.sheet in self.mapping.sheets

    def fields(self, row: ImportRow) -> dict[str, str]:
        """The row's fields; what no field takes stands under REST, each part with its header."""
        if row.sheet != self._last_sheet:
            self._above, self._last_sheet = {}, row.sheet
        header, places = self._sheets[row.sheet]["header"], self._places[row.sheet]
        found = {name: row.cells[place] for name, place in places.items() if place < len(row.cells)}
        fields = {name: text for name, text in found.items() if text}
        for name in self.mapping.carry:
            if name in fields:
                self._above[name] = fields[name]
            elif name in self._above:
                fields[name] = self._above[name]
        rest = self._rest(header, row.cells, set(places.values()))
        return {**fields, REST: rest} if rest else fields

    def _places_of(self, header: Sequence[str]) -> dict[str, int]:
        return {name: header.index(label) for name, label in self.mapping.columns.items() if label in header}

    def _rest(self, header: Sequence[str], cells: Sequence[str], used: set[int]) -> str:
        parts = []
        for place, cell in enumerate(cells):
            if cell and place not in used and not _is_ordinal(header[place]):
                label = "" if header[place].startswith("[") else f"{header[place]}: "
                parts.append(label + " ".join(cell.split()))
        return "; ".join(parts)


def _is_ordinal(label: str) -> bool:
    """A running number of the sheet's rows says nothing about the document."""
    return label.strip(" .").casefold() in ("stt", "tt", "số tt")


def context_of(register_import: RegisterImport, organisation: Organisation, on: Any) -> Context:
    """What reading the rows of this import needs to know."""
    sheets = register_import.sheets
    series = register_import.series
    issuer = series.issuer if series else None
    return Context(
        direction=register_import.direction,
        issuer_name=issuer.name if issuer else organisation.name,
        issuer_code=(issuer.code if issuer else organisation.code) or "",
        kinds=law.kinds(regime=organisation.regime, on=on),
        on=on,
        citation=basis("describe_document", on=on, regime=organisation.regime).citation,
        from_1904=any(sheet.get("from_1904") for sheet in sheets),
        year=mapping_of(register_import.mapping).year,
        sheet_years={place: sheet.get("year", 0) for place, sheet in enumerate(sheets)},
    )
