"""A parsed query, filters and a reader's tokens as one tantivy query."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

from tantivy import FieldType, Occur, Query

from .index import NO_DAY, SCHEMA, day_number
from .query import Filters, Parsed, Term

Clause: TypeAlias = tuple[Occur, Query]

_EXACT = 1_000.0  # above any relevance: what matches with its tones stands before what matches only without
_WEIGHTS = {"title": 3.0, "body": 1.0, "number": 5.0}


def build(parsed: Parsed, filters: Filters, tokens: Collection[str], withheld: Collection[str]) -> Query:
    """Return the query of everything that matches, that a holder of `tokens` may see and that is not withheld."""
    if not tokens:
        return Query.empty_query()
    clauses: list[Clause] = [(Occur.Must, _silent(Query.term_set_query(SCHEMA, "token", sorted(tokens))))]
    if withheld:
        clauses.append((Occur.MustNot, Query.term_set_query(SCHEMA, "key", sorted(withheld))))
    clauses += [(Occur.Must, _anywhere(term)) for term in parsed.terms]
    clauses += [(Occur.Must, side_by_side("number", term.number or term.folded)) for term in parsed.numbers]
    clauses += [(Occur.Must, _silent(side_by_side("kind_words", term.folded))) for term in parsed.kinds]
    clauses += [(Occur.MustNot, _anywhere(term)) for term in parsed.excluded]
    clauses += [(Occur.Must, _silent(query)) for query in _filtered(parsed, filters)]
    if parsed.terms:
        clauses.append((Occur.Should, _exact(parsed.terms)))
    return Query.boolean_query(clauses)


def side_by_side(name: str, found: list[str]) -> Query:
    """Return the query of one word, or of several in a row; tantivy knows no phrase of fewer than two."""
    if not found:
        return Query.empty_query()
    if len(found) == 1:
        return Query.term_query(SCHEMA, name, found[0])
    return Query.phrase_query(SCHEMA, name, [*found])


def _anywhere(term: Term) -> Query:
    fields = [("title", term.folded), ("body", term.folded), ("number", term.number)]
    weighed = [Query.boost_query(side_by_side(name, found), _WEIGHTS[name]) for name, found in fields if found]
    return Query.disjunction_max_query(weighed, 0.1)


def _exact(terms: Iterable[Term]) -> Query:
    """Return the query of objects where every term stands as typed, tones included."""
    clauses: list[Clause] = []
    for term in terms:
        fields = [("title_tone", term.toned), ("body_tone", term.toned), ("number", term.number)]
        places: list[Clause] = [(Occur.Should, side_by_side(name, found)) for name, found in fields]
        clauses.append((Occur.Must, Query.boolean_query(places)))
    return Query.const_score_query(Query.boolean_query(clauses), _EXACT)


def _filtered(parsed: Parsed, filters: Filters) -> Iterable[Query]:
    if filters.object_type:
        yield Query.term_query(SCHEMA, "type", filters.object_type)
    if filters.kind:
        yield Query.term_query(SCHEMA, "kind", filters.kind)
    if filters.organisation:
        yield Query.term_query(SCHEMA, "organisation", str(filters.organisation))
    if filters.year is not None:
        yield Query.term_query(SCHEMA, "year", filters.year)
    if parsed.since or parsed.until:
        since = day_number(parsed.since.year, parsed.since.month, parsed.since.day) if parsed.since else NO_DAY + 1
        until = day_number(parsed.until.year, parsed.until.month, parsed.until.day) if parsed.until else None
        yield Query.range_query(SCHEMA, "day", FieldType.Integer, since, until)


def _silent(query: Query) -> Query:
    """A condition that narrows without touching the order."""
    return Query.boost_query(query, 0.0)
