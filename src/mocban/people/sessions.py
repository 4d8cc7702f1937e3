"""Ending what a person has open on the way in."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from .models import ApiToken, Person


def end_sessions(person: Person, *, keep: str | None = None) -> int:
    """Delete the person's browser sessions except `keep` and return how many ended.

    Sessions carry their owner only inside their encoded data, so every open one is read: few hundred in an office.
    """
    now = timezone.now()
    owned = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=now).exclude(pk=keep or "").iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=owned).delete()
    return len(owned)


def revoke_tokens(person: Person) -> int:
    """Revoke every API token of the person's positions and return how many there were."""
    open_tokens = ApiToken.objects.filter(position__person=person, revoked_at=None)
    return open_tokens.update(revoked_at=timezone.now())
