"""Plain values: where a regime prints number, date, signature and seal, and where a draft leaves room for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

NUMBER, DATE, SIGNER, ORGANISATION = "mb_number", "mb_date", "mb_signer", "mb_organisation"  # names of the fields
FIELDS = re.compile(r"mb_(number|date|organisation|copy|annex|signer(_\d+)?)$")
MM = 72 / 25.4  # points in a millimetre


def signer_field(order: int) -> str:
    """Return the name of the field of the signer number `order`, counted from 1."""
    return SIGNER if order == 1 else f"{SIGNER}_{order}"


@dataclass(frozen=True)
class Box:
    """A rectangle on a page in millimetres, measured from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class NumberForm:
    """How the regime prints number, date, signature and seal; built by the caller from law data.

    `number_before` and `number_after` are the fixed words around the number ("Số:" and "/SNV-VP"; "Số" and
    "-CV/VPTU"); an empty `number_after` leaves the printed symbol unchecked. Boxes serve drafts that leave no marked
    room. Sizes of letters are points, all other measures millimetres. `signature_place` and `seal_place` are the words
    of the law data for where the marks stand, `seal_covers` the share of the signature's width under the seal.
    """

    number_before: str
    number_after: str
    signer_name: str
    number_box: Box
    date_box: Box
    number_size: float
    date_size: float
    date_italic: bool
    signature_width: float
    signature_height: float
    seal_diameter: float
    signature_place: str
    seal_place: str
    seal_covers: float

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the form from plain values."""
        return cls(**{**values, "number_box": Box(**values["number_box"]), "date_box": Box(**values["date_box"])})


@dataclass(frozen=True)
class Rect:
    """A rectangle in points from the lower left corner of the page."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def as_box(self) -> tuple[int, int, int, int]:
        """Return whole points, as PDF form fields are written."""
        return round(self.x0), round(self.y0), round(self.x1), round(self.y1)


@dataclass(frozen=True)
class Piece:
    """One run of text to write: `key` names the value (number, day, month, year or whole); x is absolute."""

    key: str
    x: float
    width: float
    cover: bool = False  # paint white first: the draft has dots, or words that are printed anew


@dataclass(frozen=True)
class TextPlace:
    """Where a text field lies and how its pieces are written; `printed` are values the draft already shows."""

    rect: Rect
    baseline: float
    size: float
    italic: bool
    pieces: tuple[Piece, ...]
    printed: dict[str, str]

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the place from plain values, as they come from the helper process."""
        pieces = tuple(Piece(**piece) for piece in values["pieces"])
        return cls(**{**values, "rect": Rect(**values["rect"]), "pieces": pieces})


@dataclass(frozen=True)
class SignaturePlace:
    """Where one signature is shown; pages count from 0."""

    page: int
    rect: Rect

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the place from plain values."""
        return cls(int(values["page"]), Rect(**values["rect"]))


@dataclass(frozen=True)
class Places:
    """All places of one draft; pages count from 0. `later` are the places of the second signer and those after."""

    number: TextPlace
    date: TextPlace
    signature_page: int
    signature: Rect
    seal: Rect
    later: tuple[SignaturePlace, ...] = ()

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the places from plain values, as they come from the helper process or a stored preview."""
        return cls(
            TextPlace.read(values["number"]),
            TextPlace.read(values["date"]),
            values["signature_page"],
            Rect(**values["signature"]),
            Rect(**values["seal"]),
            tuple(SignaturePlace.read(place) for place in values.get("later", ())),
        )
