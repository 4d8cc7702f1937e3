"""What judging a file finds, as plain values: they cross the helper's border, are stored as JSON and printed.

A conclusion is always three-valued (ETSI EN 319 102-1 names them TOTAL-PASSED, TOTAL-FAILED, INDETERMINATE).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Self

# The version of the answers. Counting it up makes every stored report due again, some each night: do so in a release
# after which some file is judged otherwise than before.
ENGINE = 1


class Conclusion(StrEnum):
    """Of a whole file; the values are those of `--json` and of the database."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


# The graver of two conclusions wins: a broken signature is not saved by a good one beside it.
GRAVITY = {Conclusion.VALID: 0, Conclusion.INDETERMINATE: 1, Conclusion.INVALID: 2}


def gravest(conclusions: list[Conclusion]) -> Conclusion:
    """Return the gravest of `conclusions`; of nothing nothing is proved: INDETERMINATE."""
    return max(conclusions, key=GRAVITY.__getitem__, default=Conclusion.INDETERMINATE)


@dataclasses.dataclass(frozen=True)
class Reason:
    """One thing found. `code` names a sentence (see `sentences.py`), `values` fill it; texts, never objects.

    Which conclusion a code forces by itself stands in `sentences.WEIGHT`; codes of weight VALID only inform.
    """

    code: str
    values: dict[str, str] = dataclasses.field(default_factory=dict)


def unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons in their order, each once."""
    found: list[Reason] = []
    for reason in reasons:
        if reason not in found:
            found.append(reason)
    return tuple(found)


@dataclasses.dataclass(frozen=True)
class Addition:
    """One thing that was added to the file after a signature, in the order of the file.

    `code` names a sentence ("addition.filled", "addition.signed", "addition.timestamped", …); `page` counts from 1,
    0 where it shows on no page; `revision` is the number of the update, from 1.
    """

    code: str
    revision: int
    page: int = 0
    values: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class SignatureFinding:
    """One signature, or one time stamp over the document. Times are ISO 8601 with zone, empty when unknown."""

    name: str  # of the form field, the XML Id, or a running number
    form: str  # "pades", "pdf" (not PAdES), "timestamp", "cades", "cms" (not CAdES), "xades", "xmldsig"
    conclusion: Conclusion
    reasons: tuple[Reason, ...]
    signer: str = ""  # common name
    organisation: str = ""
    holder: str = ""  # whose key, "person" or "organisation", empty when nobody's (see holders.py)
    subject: str = ""  # whole distinguished name
    issuer: str = ""
    serial: str = ""  # hexadecimal
    valid_from: str = ""  # of the certificate
    valid_until: str = ""
    level: str = ""  # "B-B", "B-T", "B-LT", "B-LTA", empty where the form has none
    claimed_at: str = ""  # the signer's own clock
    proved_at: str = ""  # the time of a trusted time stamp over this signature
    time_by: str = ""  # who vouches for proved_at
    digest: str = ""  # "sha256"
    algorithm: str = ""  # "rsa 2048", "ecdsa secp256r1"
    certifies: bool = False
    permits: int = 0  # DocMDP level it sets for later: 1 nothing, 2 filling and signing, 3 notes too; 0 says none
    locks: str = ""  # which form fields it locks: "", "all", "some"
    revision: int = 0  # the update that this signature closes, from 1; 0 where the format has none
    covered: int = 0  # bytes from the start of the file that it covers
    whole: bool = False  # nothing was added after it
    additions: tuple[Addition, ...] = ()
    chain: tuple[str, ...] = ()  # names from the signer to the root

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the finding from plain values, as they come from the helper process or the database."""
        return cls(
            **{
                **values,
                "conclusion": Conclusion(values["conclusion"]),
                "reasons": tuple(Reason(**reason) for reason in values["reasons"]),
                "additions": tuple(Addition(**addition) for addition in values["additions"]),
                "chain": tuple(values["chain"]),
            }
        )


@dataclasses.dataclass(frozen=True)
class FileFinding:
    """A whole file: every signature in it, in the order of signing, and what is said of the file itself."""

    format: str  # "pdf", "cms", "xml", "asic-e", "asic-s", "" when the bytes are nothing that carries signatures
    conclusion: Conclusion
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureFinding, ...] = ()
    readable: bool = True  # False: damaged, encrypted or of an unknown format; the conclusion is then INDETERMINATE

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Return the finding from plain values."""
        return cls(
            **{
                **values,
                "conclusion": Conclusion(values["conclusion"]),
                "reasons": tuple(Reason(**reason) for reason in values["reasons"]),
                "signatures": tuple(SignatureFinding.read(one) for one in values["signatures"]),
            }
        )

    def as_values(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return dataclasses.asdict(self)
