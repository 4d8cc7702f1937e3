"""Who may see what, stated once: rows of `Grant` feed both `visible_to` and the tokens of the search index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models

from mocban.audit.copying import copy_in

from .actor import Actor
from .choices import Role
from .models import Grant

M = TypeVar("M", bound=models.Model)


def role_token(organisation_id: UUID, role: Role) -> str:
    """Everybody who holds `role` in the organisation."""
    return f"org:{organisation_id}/{role.value}"


def unit_token(unit_id: UUID, role: Role | None = None) -> str:
    """Every member of the unit, or those of them who hold `role`."""
    return f"unit:{unit_id}/{role.value}" if role else f"unit:{unit_id}"


def person_token(person_id: UUID, organisation_id: UUID) -> str:
    """One person, as long as the person acts for that organisation."""
    return f"person:{person_id}@{organisation_id}"


def allow(obj: models.Model, tokens: Iterable[str], *, reason: str) -> None:
    """Let the holders of `tokens` see `obj`. Repeating a grant changes nothing."""
    Grant.objects.bulk_create(
        [
            Grant(object_type=obj._meta.label_lower, object_id=obj.pk, token=token, reason=reason)
            for token in sorted(set(tokens))
        ],
        ignore_conflicts=True,
    )


def allow_new(objects: Sequence[models.Model], tokens: Iterable[str], *, reason: str) -> None:
    """Let the holders of `tokens` see many objects that were made in this transaction: nothing is allowed yet."""
    wanted = sorted(set(tokens))
    copy_in(
        [
            Grant(object_type=obj._meta.label_lower, object_id=obj.pk, token=token, reason=reason)
            for obj in objects
            for token in wanted
        ]
    )


def withdraw(obj: models.Model, tokens: Iterable[str], *, reason: str) -> None:
    """Take back what was allowed for this reason; what the same holders were allowed for another one stays."""
    Grant.objects.filter(
        object_type=obj._meta.label_lower, object_id=obj.pk, token__in=list(tokens), reason=reason
    ).delete()


def visible(queryset: models.QuerySet[M], actor: Actor) -> models.QuerySet[M]:
    """Narrow a queryset to what the actor may see: primary key in a subquery, so no duplicates."""
    held = Grant.objects.filter(object_type=queryset.model._meta.label_lower, token__in=actor.tokens)
    return queryset.filter(pk__in=held.values("object_id"))


class VisibleQuerySet(models.QuerySet[Any]):
    """The queryset of every model whose rows matter: `visible_to` is the only way that views and API fetch them."""

    def visible_to(self, actor: Actor) -> VisibleQuerySet:
        return cast("VisibleQuerySet", visible(self, actor))


def tokens_of(object_type: str, ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return the tokens of each object, for the index: one query."""
    found: dict[UUID, list[str]] = {}
    for object_id, token in Grant.objects.filter(object_type=object_type, object_id__in=list(ids)).values_list(
        "object_id", "token"
    ):
        found.setdefault(object_id, []).append(token)
    return found
