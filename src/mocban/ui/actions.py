"""Buttons. The table of transitions of an app says which exist; the page only draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Action:
    """One button: a link (`method="get"`) or a one-button form (`method="post"`).

    `tone` is primary, plain or danger; `key` one letter that presses it from the keyboard; `hidden` the values posted.
    """

    label: Any
    url: str
    method: str = "get"
    tone: str = "plain"
    icon: str = ""
    key: str = ""
    hidden: Mapping[str, Any] = field(default_factory=dict)


def possible(transitions: Mapping[tuple[Any, str], Any], state: Any) -> list[str]:
    """Return the verbs that the table allows from `state`, in the order of the table."""
    return [verb for (source, verb) in transitions if source == state]


def bar(transitions: Mapping[tuple[Any, str], Any], state: Any, actions: Mapping[str, Action]) -> list[Action]:
    """Return the buttons for the verbs possible now; `actions` holds those that this actor may press."""
    return [actions[verb] for verb in possible(transitions, state) if verb in actions]
