"""GET /health/: whether database, worker, search and disk are well; the same facts for the doctor and the watchdog."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mocban.search import selectors as search

HEARTBEAT_SECONDS = 35  # the worker's heart beats every 10 s
DISK_FREE_BYTES = 500 * 1024 * 1024
SEARCH_LAG_LIMIT = 1000  # positions of the audit feed
COMPLETE_KEY = "health.demo-complete"

Part = dict[str, Any]


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when everything works (in the demo: once its world is complete), else 503 with the same JSON."""
    facts = report()
    return JsonResponse(facts, status=200 if facts["ok"] else 503)


def report() -> Part:
    """Every part with `ok` and its figures; `ok` of the whole counts database, worker, disk and the demo world."""
    base = _database()
    parts: dict[str, Part] = {"database": base, "disk": _disk()}
    if base["ok"]:
        parts["worker"] = _worker()
        parts["search"] = _search()
        if os.environ.get("MOCBAN_MODE") == "demo":
            parts["demo"] = _demo()
    else:
        parts["worker"] = parts["search"] = {"ok": False}
    needed = [part for name, part in parts.items() if name != "search"]
    return {"ok": all(part["ok"] for part in needed), **parts}


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            (version,) = cursor.fetchone()
    except DatabaseError:
        return {"ok": False}
    return {"ok": True, "version": version}


def _worker() -> Part:
    """Age of the youngest heartbeat and what waits in the queues."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (beat,) = cursor.fetchone()
        cursor.execute(
            "SELECT status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'failed') GROUP BY status"
        )
        counts = dict(cursor.fetchall())
    age = None if beat is None else round((timezone.now() - beat).total_seconds(), 1)
    alive = age is not None and age < HEARTBEAT_SECONDS
    return {"ok": alive, "heartbeat_age_s": age, "waiting": counts.get("todo", 0), "failed": counts.get("failed", 0)}


def _search() -> Part:
    """How many positions of the audit feed the index is behind. A slow index is shown, not an outage."""
    lag = search.lag()
    return {"ok": lag < SEARCH_LAG_LIMIT, "lag": lag}


def _disk() -> Part:
    free = shutil.disk_usage(settings.DATA).free
    return {"ok": free > DISK_FREE_BYTES, "free_bytes": free}


def _demo() -> Part:
    """Whether the demo world is complete; once true it stays true for this process."""
    if not cache.get(COMPLETE_KEY):
        if not import_module("mocban.config.demo").is_complete():
            return {"ok": False}
        cache.set(COMPLETE_KEY, True, None)
    return {"ok": True}
