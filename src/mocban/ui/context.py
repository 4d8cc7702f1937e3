"""What the shell around every page needs. Nothing of it comes from another app by import.

Settings: `INSTALLATION_NAME`; `RAIL`, a list of desks `{"label", "entries": [{"label", "url_name", "icon", "roles"}]}`;
`SHELL_URLS`, the addresses behind the header by purpose; `SHELL_HOOKS`, dotted names of functions `(request) -> dict`
that bring the actor's positions (`positions`: dicts with id, label, current) and the unread notices (`unread`).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from . import pages


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: actor, rail, header addresses, and whatever the hooks add (at most two queries in all)."""
    actor = getattr(request, "actor", None)
    context: dict[str, Any] = {
        "actor": actor,
        "installation": settings.INSTALLATION_NAME,
        "shell_urls": {purpose: _address(name) for purpose, name in settings.SHELL_URLS.items()},
        "layout": pages.layout(request),
        "rail": [],
        "positions": [],
        "unread": 0,
    }
    if actor is None:
        return context
    context["rail"] = rail(actor, request.path)
    for dotted in settings.SHELL_HOOKS:
        context.update(import_string(dotted)(request))
    return context


def rail(actor: Any, path: str) -> list[dict[str, Any]]:
    """Return the desks this actor works at, each with its entries, the one that holds `path` marked current."""
    desks = []
    for desk in settings.RAIL:
        entries = [
            {**entry, "url": url}
            for entry in desk["entries"]
            if _allowed(entry, actor) and (url := _address(entry["url_name"]))
        ]
        if entries:
            desks.append({"label": desk["label"], "entries": entries})
    everything = [entry for desk in desks for entry in desk["entries"]]
    holding = [entry for entry in everything if path == entry["url"] or _inside(path, entry["url"])]
    for entry in everything:
        entry["current"] = bool(holding) and entry is max(holding, key=lambda held: len(held["url"]))
    return desks


def _allowed(entry: dict[str, Any], actor: Any) -> bool:
    """An entry without roles is for everybody; hiding one is a courtesy, the services decide what is allowed."""
    return not entry.get("roles") or bool(set(entry["roles"]) & set(getattr(actor, "roles", ())))


def _inside(path: str, url: str) -> bool:
    return url != "/" and path.startswith(url)


def _address(name: str) -> str:
    """Reverse a name of the settings; `ui.W001` reports at start-up a name that leads nowhere."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
