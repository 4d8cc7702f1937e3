"""The request of a signed-in person, as the middleware hands it to views."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from .actor import Actor
from .models import Position


class ActorRequest(HttpRequest):
    """A request with the actor in it; anonymous requests never reach the views that take one."""

    actor: Actor
    positions: Sequence[Position]
