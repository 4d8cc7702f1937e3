"""On what a judgement rests: trust anchors with dates and purposes, revocation data, and the time asked about.

Plain values only: they go to the helper process as JSON, and come from a folder on the command line or from the
database of an installation.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from datetime import datetime
from typing import Any, Self

SIGNING, TIMESTAMPING = "signing", "timestamping"
PURPOSES = (SIGNING, TIMESTAMPING)


@dataclasses.dataclass(frozen=True)
class Anchor:
    """One trusted certificate (DER), trusted for `purposes`, for signatures of the days from `since` to `until`.

    Both days are ISO 8601 dates, empty when open.
    """

    certificate: bytes
    purposes: tuple[str, ...] = PURPOSES
    since: str = ""
    until: str = ""


@dataclasses.dataclass(frozen=True)
class Trust:
    """Everything a judgement may rest on besides the file itself. All certificates, CRLs and answers are DER.

    `at` (aware) is the moment of judging. `strict` demands revocation data for every certificate that names a source
    of it; without `strict` a certificate that nobody reports as revoked is accepted and the lack is said.
    """

    at: datetime
    anchors: tuple[Anchor, ...] = ()
    others: tuple[bytes, ...] = ()  # intermediate certificates, trusted only through an anchor
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    strict: bool = False

    def as_values(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return {
            "at": self.at.isoformat(),
            "anchors": [{**dataclasses.asdict(one), "certificate": _text(one.certificate)} for one in self.anchors],
            "others": [_text(one) for one in self.others],
            "crls": [_text(one) for one in self.crls],
            "ocsps": [_text(one) for one in self.ocsps],
            "strict": self.strict,
        }

    def digest(self) -> str:
        """Return the SHA-256 of all but the moment: two judgements with the same one rested on the same ground."""
        ground = {name: value for name, value in self.as_values().items() if name != "at"}
        return hashlib.sha256(json.dumps(ground, sort_keys=True).encode()).hexdigest()

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the trust from plain values."""
        anchors = (
            Anchor(_bytes(one["certificate"]), tuple(one["purposes"]), one["since"], one["until"])
            for one in values["anchors"]
        )
        return cls(
            at=datetime.fromisoformat(values["at"]),
            anchors=tuple(anchors),
            others=tuple(_bytes(one) for one in values["others"]),
            crls=tuple(_bytes(one) for one in values["crls"]),
            ocsps=tuple(_bytes(one) for one in values["ocsps"]),
            strict=values["strict"],
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
