"""How much of a packet is read. Technical guards of this program, not values of law: the axis names no limit."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one packet; sizes in bytes."""

    packet: int = 200 * MEBIBYTE  # the .edxml itself, base64 included
    attachment: int = 150 * MEBIBYTE  # one file after decoding and unwrapping
    attachments: int = 200
    elements: int = 20_000
    depth: int = 40
    text: int = 100_000  # characters of one text field; attachments are not text
    zip_ratio: int = 100  # unwrapped size : zipped size
    zip_ratio_floor: int = MEBIBYTE  # below this unwrapped size the ratio is not looked at
