"""What a page and an endpoint do with a batch: look at files and stage them, read rows, register them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.files import safe_name
from mocban.people.actor import Actor
from mocban.people.selectors import in_force
from mocban.records.intake import Accepted, accept
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import SecretRefused

from . import desk, selectors, taking
from .border import look_at, way_in
from .choices import BatchRowState, Direction
from .desk_forms import BatchRowForm
from .duplicates import Earlier, find_earlier
from .models import Batch, BatchRow, Scan
from .services.batches import BATCH_LIMIT, edit_row, fail_row, note_refused, register_row, stage_file
from .services.incoming import Arrival
from .services.scans import set_scan_aside
from .signature_checks import check_stored

OPEN = (BatchRowState.WAITING, BatchRowState.FAILED)


@dataclass
class RowShown:
    """A row as the page draws it: its boxes, what may be the same document, and whether a twin is in the batch."""

    row: BatchRow
    form: BatchRowForm | None
    earlier: list[Earlier]
    twin: int | None


def room_left(batch: Batch) -> int:
    """How many files the batch still takes."""
    last = batch.rows.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    return max(0, BATCH_LIMIT - int(last))


def stage_uploads(batch: Batch, uploads: Iterable[Any], *, channel: Channel, actor: Actor, on: date) -> list[str]:
    """Look at each upload outside any transaction and stage it; return the names that found no room.

    A refused file is a row that says why; a secret one is kept in no form, its name neither.
    """
    left, room = [], room_left(batch)
    for upload in uploads:
        if not room:
            left.append(safe_name(upload.name))
            continue
        room -= 1
        try:
            accepted = accept(upload.read(), upload.name, channel=channel, actor=actor, organisation=batch.organisation)
        except RuleBroken as broken:
            note(batch, upload.name, broken, actor)
            continue
        stage_file(batch=batch, accepted=accepted, values=values_of(accepted, actor, on=on), actor=actor)
    return left


def stage_folder(batch: Batch, *, actor: Actor, on: date) -> int:
    """Stage the files of the scan folder that wait, oldest first, as far as the batch has room; return how many."""
    organisation = batch.organisation
    staged = 0
    for waiting in taking.all_waiting(organisation=organisation, actor=actor)[: room_left(batch)]:
        try:
            scan, accepted = taking.take(waiting.file, organisation=organisation, actor=actor, in_batch=True)
        except RuleBroken as broken:
            if broken.code not in taking.MOVED_ON:
                note(batch, waiting.file.shown, broken, actor)
            continue
        staged += stage_scan(batch, scan, accepted, actor=actor, on=on)
    return staged


def stage_scan(batch: Batch, scan: Scan, accepted: Accepted, *, actor: Actor, on: date) -> int:
    """Stage one claimed file; when the batch turns out to be full the claim is given back."""
    values = {**values_of(accepted, actor, on=on), "received_via": "paper"}
    try:
        stage_file(batch=batch, accepted=accepted, values=values, actor=actor, scan=scan)
    except RuleBroken:
        set_scan_aside(scan=scan, actor=actor)
        return 0
    return 1


def note(batch: Batch, name: str, broken: RuleBroken, actor: Actor) -> None:
    shown = _("(tệp không lưu)") if isinstance(broken, SecretRefused) else safe_name(name)
    note_refused(batch=batch, name=shown, reason=str(broken), actor=actor)


def values_of(accepted: Accepted, actor: Actor, *, on: date) -> dict[str, Any]:
    """First values of a row: what the desk remembers and what the page says, as text."""
    books = list(selectors.open_books(actor, Direction.INCOMING, year=on.year))
    first = desk.first_values(actor, books, on=on)
    first["arrived_on"] = f"{on:%d/%m/%Y}"
    first.setdefault("book", books[0].pk if books else "")
    first.pop("received_via", None)
    return {**first, **desk.guessed_values(accepted.text, on=on)}


def books_for(actor: Actor, *, on: date) -> Any:
    """The open books of the year, asked for once for all rows."""
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    len(books)  # the rows' forms copy a queryset together with its rows
    return books


def form_of(
    row: BatchRow, actor: Actor, *, on: date, data: Mapping[str, Any] | None = None, books: Any = None
) -> BatchRowForm:
    """The boxes of a row: bound to `data` when given (prefixed names), else showing what is kept."""
    held = books_for(actor, on=on) if books is None else books
    options: dict[str, Any] = {"organisation": row.organisation, "on": on, "books": held, "prefix": str(row.pk)}
    if data is not None:
        return BatchRowForm(data, **options)
    return BatchRowForm(initial=row.values, **options)


def shown_form(row: BatchRow, actor: Actor, *, on: date, books: Any) -> BatchRowForm | None:
    """The boxes of an open row; the errors of one that failed stand beside them."""
    if row.state not in OPEN:
        return None
    return form_of(row, actor, on=on, books=books)


def keep_typed(batch: Batch, data: Any, *, actor: Actor, on: date) -> None:
    """Keep the boxes of all open rows that `data` holds, checked or not."""
    for row in rows_of(batch):
        if row.state not in OPEN or not any(name.startswith(f"{row.pk}-") for name in data):
            continue
        form = form_of(row, actor, on=on, data=data)
        typed = {name: str(form[name].value() or "") for name in form.fields}
        if typed != {name: str(row.values.get(name, "")) for name in form.fields}:
            edit_row(row=row, values={name: value for name, value in typed.items() if value}, actor=actor)


def rows_of(batch: Batch) -> list[BatchRow]:
    """The rows of a batch in order, with what a page needs of them."""
    related = ("object", "scan", "incoming", "organisation")
    return list(batch.rows.select_related(*related).order_by("ordinal"))


def check_row(row: BatchRow, actor: Actor, *, on: date) -> BatchRowForm:
    """The kept boxes as a bound form, so that errors show beside them."""
    data = {f"{row.pk}-{name}": value for name, value in row.values.items()}
    return form_of(row, actor, on=on, data=data)


def register_one(row: BatchRow, *, channel: Channel, actor: Actor, on: date) -> bool:
    """Register one row in its own transaction; what refuses it is noted on the row. Raises PermissionDenied."""
    form = check_row(row, actor, on=on)
    try:
        if not form.is_valid():
            raise RuleBroken("batch.incomplete", first_error(form))
        document, cleaned = form.document(), form.cleaned_data
        common: dict[str, Any] = {"actor": actor, "organisation": row.organisation}
        look_at([], document, level="", channel=channel, **common)
        if not cleaned["confirmed"]:
            key = in_force(row.organisation, "registry.duplicate_key", on=on)
            digests = [row.object.sha256] if row.object else []
            if found := find_earlier(document, key=key, digests=digests, **common):
                raise RuleBroken("incoming.already_registered", f"{found[0].reason}: {found[0]}", key.citation)
        held = [row.object] if row.object else []
        seen = cleaned["signatures_seen"]
        arrival = Arrival(
            invalid_seen=check_stored(held, seen=seen, organisation=row.organisation, on=on),
            document=document,
            arrived_on=cleaned["arrived_on"],
            received_via=way_in(cleaned["received_via"], has_file=True, scanned=row.scan is not None),
            handle_by=cleaned["handle_by"],
            late_reason=cleaned["late_reason"],
        )
        register_row(row=row, arrival=arrival, book=cleaned["book"], actor=actor, on=on)
    except RuleBroken as broken:
        if broken.code != "registry.wrong_state":  # somebody else registered or dropped it a moment ago
            fail_row(row=row, reason=str(broken), actor=actor)
        return False
    return True


def first_error(form: BatchRowForm) -> str:
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])


def register_waiting(
    batch: Batch, *, channel: Channel, actor: Actor, on: date, most: int | None = None
) -> tuple[int, int]:
    """Register the rows that wait, in their order; return how many were registered and how many still wait.

    A failing row never holds up the others and is not tried again before it is changed. `most` ends the run early.
    """
    waiting = [row for row in rows_of(batch) if row.state == BatchRowState.WAITING]
    now = waiting[:most]
    done = sum(register_one(row, channel=channel, actor=actor, on=on) for row in now)
    return done, len(waiting) - len(now)


def twins(rows: Iterable[BatchRow]) -> dict[Any, int]:
    """Rows whose file or typed code with issuer stands in the batch before: row → ordinal of the first."""
    first: dict[Any, int] = {}
    found: dict[Any, int] = {}
    for row in rows:
        if row.state not in (*OPEN, BatchRowState.REGISTERED):
            continue
        code = (row.values.get("printed_code", ""), row.values.get("issuer_name", "").casefold())
        keys: list[tuple[str, ...]] = [("file", row.object.sha256)] if row.object else []
        keys += [("code", *code)] if all(code) else []
        for key in keys:
            if key in first:
                found.setdefault(row.pk, first[key])
            first.setdefault(key, row.ordinal)
    return found
