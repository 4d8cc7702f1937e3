"""The registry over the API: the same forms and services as its pages, a module for each noun."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema

from mocban import law
from mocban.people.selectors import today

from . import (
    amendments,
    books,
    copies,
    desk,
    hand_overs,
    imports,
    incoming,
    mail,
    numbers,
    outgoing,
    preparing,
    signing_batches,
    tasks,
    two_phase,
)

router = Router(tags=["registry"])
router.add_router("/imports", imports.router)
router.add_router("/incoming", incoming.router)
router.add_router("/tasks", tasks.router)
router.add_router("/outgoing", outgoing.router)
router.add_router("/outgoing", preparing.router)
router.add_router("/two-phase", two_phase.router)
router.add_router("/copies", copies.router)
router.add_router("/signing-batches", signing_batches.router)
router.add_router("", amendments.router)
router.add_router("/books", books.router)
router.add_router("/hand-overs", hand_overs.router)
router.add_router("", numbers.router)
router.add_router("", desk.router)
router.add_router("", mail.router)


class KindOut(Schema):
    code: str
    name: str
    symbol: str


@router.get("/kinds", response=list[KindOut], summary="Kinds of document in force for the body today")
def kinds(request: Any) -> list[dict[str, str]]:
    found = law.kinds(regime=request.actor.regime, on=today())
    return [{"code": kind.code, "name": kind.name_vi, "symbol": kind.symbol} for kind in found]
