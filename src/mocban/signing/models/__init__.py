"""Signing's nouns, one module for each group (ADR 0023)."""

from .keys import KeySource, PendingSignature
from .signatures import Signature, SignatureKind
from .times import LongTerm, TimeAuthority
from .trust import Intermediate, RevocationData, TrustAnchor
from .verifications import Verification

__all__ = [
    "Intermediate",
    "KeySource",
    "LongTerm",
    "PendingSignature",
    "RevocationData",
    "Signature",
    "SignatureKind",
    "TimeAuthority",
    "TrustAnchor",
    "Verification",
]
