"""The dry run: every row read as if it were entered, and reported; then corrected, row by row or by a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_text
from mocban.notices import services as notices
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.selectors import holders, today
from mocban.records import rules as record_rules
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import SecretRefused, refuse_if_secret

from ... import access, events, rules
from ...choices import ImportRowState, ImportState
from ...importing import columns, staged
from ...importing.columns import LABELS, REST
from ...importing.columns import Mapping as ColumnMapping
from ...importing.extraction import Extraction, context_of
from ...importing.file_index import FileIndex
from ...importing.rows import Context, understand
from ...importing.secrets import declared, secret_level
from ...importing.staged import Outcome
from ...importing.targets import Target, Targets, taken_sentence
from ...models import ImportMapping, ImportRow, RegisterImport, Series, SeriesPeriod

CHUNK = 2_000  # rows that one statement of the dry run writes
CORRECTED_AT_ONCE = 500  # corrected rows of one transaction: each has its event, and a long one stalls the feed
_AGAIN = RetryStrategy(max_attempts=3, exponential_wait=10)
CORRECTABLE = (ImportRowState.BAD, ImportRowState.GOOD, ImportRowState.WARNED, ImportRowState.WAITING)
Progress = Callable[[int, int], None]


@transaction.atomic
def check_import(
    *,
    register_import: RegisterImport,
    mapping: ColumnMapping,
    series: Series | None,
    period: SeriesPeriod | None,
    actor: Actor,
    version: int | None = None,
    in_background: bool = True,
) -> RegisterImport:
    """Keep what the columns mean and where the numbers go, remember it, and have the dry run done in the background.

    Raises PermissionDenied, Stale, RuleBroken("import.no_columns" | "import.other_series" | wrong state).
    """
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
    record_rules.check_version(version, held.version)
    held.state = rules.next_import(held.state, "check")
    _check_mapping(mapping, held)
    _check_target(held, series, period)
    held.mapping, held.series, held.period = mapping.plain(), series, period
    held.version += 1
    held.save(update_fields=["state", "mapping", "series", "period", "version"])
    ImportMapping.objects.update_or_create(
        organisation_id=held.organisation_id,
        direction=held.direction,
        headers=columns.headers_digest(held.sheets[0]["header"]),
        defaults={"mapping": mapping.plain(), "used_at": timezone.now()},
    )
    audit.record(actor, events.IMPORT_CHECKING, held)
    if in_background:
        check_in_background.configure(queueing_lock=f"check-{held.pk}").defer(import_id=str(held.pk))
    return held


@app.task(queue="bulk", name="registry.check_import", pass_context=False, retry=_AGAIN)
def check_in_background(import_id: str) -> None:
    """Do the dry run; one that was interrupted starts over and finds the same."""
    held = RegisterImport.objects.select_related("organisation").get(pk=import_id)
    run_check(register_import=held, actor=system_actor(held.organisation), on=today())


def _check_mapping(mapping: ColumnMapping, held: RegisterImport) -> None:
    given = set(mapping.columns)
    needed = ["subject", "arrived_on" if held.direction == "incoming" else "issued_on"]
    missing = [str(LABELS[name]) for name in needed if name not in given]
    if not given & {"number", "printed_code"}:
        missing.append(str(LABELS["number"]))
    if missing:
        message = _("Hãy chỉ ra cột của: %s.") % ", ".join(missing)
        raise RuleBroken("import.no_columns", message)


def _check_target(held: RegisterImport, series: Series | None, period: SeriesPeriod | None) -> None:
    if series and (series.organisation_id != held.organisation_id or series.direction != held.direction):
        raise RuleBroken("import.other_series", _("Hệ thống số đã chọn không phải của sổ này."))
    if period and (series is None or period.series_id != series.pk):
        raise RuleBroken("import.other_series", _("Kỳ đánh số đã chọn không thuộc hệ thống số này."))


def run_check(
    *, register_import: RegisterImport, actor: Actor, on: date, progress: Progress = lambda done, total: None
) -> RegisterImport:
    """The dry run itself: read every row and keep what was found; nothing is written to the register.

    Call it outside any transaction. A row that turns out secret loses its words here. Raises PermissionDenied.
    """
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_related("organisation", "series__issuer", "period").get(pk=register_import.pk)
    if held.state != ImportState.CHECKING:
        return held
    with translation.override("vi"):
        context = context_of(held, held.organisation, on)
        checker = Checker(held, context)
        done = 0
        for chunk in staged.rows_to_check(held, size=CHUNK):
            outcomes = [checker.outcome(row) for row in chunk]
            secret = [row for row, one in zip(chunk, outcomes, strict=True) if one.state == ImportRowState.REFUSED]
            if secret:
                _report_once(held, actor)
                _forget_previews(held, secret)
            with transaction.atomic():
                staged.keep_outcomes(outcomes)
                done += len(chunk)
                RegisterImport.objects.filter(pk=held.pk).update(counts={**held.counts, "checked": done})
            progress(done, int(held.counts.get("rows", 0)))
    return _checked(held, actor=actor, on=on)


@transaction.atomic
def _checked(held: RegisterImport, *, actor: Actor, on: date) -> RegisterImport:
    held = RegisterImport.objects.select_for_update().get(pk=held.pk)
    held.counts = staged.count(held)
    held.state = rules.next_import(held.state, "report")
    held.save(update_fields=["counts", "state"])
    good = held.counts[ImportRowState.GOOD] + held.counts[ImportRowState.WARNED]
    details = {"good": good, "bad": held.counts[ImportRowState.BAD]}
    audit.record(actor, events.IMPORT_CHECKED, held, details=details)
    notices.send(
        events.TELL_IMPORT_READY,
        to=holders(held.organisation_id, Role.HEAD_OF_OFFICE, on=on),
        about=held,
        url=f"/registry/imports/{held.pk}/",
    )
    return held


class Checker:
    """Reads rows one after the other, and remembers the numbers that rows before have asked for."""

    def __init__(self, held: RegisterImport, context: Context) -> None:
        self._context = context
        self._extraction = Extraction(held)
        self._targets = Targets(held, {kind.code: kind for kind in context.kinds})
        self._sheets = held.sheets
        self._asked: dict[str, ImportRow] = {}
        self._by_name = self._extraction.mapping.files == "name"
        self._files = FileIndex(held.files.exclude(object=None) if self._by_name else [])

    def outcome(self, row: ImportRow) -> Outcome:
        """What becomes of a row by its cells and the mapping."""
        if not self._extraction.is_read(row):
            return Outcome(row.pk, ImportRowState.WAITING, str(_("Trang tính này không được chọn để nhập.")))
        return self.judged(row, self._extraction.fields(row))

    def judged(self, row: ImportRow, fields: dict[str, str]) -> Outcome:
        """What becomes of a row that says `fields`."""
        if declared(fields.get("secrecy", "")) or secret_level(list(fields.values()), None):
            return Outcome(row.pk, ImportRowState.REFUSED, str(_("Hàng có độ mật; nội dung không được lưu.")))
        read = understand(fields, self._context, sheet=row.sheet)
        if read.entry is None:
            return Outcome(row.pk, ImportRowState.BAD, " ".join(read.problems), fields)
        target = self._targets.find(read.entry)
        if isinstance(target, str):
            return Outcome(row.pk, ImportRowState.BAD, target, fields)
        key = f"{target.key}/{read.entry.label}"
        problem = self._taken(row, target, (read.entry.value, read.entry.mark), key)
        if problem:
            return Outcome(row.pk, ImportRowState.BAD, problem, fields)
        self._asked[key] = row
        if self._by_name and (missing := self._files.find(read.entry, "name")[1]):
            read.doubts.append(missing)
        state = ImportRowState.WARNED if read.doubts else ImportRowState.GOOD
        return Outcome(row.pk, state, " ".join(read.doubts), fields, key)

    def _taken(self, row: ImportRow, target: Target, number: tuple[int, str], key: str) -> str:
        label = f"{number[0]}{number[1]}"
        state = self._targets.taken(target).get(number)
        if state:
            return taken_sentence(label, target, state)
        first = self._asked.get(key)
        if first is None or first.pk == row.pk:
            return ""
        where = {"number": label, "period": target.name, "line": first.line, "sheet": self._sheets[first.sheet]["name"]}
        if first.sheet == row.sheet or not where["sheet"]:
            return _("Số %(number)s (%(period)s) trùng với hàng %(line)d.") % where
        return _("Số %(number)s (%(period)s) trùng với hàng %(line)d của trang tính “%(sheet)s”.") % where


def _report_once(held: RegisterImport, actor: Actor) -> None:
    """One incident for all secret rows of an import, however late they are found."""
    if held.incident_id is not None:
        return
    try:
        refuse_if_secret(declared_level="secret", channel=Channel.UPLOAD, actor=actor, organisation=held.organisation)
    except SecretRefused as refused:
        held.incident_id = refused.incident_id
        RegisterImport.objects.filter(pk=held.pk).update(incident_id=refused.incident_id)


def _forget_previews(held: RegisterImport, secret: Sequence[ImportRow]) -> None:
    """Take the words of rows that turned out secret out of the preview too."""
    lines = {(row.sheet, row.line) for row in secret}
    for place, sheet in enumerate(held.sheets):
        sheet["preview"] = [shown for shown in sheet["preview"] if (place, shown[0]) not in lines]
    RegisterImport.objects.filter(pk=held.pk).update(sheets=held.sheets)


def correct_row(
    *, row: ImportRow, fields: Mapping[str, str], actor: Actor, on: date, version: int | None = None
) -> ImportRow:
    """Correct one row in place and check it again. Raises as `correct_rows`."""
    correct_rows(
        register_import=row.register_import, corrections=[(row.pk, fields)], actor=actor, on=on, version=version
    )
    row.refresh_from_db()
    return row


def correct_rows(
    *,
    register_import: RegisterImport,
    corrections: Sequence[tuple[int, Mapping[str, str]]],
    actor: Actor,
    on: date,
    version: int | None = None,
) -> int:
    """Take corrected rows (id, fields) and check them again; return how many can be entered now.

    What was entered, refused or is unknown here is left as it is. Call it outside any transaction. Raises
    PermissionDenied, Stale, RuleBroken("import.not_correctable").
    """
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_related("organisation", "series__issuer", "period").get(pk=register_import.pk)
    record_rules.check_version(version, held.version)
    if held.state not in (ImportState.CHECKED, ImportState.STOPPED, ImportState.DONE):
        raise RuleBroken("import.not_correctable", _("Hãy kiểm tra thử xong, hoặc dừng nhập, rồi mới sửa hàng."))
    given = dict(corrections)
    rows = list(held.rows.filter(pk__in=given, state__in=CORRECTABLE).order_by("ordinal"))
    with translation.override("vi"):
        checker = Checker(held, context_of(held, held.organisation, on))
        outcomes = [_corrected(checker, held, row, given[row.pk]) for row in rows]
    if any(outcome.state == ImportRowState.REFUSED for outcome in outcomes):
        _report_once(held, actor)
    for start in range(0, max(len(rows), 1), CORRECTED_AT_ONCE):
        part = slice(start, start + CORRECTED_AT_ONCE)
        _keep_corrections(held, rows[part], outcomes[part], actor=actor)
    return sum(outcome.state in (ImportRowState.GOOD, ImportRowState.WARNED) for outcome in outcomes)


def _corrected(checker: Checker, held: RegisterImport, row: ImportRow, given: Mapping[str, str]) -> Outcome:
    fields = {name: clean_text(text) for name, text in given.items() if name in LABELS and text.strip()}
    if REST in row.fields:
        fields[REST] = row.fields[REST]
    outcome = checker.judged(row, fields)
    if outcome.number_key:
        same = held.rows.filter(number_key=outcome.number_key).exclude(pk=row.pk).exclude(state=ImportRowState.BAD)
        if (first := same.order_by("ordinal").first()) is not None:
            message = _("Số này trùng với hàng %(line)d của sổ nhập.") % {"line": first.line}
            return Outcome(row.pk, ImportRowState.BAD, message, fields)
    return outcome


@transaction.atomic
def _keep_corrections(
    held: RegisterImport, rows: Sequence[ImportRow], outcomes: Sequence[Outcome], *, actor: Actor
) -> None:
    # Somebody may have let the rows be entered while these were checked: what is entered must not wait again.
    locked = RegisterImport.objects.select_for_update().get(pk=held.pk)
    record_rules.check_version(held.version, locked.version)
    staged.keep_outcomes(outcomes)
    for row in rows:
        audit.record(actor, events.IMPORT_ROW_CORRECTED, held, details={"line": row.line})
    held.counts = staged.count(held)
    held.version += 1
    held.save(update_fields=["counts", "version"])
