"""Writing many agencies at once: COPY into the table, thousands of rows a second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from mocban.lib.ids import new_id

from .agency_names import derived, vocabulary
from .models import Agency, AgencyWord

# The columns that a row of the directory fills.
GIVEN = (
    "code", "former_codes", "name", "short_name", "abbreviations", "parent_name", "parent_code", "regime", "level",
    "place", "email", "valid_from", "valid_to", "successor_code",
)  # fmt: skip
DERIVED = ("sort_name", "rank", "words")
STAMPED = ("source", "imported_on")


def copy_new(agencies: Iterable[Any], *, source: str, imported_on: Any) -> int:
    """Insert agencies whose codes are new (rows or anything with the field names); return how many."""
    columns = ("id", *GIVEN, *DERIVED, *STAMPED)
    written = 0
    known: set[str] = set()
    with connection.cursor() as cursor:
        with cursor.copy(_copy_into(Agency._meta.db_table, columns)) as copying:
            for agency in agencies:
                values = derived(agency)
                known |= vocabulary(values["words"])
                given = [getattr(agency, name, None) for name in GIVEN]
                copying.write_row([new_id(), *given, *(values[name] for name in DERIVED), source, imported_on])
                written += 1
        # What waits beside the index would be read by every search until the next vacuum.
        cursor.execute("SELECT gin_clean_pending_list('agency_by_words')")
    learn(known)
    return written


def learn(known: Iterable[str]) -> None:
    """Add words to the vocabulary."""
    AgencyWord.objects.bulk_create(
        [AgencyWord(word=word) for word in sorted(known)], ignore_conflicts=True, batch_size=5_000
    )


def _copy_into(table: str, columns: Iterable[str]) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"
