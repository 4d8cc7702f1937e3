"""Finding agencies in the directory: by what a clerk types, by code, by mail address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from mocban.lib.text import clean_line, tone_normal

from . import agency_names
from .models import Agency, AgencyWord

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 20  # entries of a pick-list
LONGEST = 200  # characters of a question that are looked at
MOST_AT_ONCE = 500  # rows of one band that are put in order; of a broader question the first that the index names
FEW = 5  # agencies; when the words of the names find as many, those of places and superior agencies are not asked
_NOT_SHOWN = ("words", "sort_name")

# The bands come in order and each is read only when those before it gave too little: the sort is incremental. The query
# being a value of the join, the planner cannot judge it and always takes the index of words.
_BAND_BY_BAND = """
    SELECT found.id
    FROM (SELECT * FROM unnest(%s::tsquery[]) WITH ORDINALITY AS listed(query, place) ORDER BY place) AS band
    CROSS JOIN LATERAL (
        SELECT id, rank, sort_name
        FROM (SELECT id, rank, sort_name FROM people_agency WHERE words @@ band.query LIMIT %s) AS first
        ORDER BY rank, sort_name, id LIMIT %s
    ) AS found
    ORDER BY band.place, found.rank, found.sort_name, found.id LIMIT %s
"""


def find_agencies(text: str, *, on: date, limit: int = SHOWN) -> list[Agency]:
    """Return the agencies that `text` may mean, the likeliest first, at most `limit`; those closed by `on` come last.

    `text` is a code, new or old, or its beginning; words of the name in any order, or their beginnings, with or without
    accents; abbreviations ("ubnd tinh", "tu"). Every agency has `successor`, the Agency that took over, or None.
    """
    text = text[:LONGEST]
    known = set(AgencyWord.objects.filter(word__in=agency_names.looked_up(text)).values_list("word", flat=True))
    keys: dict[UUID, None] = {}
    for queries in agency_names.questions(text, known):
        keys.update(dict.fromkeys(_asked(queries, limit=limit)))
        if len(keys) >= limit:
            break
    if len(keys) < min(FEW, limit):
        keys.update(dict.fromkeys(_asked(agency_names.wider(text, known), limit=limit)))
    if not keys:
        keys.update(dict.fromkeys(_asked(agency_names.by_beginnings(text), limit=limit)))
    rows = _shown().in_bulk(list(keys)[:limit])
    agencies = [rows[key] for key in keys if key in rows]
    return with_successors(sorted(agencies, key=lambda agency: is_closed(agency, on=on)))


def agency_by_code(code: str, *, on: date) -> Agency | None:
    """Return the agency with that code, or the one that had it before; one that still works stands before a closed one.

    Upper and lower case are the same. Where two had the code in turn, the present holder is returned.
    """
    word = agency_names.code_word(code)
    holders = _exactly(word) if word != agency_names.CODE else []
    holders.sort(key=lambda agency: (agency_names.code_word(agency.code) != word, is_closed(agency, on=on)))
    return holders[0] if holders else None


def agency_by_email(address: str, *, on: date) -> Agency | None:
    """Return the agency to which an official mail address belongs, or None when it tells none for certain.

    The address itself first; otherwise its domain, when it is one that only public bodies have and one working agency
    alone uses it.
    """
    address = clean_line(address).casefold()
    exact = [agency for agency in _shown().filter(email=address)[:FEW] if address]
    working = [agency for agency in exact if not is_closed(agency, on=on)]
    if exact:
        return (working or exact)[0] if len(working or exact) == 1 else None
    word = agency_names.domain_word(address)
    users = [agency for agency in _exactly(word) if not is_closed(agency, on=on)] if word else []
    return users[0] if len(users) == 1 else None


def agency_named(text: str, *, on: date) -> Agency | None:
    """Return the one working agency whose code or whole name (full or short) is `text`, or None.

    Case, accents and punctuation do not count, but where they tell two names apart the name as typed is meant.
    """
    by_code = agency_by_code(text, on=on)
    if by_code:
        return by_code
    named = [agency for agency in _exactly(agency_names.whole(text)) if not is_closed(agency, on=on)]
    typed = tone_normal(clean_line(text)).casefold()
    same = [one for one in named if typed in (tone_normal(name).casefold() for name in (one.name, one.short_name))]
    found = same or named
    return found[0] if len(found) == 1 else None


def _exactly(word: str) -> list[Agency]:
    """The agencies that have this word outside any band: at most a few."""
    queries = [agency_names.quoted(word)]
    return list(_shown().filter(pk__in=_asked(queries, limit=SHOWN)).order_by("rank", "sort_name", "id"))


def _shown() -> QuerySet[Agency]:
    return Agency.objects.defer(*_NOT_SHOWN)


def _asked(queries: Sequence[str], *, limit: int) -> list[UUID]:
    """The keys of the agencies that answer, band by band, in each the higher level and the shorter name first."""
    if not queries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BAND_BY_BAND, [list(queries), MOST_AT_ONCE, limit, limit])
        return [key for (key,) in cursor.fetchall()]


def is_closed(agency: Agency, *, on: date) -> bool:
    return agency.valid_to is not None and agency.valid_to < on


def with_successors(agencies: Iterable[Agency]) -> list[Agency]:
    """Give each agency its `successor` (an Agency or None); one query, and none when nobody was succeeded."""
    listed = list(agencies)
    codes = {agency.successor_code for agency in listed if agency.successor_code}
    taken = {one.code: one for one in _shown().filter(code__in=codes)} if codes else {}
    for agency in listed:
        agency.successor = taken.get(agency.successor_code)  # type: ignore[attr-defined]
    return listed
