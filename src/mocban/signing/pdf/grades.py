"""How long a signature can be proved: the PAdES baseline levels, and what making them takes (ETSI EN 319 142-1)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from mocban.signing.adapters.times import RankedTimes
    from mocban.signing.pdf.evidence import Evidence

BASIC, TIME, LONG_TERM, ARCHIVE = LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


@dataclasses.dataclass(frozen=True)
class Grade:
    """The level wanted, the authorities that stamp the time, and where revocation data comes from.

    A signature whose revocation data cannot be had is made at B-T and lengthened later; one that gets no time stamp is
    not made at all. Raises ValueError for a level that lacks what it takes.
    """

    level: str = BASIC
    times: RankedTimes | None = None
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"no level {self.level}")
        if self.level != BASIC and self.times is None:
            raise ValueError(f"{self.level} needs an authority that stamps the time")
        if self.at_least(LONG_TERM) and self.evidence is None:
            raise ValueError(f"{self.level} needs a source of revocation data")

    def at_least(self, level: str) -> bool:
        """Whether the level wanted is `level` or a longer one."""
        return LEVELS.index(self.level) >= LEVELS.index(level)

    def at_most(self, level: str) -> Self:
        """Return the same grade, no longer than `level`: signatures before the last one need no archive time stamp."""
        return self if LEVELS.index(self.level) <= LEVELS.index(level) else dataclasses.replace(self, level=level)


PLAIN = Grade()
