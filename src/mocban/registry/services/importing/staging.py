"""Take an old register in: read it in memory, leave out what is secret, keep its rows; the register is not touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.files import safe_name
from mocban.lib.hashing import sha256_hex
from mocban.lib.legacy_fonts import Judgement, convert
from mocban.lib.text import clean_line, clean_text
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.secrecy.choices import Level
from mocban.secrecy.services import SecretRefused, refuse_if_secret

from ... import access, events, rules
from ...choices import ImportRowState
from ...importing import columns, staged
from ...importing.reading import Opened, Sheet, column_writings, read_sheets
from ...importing.rows import is_total
from ...importing.secrets import secret_level
from ...importing.staged import NewRow
from ...models import ImportMapping, RegisterImport

PREVIEWED = 20  # rows of each sheet that the mapping screen shows, before and after conversion
CELL_SHOWN = 120  # characters of a cell in the preview


class ReadSheet:
    """One sheet made ready: its header found, its cells converted, its secret rows known."""

    def __init__(self, sheet: Sheet, place: int, direction: str) -> None:
        self._sheet, self.place = sheet, place
        width = max(len(cells) for _line, cells in sheet.rows)
        self._writings: list[Judgement] = column_writings(sheet)
        head = [self._converted(cells) for _line, cells in sheet.rows[: columns.HEADER_WITHIN]]
        top = columns.header_place(head, direction)
        self.labels = columns.header_labels(head[top] if top is not None else [], width)
        self._header = head[top] if top is not None else []
        self.header_line = sheet.rows[top][0] if top is not None else 0
        self._first = 0 if top is None else top + 1
        titles = [" ".join(dict.fromkeys(cell for cell in cells if cell)) for cells in head[: top or 0]]
        self.year = columns.year_in(sheet.name) or next((year for text in titles if (year := columns.year_in(text))), 0)
        self._secrecy = next(
            (at for at, label in enumerate(self.labels) if columns.meaning(label, direction) == "secrecy"), None
        )
        self.levels: list[Level] = []
        self.preview: list[list[Any]] = []

    def rows(self) -> Iterator[NewRow]:
        """The rows below the header as they are kept; secret ones without a word."""
        for line, raw in self._sheet.rows[self._first :]:
            cells = self._converted(raw)
            level = secret_level(cells, self._secrecy)
            if level is not None:
                self.levels.append(level)
                yield NewRow(
                    self.place, line, (), ImportRowState.REFUSED, str(_("Hàng có độ mật; nội dung không được lưu."))
                )
                continue
            if columns.is_header_again(cells, self._header) or is_total(cells):
                yield NewRow(self.place, line, cells, ImportRowState.SKIPPED, str(_("Dòng tiêu đề hoặc dòng cộng.")))
                continue
            if len(self.preview) < PREVIEWED:
                self.preview.append([line, self._shown(raw), self._shown(cells)])
            yield NewRow(self.place, line, cells)

    def plain(self, from_1904: bool) -> dict[str, Any]:
        """What the import keeps of the sheet."""
        return {
            "name": clean_line(self._sheet.name),
            "header": self.labels,
            "header_row": self.header_line,
            "encodings": [one.encoding.value if one.is_legacy else "" for one in self._writings],
            "confidence": [one.confidence for one in self._writings],
            "preview": self.preview,
            "year": self.year,
            "from_1904": from_1904,
        }

    def _shown(self, cells: Sequence[str]) -> list[str]:
        """As many cells as there are columns, cut for the screen."""
        return [cell[:CELL_SHOWN] for cell in cells] + [""] * (len(self.labels) - len(cells))

    def _converted(self, cells: Sequence[str]) -> list[str]:
        return [_clean(convert(cell, self._writings[place])) if cell else "" for place, cell in enumerate(cells)]


def _clean(cell: str) -> str:
    return clean_text(cell) if "\n" in cell else clean_line(cell)


def stage_import(
    *, data: bytes, name: str, direction: str, organisation: Organisation, channel: str, actor: Actor, on: date
) -> RegisterImport:
    """Read an old register and keep its rows; call it outside any transaction.

    Rows that bear a secrecy level are counted and named by their line, never kept; one incident is opened for all of
    them. Raises PermissionDenied, RuleBroken "sheet.…", "content.…".
    """
    access.require(actor, "import.prepare", organisation)
    opened = read_sheets(data, name)
    read = [ReadSheet(sheet, place, direction) for place, sheet in enumerate(opened.sheets)]
    rows = [row for sheet in read for row in sheet.rows()]
    levels = {level for sheet in read for level in sheet.levels}
    incident = _report_secrets(levels, channel=channel, actor=actor, organisation=organisation)
    with transaction.atomic():
        made = RegisterImport.objects.create(
            organisation=organisation,
            direction=direction,
            file_name=safe_name(name),
            sha256=sha256_hex(data),
            text_encoding=opened.encoding,
            incident_id=incident,
            created_by=f"{actor.person_name}, {actor.position_title}".strip(", "),
            created_at=timezone.now(),
        )
        audit.record(actor, events.IMPORT_STAGED, made, details={"rows": len(rows)})
    staged.write_rows(made.pk, rows)
    return _staged(made, read, opened)


def _staged(made: RegisterImport, read: Sequence[ReadSheet], opened: Opened) -> RegisterImport:
    made.sheets = [sheet.plain(opened.from_1904) for sheet in read]
    made.mapping = proposed(made).plain()
    made.counts = staged.count(made)
    made.state = rules.next_import(made.state, "stage")
    made.save(update_fields=["sheets", "mapping", "counts", "state"])
    return made


def _report_secrets(levels: set[Level], *, channel: str, actor: Actor, organisation: Organisation) -> UUID | None:
    """Open one incident for all secret rows of a register, under the highest level; nothing of their words goes in."""
    highest = next((level for level in Level if level in levels), None)
    if highest is None:
        return None
    try:
        refuse_if_secret(declared_level=highest.value, channel=channel, actor=actor, organisation=organisation)
    except SecretRefused as refused:
        return refused.incident_id
    return None


def proposed(register_import: RegisterImport) -> columns.Mapping:
    """The mapping to begin with: what was chosen last time for the same headers, else what the headers say."""
    sheets = register_import.sheets
    labels = sheets[0]["header"]
    remembered = ImportMapping.objects.filter(
        organisation_id=register_import.organisation_id,
        direction=register_import.direction,
        headers=columns.headers_digest(labels),
    ).first()
    if remembered:
        return columns.mapping_of({**remembered.mapping, "sheets": [], "year": 0})
    found: dict[str, str] = {}
    for sheet in sheets:
        sample = [after for _line, _before, after in sheet["preview"]]
        for name, label in columns.guess(sheet["header"], sample, register_import.direction).items():
            found.setdefault(name, label)
    return columns.Mapping(columns=found, files="name" if "file" in found else "")


@transaction.atomic
def discard_import(*, register_import: RegisterImport, actor: Actor) -> RegisterImport:
    """Drop an import that has entered nothing: its rows go. Raises PermissionDenied, RuleBroken (wrong state)."""
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
    held.state = rules.next_import(held.state, "discard")
    held.rows.all().delete()
    held.sheets, held.version = [], held.version + 1
    held.save(update_fields=["state", "sheets", "version"])
    audit.record(actor, events.IMPORT_DISCARDED, held)
    return held
