"""What an app hands to the index: one row for each object that can be found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Row:
    """One object as it can be found. `search_rows(ids)` of an app yields one for each id that may be found at all.

    `object_type`: the model's label in lower case ("records.document"). `number`: printed number and notation.
    `body`: everything else that is searched, text of the stored pages included. `kind`: the printed kind, for facets.
    `tokens`: `people.grants.tokens_of`, the one source of who sees it.
    """

    object_type: str
    object_id: UUID
    organisation_id: UUID
    title: str
    number: str
    body: str
    kind: str
    day: date | None
    url: str
    tokens: Collection[str]
