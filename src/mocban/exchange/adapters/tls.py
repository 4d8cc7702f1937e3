"""Whom the program trusts at the other end of a protected line to a mail server."""

from __future__ import annotations

import ssl
from pathlib import Path

from django.conf import settings


def context() -> ssl.SSLContext:
    """The authorities of this machine, and the PEM files in keys/mail for servers with a certificate of their own."""
    trusted = ssl.create_default_context()
    for file in sorted((Path(settings.KEYS_ROOT) / "mail").glob("*.pem")):
        trusted.load_verify_locations(file)
    return trusted
