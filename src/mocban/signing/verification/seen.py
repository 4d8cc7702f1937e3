"""What a reader sees: the pictures of pages are compared in a later step; nothing is judged here yet."""

from __future__ import annotations

from typing import Any


def judge(*_a: Any) -> list[Any]:
    return []
