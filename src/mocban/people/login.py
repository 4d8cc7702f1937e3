"""How allauth behaves here: closed to sign-up, silent about which accounts exist, every sign-in on the trail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from . import services


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A login is typed as people type it; stored logins are in small letters."""
        return username.strip().lower()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        services.note_refused_sign_in(login=str(credentials.get("username", "")))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        services.note_sign_in(person=user)
        return super().post_login(request, user, **kwargs)
