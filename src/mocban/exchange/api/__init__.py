"""Packets and mail over the API, a module each; their routers stand under addresses of their own."""

from .mail import router as mail_router
from .packets import router

__all__ = ["mail_router", "router"]
