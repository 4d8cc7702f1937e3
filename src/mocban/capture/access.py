"""Who may have text read and forgotten. Reading a text is allowed to whoever may read its object."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

VERBS: access.Table = {
    "text.extract": who(*Role),
    "text.forget": who(*Role),  # part of freezing, which everybody may do at once
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)
