"""The invented province as data (world.yaml), read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FILES = HERE / "files"


@cache
def world() -> dict[str, Any]:
    """Return world.yaml as plain values."""
    loaded: dict[str, Any] = yaml.safe_load((HERE / "world.yaml").read_text(encoding="utf-8"))
    return loaded


def logins() -> list[tuple[str, str, str]]:
    """Return (login, password, what the person does) for every person of the demo."""
    password = world()["password"]
    return [
        (person["login"], password, f"{person['name']}, {person['title']} – {body['short_name']}")
        for body in world()["organisations"]
        for person in body["people"]
    ]
