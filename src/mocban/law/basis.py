"""The articles that a step rests on: the audit trail keeps them, and a refusal names the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mocban.law.queries import value


@dataclass(frozen=True)
class Basis:
    """What a step rests on. Both are empty where only a default that awaits confirmation is known."""

    citation: str

    @property
    def citations(self) -> tuple[str, ...]:
        return (self.citation,) if self.citation else ()


def basis(step: str, *, on: date, regime: str) -> Basis:
    """Return what `step` ("register_incoming", "open_file", …) rests on. Raises Unknown, NotCovered."""
    return Basis(value(f"basis.{step}", on=on, regime=regime).citation)
