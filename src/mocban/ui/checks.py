"""System checks of the shell."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.urls import NoReverseMatch, reverse


def shell_addresses(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every name in RAIL and SHELL_URLS leads somewhere: at run time such an entry would only be absent."""
    names = [entry["url_name"] for desk in settings.RAIL for entry in desk["entries"]]
    names += settings.SHELL_URLS.values()
    return [
        Warning(f"The shell names the address {name!r}, which no URL configuration has.", id="ui.W001")
        for name in names
        if not _exists(name)
    ]


def _exists(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
