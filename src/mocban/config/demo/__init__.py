"""The demo world: an invented province with four bodies under three regimes, made through the same services."""

from .build import build, is_complete, logins

__all__ = ["build", "is_complete", "logins"]
