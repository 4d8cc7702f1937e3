"""The shell is tested without the apps around it: its own addresses, rail and a middleware that signs everybody in."""

from __future__ import annotations

import pytest
from django.test import Client

from . import settings as alone

TAKEN = ("MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES", "SHELL_HOOKS", "SHELL_URLS", "RAIL", "FILE_UPLOAD_HANDLERS")


@pytest.fixture(autouse=True)
def shell_alone(settings):
    for name in TAKEN:
        setattr(settings, name, getattr(alone, name))


@pytest.fixture
def browser():
    """A client that gets the 500 page instead of the exception, as a person would."""
    return Client(raise_request_exception=False)


@pytest.fixture
def strict():
    """A client whose posts go through the CSRF check."""
    return Client(enforce_csrf_checks=True)
