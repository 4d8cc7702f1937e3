"""The code lists of the law of the day, in the form that packages take."""

from __future__ import annotations

from datetime import date

from mocban import law
from mocban.lib.text import nfc

from .package.model import CodeLists

_PERMANENT = "permanent"


def code_lists(*, regime: str, on: date) -> CodeLists:
    """Return the codes of document kinds and retention terms in force. Raises law.NotCovered.

    The last row of each list ("Khác") names no kind and no term: it stands for whatever the list lacks.
    """
    types = law.table("archive_type_names", regime=regime, on=on)
    terms = law.table("archive_retention_codes", regime=regime, on=on)
    kinds = {nfc(row["name_vi"]).casefold(): row["code"] for row in types}
    kinds |= {row["kind"]: row["code"] for row in types if row["kind"]}
    years = {None if row["years"] == _PERMANENT else int(row["years"]): row["code"] for row in terms if row["years"]}
    return CodeLists(
        kinds=kinds,
        terms=years,
        other_kind=next(row["code"] for row in reversed(types) if not row["kind"]),
        other_term=next(row["code"] for row in terms if not row["years"]),
    )
