"""Asking the index for one reader: everything by the reader's tokens, rows shown checked again in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import tantivy
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mocban.audit import selectors as audit
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from . import feed, index, matching, snippets
from .models import Withheld
from .query import Filters, Parsed, parse

PAGE = 20
DEEPEST = 1_000  # hits that can be paged to; whoever looks further narrows the question
EXACT_UP_TO = 1_000
FACET_SIZE = 12


@dataclass(frozen=True)
class Hit:
    """One found object. `title` and `snippet` are escaped, with the found words in <mark>."""

    object_type: str
    type_label: str
    object_id: UUID
    organisation_id: UUID
    title: SafeString
    number: SafeString
    kind: str
    day: date | None
    url: str
    snippet: SafeString


@dataclass(frozen=True)
class FacetValue:
    """One value to narrow by, with the number of objects behind it; `name` is the parameter of the page's address."""

    name: str
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    label: str
    values: list[FacetValue]


@dataclass(frozen=True)
class Results:
    """One page of an answer. `cursor`s are given back as they came; `notes` say what was not understood."""

    hits: list[Hit]
    total: int
    total_text: str
    facets: list[Facet]
    next_cursor: str | None
    previous_cursor: str | None
    notes: Sequence[str]
    ready: bool


def search(
    actor: Actor, text: str, *, filters: Filters | None = None, cursor: str | None = None, limit: int = PAGE
) -> Results:
    """Return what the actor may see of what matches `text`: exact tones first, then by relevance.

    Without words to look for, the newest come first. Never raises for anything typed.
    """
    parsed, chosen = parse(text), filters or Filters()
    withheld = _withheld()  # before the searcher: what is no longer withheld is then surely in the commit it reads
    searcher = index.searcher()
    if searcher is None:
        return Results([], 0, "0", [], None, None, [_("Chỉ mục tìm kiếm đang được lập, hãy thử lại sau.")], ready=False)
    query = matching.build(parsed, chosen, actor.tokens, withheld)
    start = _offset(cursor)
    order = None if parsed.asks else "day"
    found: Any = searcher.search(query, limit, offset=start, order_by_field=order)
    return Results(
        hits=_hits(searcher, [address for _score, address in found.hits], parsed, actor),
        total=found.count,
        total_text=_total_text(found.count),
        facets=_facets(searcher, query, chosen),
        next_cursor=str(start + limit) if start + limit < min(found.count, DEEPEST) else None,
        previous_cursor=str(max(0, start - limit)) if start else None,
        notes=parsed.notes,
        ready=True,
    )


def count(actor: Actor, text: str, *, filters: Filters | None = None) -> int:
    """Return how many objects match for this reader."""
    withheld = _withheld()
    searcher = index.searcher()
    if searcher is None:
        return 0
    found: Any = searcher.search(matching.build(parse(text), filters or Filters(), actor.tokens, withheld), 1)
    return int(found.count)


def lag() -> int:
    """Return how many positions of the feed the index has not taken in yet."""
    return max(0, audit.last_position() - feed.position())


def _withheld() -> list[str]:
    pairs = Withheld.objects.values_list("object_type", "object_id").distinct()
    return [index.key(object_type, object_id) for object_type, object_id in pairs]


def _hits(
    searcher: tantivy.Searcher, addresses: Iterable[tantivy.DocAddress], parsed: Parsed, actor: Actor
) -> list[Hit]:
    shown = [json.loads(str(searcher.doc(address)["shown"][0], "utf-8")) for address in addresses]
    visible = _still_visible(shown, actor)
    found = {word for term in (*parsed.terms, *parsed.numbers) for word in (*term.folded, *term.number)}
    return [_hit(one, found) for one in shown if (one["type"], UUID(one["id"])) in visible]


def _hit(shown: dict[str, Any], found: set[str]) -> Hit:
    return Hit(
        object_type=shown["type"],
        type_label=_type_label(shown["type"]),
        object_id=UUID(shown["id"]),
        organisation_id=UUID(shown["organisation"]),
        title=snippets.mark(shown["title"], found),
        number=snippets.mark(shown["number"], found),
        kind=shown["kind"],
        day=date.fromisoformat(shown["day"]) if shown["day"] else None,
        url=shown["url"],
        snippet=snippets.best(shown["body"], found),
    )


def _still_visible(shown: Iterable[dict[str, Any]], actor: Actor) -> set[tuple[str, UUID]]:
    """Check the rows of one page in the database, one query for each type among them."""
    by_type: dict[str, list[UUID]] = {}
    for one in shown:
        by_type.setdefault(one["type"], []).append(UUID(one["id"]))
    return {
        (object_type, pk)
        for object_type, ids in by_type.items()
        for pk in _visible(object_type, actor).filter(pk__in=ids).values_list("pk", flat=True)
    }


def _visible(object_type: str, actor: Actor) -> QuerySet[Any]:
    model: Any = apps.get_model(object_type)
    visible: QuerySet[Any] = model.objects.visible_to(actor)
    return visible


def _facets(searcher: tantivy.Searcher, query: tantivy.Query, chosen: Filters) -> list[Facet]:
    fields = {"type": "type", "kind": "kind", "organisation": "organisation", "year": "year"}
    asked = {name: {"terms": {"field": column, "size": FACET_SIZE}} for name, column in fields.items()}
    counted = searcher.aggregate(query, asked)
    buckets = {name: [(str(b["key"]), int(b["doc_count"])) for b in counted[name]["buckets"]] for name in fields}
    names = _organisation_names([value for value, _count in buckets["organisation"]])
    years = sorted(((value, number) for value, number in buckets["year"] if value != str(index.NO_DAY)), reverse=True)
    picked = str(chosen.organisation or ""), str(chosen.year or "")
    return [
        _facet(_("Đối tượng"), "type", [(v, _type_label(v), n) for v, n in buckets["type"]], chosen.object_type),
        _facet(_("Loại"), "kind", [(v, v, n) for v, n in buckets["kind"] if v], chosen.kind),
        _facet(_("Cơ quan"), "organisation", [(v, names.get(v, v), n) for v, n in buckets["organisation"]], picked[0]),
        _facet(_("Năm"), "year", [(v, v, n) for v, n in years], picked[1]),
    ]


def _facet(label: str, name: str, values: Iterable[tuple[str, str, int]], chosen: str) -> Facet:
    return Facet(label, [FacetValue(name, value, text, number, value == chosen) for value, text, number in values])


def _organisation_names(ids: list[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(pk__in=[UUID(one) for one in ids]).values_list("pk", "name") if ids else []
    return {str(pk): name for pk, name in rows}


def _type_label(object_type: str) -> str:
    return str(settings.SEARCH_LABELS.get(object_type) or apps.get_model(object_type)._meta.verbose_name)


def _offset(cursor: str | None) -> int:
    if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 6:
        return min(int(cursor), DEEPEST - 1)
    return 0


def _total_text(total: int) -> str:
    if total > EXACT_UP_TO:
        return _("hơn %(number)s") % {"number": number_format(EXACT_UP_TO, force_grouping=True)}
    return number_format(total, force_grouping=True)
