"""Where keys may lie outside this program, as the one who runs the server allows it.

A page chooses among these names and nothing else: no library to load and no address to call comes from a browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from .pdf.refusals import refuse

if TYPE_CHECKING:
    from .adapters.csc import Service

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
FILE_BYTES = 64 * 1024


def modules() -> dict[str, Path]:
    """Return the allowed PKCS#11 libraries by name. Refuses an entry without name or path."""
    found = {}
    for entry in settings.PKCS11_MODULES:
        name, _equals, path = entry.strip().partition("=")
        if not NAME.fullmatch(name) or not path.startswith("/"):
            refuse("signing.places_misread", name="MOCBAN_PKCS11_MODULES")
        found[name] = Path(path)
    return found


def module(name: str) -> Path:
    """Return the library of that name; refuses `signing.not_allowed_place`."""
    found = modules().get(name)
    if found is None:
        refuse("signing.not_allowed_place")
    return found


def services() -> dict[str, Service]:
    """Return the allowed remote signing services by name. Refuses a file that does not fit."""
    if not settings.SIGNING_SERVICES:
        return {}
    try:
        with Path(settings.SIGNING_SERVICES).open(encoding="utf-8") as file:
            values = json.loads(file.read(FILE_BYTES))
    except (OSError, ValueError, RecursionError):
        refuse("signing.places_misread", name="MOCBAN_SIGNING_SERVICES")
    if not isinstance(values, dict):
        refuse("signing.places_misread", name="MOCBAN_SIGNING_SERVICES")
    return {name: _service(name, value) for name, value in values.items()}


def service(name: str) -> Service:
    """Return the service of that name; refuses `signing.not_allowed_place`."""
    found = services().get(name)
    if found is None:
        refuse("signing.not_allowed_place")
    return found


def _service(name: str, values: Mapping[str, Any]) -> Service:
    from .adapters.csc import Service, usable_address

    known = {"title", "url", "user", "password", "bearer", "ca", "client_id", "client_secret", "oauth2"}
    fits = (
        NAME.fullmatch(name)
        and isinstance(values, dict)
        and set(values) <= known
        and all(isinstance(value, str) for value in values.values())
        and usable_address(values.get("url", ""))
    )
    if not fits:
        refuse("signing.places_misread", name="MOCBAN_SIGNING_SERVICES")
    return Service(name, **{"title": name, **values})
