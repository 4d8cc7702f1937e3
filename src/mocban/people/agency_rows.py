"""Writing many agencies at once: COPY, thousands of rows a second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from mocban.lib.ids import new_id

from .agency_names import derived, vocabulary
from .models import AgencyWord

_TABLE = "people_agency"
_COMING = "coming_agency"  # a temporary table, gone with the transaction
_GIVEN = (
    "code", "former_codes", "name", "short_name", "abbreviations", "parent_name", "parent_code", "regime", "level",
    "place", "email", "valid_from", "valid_to", "successor_code",
)  # fmt: skip
_DERIVED = ("sort_name", "rank", "words")
_STAMP = ("source", "imported_on")
_COLUMNS = ("id", *_GIVEN, *_DERIVED, *_STAMP)


def copy_new(agencies: Iterable[Any], *, source: str, imported_on: Any) -> int:
    """Insert agencies whose codes are new (anything with the names of the fields); return how many."""
    return _copy(_TABLE, ((new_id(), agency) for agency in agencies), (source, imported_on))


def copy_changed(agencies: Iterable[tuple[Any, Any]], *, source: str, imported_on: Any) -> int:
    """Write present agencies anew, given as pairs of primary key and fields; return how many. Inside a transaction."""
    kept = ", ".join(f"{name} = coming.{name}" for name in _COLUMNS[1:])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {_COMING} ON COMMIT DROP AS SELECT * FROM {_TABLE} LIMIT 0")  # noqa: S608
        written = _copy(_COMING, agencies, (source, imported_on))
        cursor.execute(f"UPDATE {_TABLE} SET {kept} FROM {_COMING} AS coming WHERE {_TABLE}.id = coming.id")  # noqa: S608
        cursor.execute(f"DROP TABLE {_COMING}")
    return written


def learn(known: Iterable[str]) -> None:
    """Add words to the vocabulary."""
    AgencyWord.objects.bulk_create(
        [AgencyWord(word=word) for word in sorted(known)], ignore_conflicts=True, batch_size=5_000
    )


def _copy(table: str, agencies: Iterable[tuple[Any, Any]], stamp: tuple[str, Any]) -> int:
    written = 0
    known: set[str] = set()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN") as copying:
            for key, agency in agencies:
                values = derived(agency)
                known |= vocabulary(values["words"])
                given = [getattr(agency, name) for name in _GIVEN]
                copying.write_row([key, *given, *(values[name] for name in _DERIVED), *stamp])
                written += 1
        # What waits beside the index would be read by every search until the next vacuum.
        cursor.execute("SELECT gin_clean_pending_list('agency_by_words')")
    learn(known)
    return written
