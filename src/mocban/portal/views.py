"""Home, inbox, search and the public page of the rules in force."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from mocban import law
from mocban.people.choices import Regime
from mocban.people.selectors import today
from mocban.search import selectors as found
from mocban.search.query import TEXT_LIMIT, filters_of
from mocban.ui.language import name_of
from mocban.ui.pages import page

from . import inbox as waiting
from . import provisions, selectors
from .forms import LawForm

FIRST_ROWS = 5
NARROWING = ("type", "kind", "organisation", "year")  # parameters of the search page's address
LAW_PARTS = ("parameters", "kinds", "retention", "instruments")


@require_GET
def home(request: Any) -> HttpResponse:
    """What waits, the next steps of the desk, the newest documents."""
    lists = waiting.waiting(request.positions, request.actor, on=today(), rows=FIRST_ROWS)
    total, late = waiting.total(lists)
    context = {
        "title": _("Trang chủ"),
        "lists": lists,
        "total": total,
        "late": late,
        "steps": selectors.steps(request.actor),
        "documents": list(selectors.recent_documents(request.actor)),
        "shares": _shares(request.actor),
    }
    return page(request, "portal/home.html", context)


def _shares(actor: Any) -> list[selectors.SignedShare]:
    return selectors.signed_shares(actor, on=today()) if selectors.answers_for_signatures(actor) else []


@require_GET
def inbox(request: Any) -> HttpResponse:
    """Everything that waits for the person, over all positions in force; `?list=` shows one list at length."""
    only = request.GET.get("list", "")
    only = only if only in waiting.SHAPES else ""
    rows = waiting.ROWS_OF_ONE_LIST if only else waiting.ROWS
    lists = waiting.waiting(request.positions, request.actor, on=today(), only=only, rows=rows)
    total, late = waiting.total(lists)
    context = {
        "title": _("Việc của tôi"),
        "lists": lists,
        "total": total,
        "late": late,
        "only": only,
        "several": len(request.positions) > 1,
    }
    return page(request, "portal/inbox.html", context)


@require_GET
def search(request: Any) -> HttpResponse:
    """Search with facets; every choice stays in the address."""
    text = request.GET.get("q", "")[: TEXT_LIMIT * 2]
    asked = bool(text.strip()) or any(request.GET.get(name) for name in NARROWING)
    results = (
        found.search(request.actor, text, filters=filters_of(request.GET), cursor=request.GET.get("cursor"))
        if asked
        else None
    )
    context = {
        "title": _("Tìm kiếm"),
        "text": text,
        "results": results,
        "kept": [(name, request.GET[name]) for name in NARROWING if name in request.GET],
    }
    return page(request, "portal/search.html", context, fragment="portal/_answer.html" if _inside(request) else None)


def _inside(request: Any) -> bool:
    """Whether htmx asks for the answer alone, and not for the page."""
    return bool(request.headers.get("HX-Target") == "answer")


@login_not_required
@require_GET
def law_page(request: Any) -> HttpResponse:
    """The rules in force on a day under a regime, for anybody."""
    actor = getattr(request, "actor", None)
    chosen = {"on": today(), "regime": actor.regime if actor else Regime.STATE.value}
    form = LawForm({**chosen, **{name: request.GET[name] for name in chosen if request.GET.get(name)}})
    part = request.GET.get("part", LAW_PARTS[0])
    part = part if part in LAW_PARTS else LAW_PARTS[0]
    context: dict[str, Any] = {"title": _("Quy định đang áp dụng"), "form": form, "part": part}
    if not form.is_valid():
        return page(request, "portal/law.html", context, status=422)
    on, regime = form.cleaned_data["on"], form.cleaned_data["regime"]
    context |= {"on": on, "regime": Regime(regime), "tabs": _tabs(request, part)}
    context |= _PARTS[part](request, on, regime)
    return page(request, "portal/law.html", context)


def _tabs(request: Any, part: str) -> list[dict[str, Any]]:
    labels = {
        "parameters": _("Quy định"),
        "kinds": pgettext("list", "Loại văn bản"),
        "retention": _("Thời hạn bảo quản"),
        "instruments": _("Văn bản quy phạm, hướng dẫn"),
    }
    kept = request.GET.copy()
    kept.pop("page", None)
    tabs = []
    for name in LAW_PARTS:
        kept["part"] = name
        tabs.append({"label": labels[name], "url": f"{request.path}?{kept.urlencode()}", "current": name == part})
    return tabs


def _parameters(_request: Any, on: Any, regime: str) -> dict[str, Any]:
    return {"provisions": provisions.provisions(on, regime)}


def _kinds(_request: Any, on: Any, regime: str) -> dict[str, Any]:
    try:
        rows = law.kinds(regime=regime, on=on)
    except law.NotCovered:
        rows = ()
    return {
        "kinds": [(row, name_of(row.name_vi, row.name_en), *provisions.sure(row.confidence)) for row in rows],
        "unsure": any(row.confidence == law.UNCONFIRMED for row in rows),
    }


def _retention(request: Any, on: Any, regime: str) -> dict[str, Any]:
    rows = law.retention(regime=regime, on=on)
    last = max(1, -(-len(rows) // provisions.PAGE))
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    shown = rows[(number - 1) * provisions.PAGE : number * provisions.PAGE]
    kept = request.GET.copy()
    kept.pop("page", None)
    return {
        "rows": [(row, provisions.term(row), *provisions.sure(row.confidence)) for row in shown],
        "rows_total": len(rows),
        "unsure": any(row.confidence == law.UNCONFIRMED for row in shown),
        "pages": [(one, f"{request.path}?{kept.urlencode()}&page={one}", one == number) for one in range(1, last + 1)],
    }


def _instruments(_request: Any, on: Any, _regime: str) -> dict[str, Any]:
    return {"instruments": provisions.instruments(on)}


_PARTS = {"parameters": _parameters, "kinds": _kinds, "retention": _retention, "instruments": _instruments}
