"""API tokens: each opens one position, is shown once, kept as a digest, expires and can be revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.lib.text import clean_line

from .. import access, events, rules, selectors
from ..actor import Actor, actor_of, system_actor
from ..models import ApiToken, Person, Position

_PREFIX = "mocban_"  # so that scanners for leaked secrets can recognise one


@transaction.atomic
def issue_token(*, position: Position, label: str, days: int, actor: Actor) -> str:
    """Return a new bearer token for the position; it is never shown again. It lives `days` days."""
    access.require(actor, "token.issue", position)
    label = clean_line(label)
    rules.check_given(_("Tên mã truy cập"), label)
    rules.check_length(_("Tên mã truy cập"), label, 100)
    rules.check_token_days(days)
    plain = _PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        position=position,
        digest=sha256_hex(plain.encode()),
        label=label,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(actor, events.TOKEN_ISSUED, token, details={"position": str(position)}, about=[position.person])
    return plain


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor) -> ApiToken:
    """Make a token worthless from now on."""
    access.require(actor, "token.revoke", token)
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("position__person").get(pk=token.pk)
    if token.revoked_at:
        raise RuleBroken("token.revoked", _("Mã truy cập này đã bị thu hồi."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record(actor, events.TOKEN_REVOKED, token, details={"position": str(token.position)})
    return token


def token_for_login(login: str, *, label: str, days: int, position: str = "") -> str:
    """Return a token for a position that the login holds today: the console's `./mocban token LOGIN`.

    `position` is the title or the code of the organisation, empty for the first position held. Whoever may use the
    console of the machine needs no position, so the installation itself is recorded.
    """
    person = Person.objects.filter(login=clean_line(login).lower()).first()
    held = selectors.positions_of(person, selectors.today()) if person else []
    wanted = clean_line(position)
    found = [post for post in held if not wanted or wanted in (post.title, post.organisation.code)]
    if not found:
        raise RuleBroken("token.no_position", _("Không có tài khoản nào như vậy đang giữ vị trí công tác."))
    return issue_token(position=found[0], label=label, days=days, actor=system_actor(found[0].organisation))


def api_actor(token: str) -> Actor | None:
    """Return the actor behind a bearer token, or None when it is unknown, expired, revoked or its position ended."""
    if not token.startswith(_PREFIX) or len(token) > 200:
        return None
    now = timezone.now()
    found = ApiToken.objects.filter(digest=sha256_hex(token.encode()), revoked_at=None, expires_at__gt=now)
    position = selectors.positions_in_force(selectors.today()).filter(tokens__in=found).first()
    return actor_of(position) if position else None
