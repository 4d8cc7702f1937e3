"""Keyset paging: page 10,000 costs what page 1 costs, and rows that arrive meanwhile shift nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

EXACT_UP_TO = 1_000
_SALT = "mocban.paging"


@dataclass(frozen=True)
class Page:
    """One page of a list, ready for `{% pager page %}`."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None
    total_text: str
    total_is_exact: bool


def keyset(
    queryset: QuerySet[Any],
    *,
    order: tuple[str, ...],
    cursor: str | None,
    size: int = 50,
    exact: bool = False,
    total: int | None = None,
) -> Page:
    """Return the page of `queryset` that starts after `cursor`, in the given order.

    `order` names fields that are never NULL, "-" for descending; the primary key is added so that the order is total.
    A cursor that is foreign, damaged or made for another order gives the first page. `exact` counts beyond 1,000;
    `total` is the number of rows where the caller knows it already.
    Raises ImproperlyConfigured when an ordering field is unknown or may be NULL.
    """
    names = _total_order(queryset.model, order)
    found = _read_cursor(queryset.model, names, cursor)
    backward, values = found or (False, [])
    rows = list(_slice(queryset, names, values, backward=backward)[: size + 1])
    if backward and len(rows) <= size:
        backward, values = False, []
        rows = list(_slice(queryset, names, values, backward=False)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    has_next, has_previous = (True, more) if backward else (more, bool(values))
    total_text, total_is_exact = _total(queryset, exact=exact) if total is None else (_number(total), True)
    return Page(
        rows=rows,
        next_cursor=_write_cursor(names, rows[-1], backward=False) if rows and has_next else None,
        previous_cursor=_write_cursor(names, rows[0], backward=True) if rows and has_previous else None,
        total_text=total_text,
        total_is_exact=total_is_exact,
    )


def _total_order(model: type[Model], order: Sequence[str]) -> tuple[str, ...]:
    for name in order:
        if _field(model, name).null:
            raise ImproperlyConfigured(f"keyset order field {name!r} of {model.__name__} may be NULL")
    plain = {name.lstrip("-") for name in order}
    if plain & {"pk", "id"}:
        return tuple(order)
    return (*order, "-pk" if order and order[-1].startswith("-") else "pk")


def _field(model: type[Model], name: str) -> Any:
    """Return the field at the end of a path such as `-document__number`."""
    current = model
    found: Any = None
    for part in name.lstrip("-").split("__"):
        try:
            found = current._meta.pk if part == "pk" else current._meta.get_field(part)
        except FieldDoesNotExist as unknown:
            raise ImproperlyConfigured(f"keyset cannot order {model.__name__} by {name!r}") from unknown
        current = found.related_model or current
    return found


def _slice(queryset: QuerySet[Any], names: Sequence[str], values: list[Any], *, backward: bool) -> QuerySet[Any]:
    """Return the rows after (or, in reverse order, before) the given values."""
    steps = [(name.lstrip("-"), name.startswith("-") != backward) for name in names]
    ordered = queryset.order_by(*(f"-{name}" if descending else name for name, descending in steps))
    if not values:
        return ordered
    beyond = Q()
    equal = Q()
    for (name, descending), value in zip(steps, values, strict=True):
        beyond |= equal & Q(**{f"{name}__{'lt' if descending else 'gt'}": value})
        equal &= Q(**{name: value})
    # The first column alone bounds the range, so that PostgreSQL walks the index instead of filtering the whole table.
    first, descending = steps[0]
    return ordered.filter(Q(**{f"{first}__{'lte' if descending else 'gte'}": values[0]}) & beyond)


def _write_cursor(names: Sequence[str], row: Any, *, backward: bool) -> str:
    values = []
    for name in names:
        value = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part)
        value = value.pk if isinstance(value, Model) else value
        values.append(value.isoformat() if isinstance(value, (date, datetime)) else str(value))
    return signing.dumps([list(names), backward, values], salt=_SALT)


def _read_cursor(model: type[Model], names: Sequence[str], cursor: str | None) -> tuple[bool, list[Any]] | None:
    if not cursor or len(cursor) > 4_000:
        return None
    try:
        made_for, backward, texts = signing.loads(cursor, salt=_SALT)
        if made_for != list(names):
            return None
        return bool(backward), [_field(model, name).to_python(text) for name, text in zip(names, texts, strict=True)]
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        return None


def _total(queryset: QuerySet[Any], *, exact: bool) -> tuple[str, bool]:
    unordered = queryset.order_by()
    if exact:
        return _number(unordered.count()), True
    count = unordered[: EXACT_UP_TO + 1].count()
    if count > EXACT_UP_TO:
        return _("hơn %(number)s") % {"number": _number(EXACT_UP_TO)}, False
    return _number(count), True


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
