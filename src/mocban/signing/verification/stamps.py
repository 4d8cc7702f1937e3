"""The time stamps that one signature carries, judged from the outermost to the innermost.

A stamp that covers another proves when the other existed at the latest: a service whose certificate has expired since
is then still believed, and so is the signer (proofs of existence, ETSI EN 319 102-1). CAdES and XAdES say what each
stamp covers; here that is only numbers.
"""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms, x509

from . import carried, chain
from .findings import Conclusion, Reason, unique
from .sentences import weight
from .timestamps import TimestampFinding, judge_timestamp
from .trust import Trust

Digest = Callable[[str], bytes]
STAMPS_READ = 30
_ENDED = frozenset({"chain.proved_after_expiry", "chain.revoked"})


@dataclasses.dataclass(frozen=True)
class Stamp:
    """One time stamp. `ways` give the digest of what it covers for the name of an algorithm, as programs write it.

    `over` are the places, in the list of all stamps, of those that it covers too. `proves` tells whether it covers the
    signature value; `later` whether it was added to keep a signature for long, `archive` over all of it. No token: it
    could not be read.
    """

    token: cms.ContentInfo | None
    ways: tuple[Digest, ...]
    over: frozenset[int] = frozenset()
    proves: bool = True
    archive: bool = False
    later: bool = True


@dataclasses.dataclass(frozen=True)
class Proof:
    """The earliest time (aware) at which the signature certainly existed, None when nothing proves one, and whose."""

    at: datetime | None
    by: str
    reasons: tuple[Reason, ...]
    archived: bool = False  # a good archive time stamp is among them
    late: bool = False  # only later time stamps prove it: signing may have been long before


def judge_stamps(
    stamps: Sequence[Stamp],
    *,
    trust: Trust,
    others: Sequence[x509.Certificate] = (),
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
) -> Proof:
    """Judge the time stamps of one signature, with the certificates and revocation data (DER) that lie beside it."""
    stamps = stamps[:STAMPS_READ]
    held = [carried.everything_of(one.token) for one in stamps]
    beside = {
        "others": [*others, *(one for kept in held for one in kept[0])],
        "crls": [*crls, *(one for kept in held for one in kept[1])],
        "ocsps": [*ocsps, *(one for kept in held for one in kept[2])],
    }
    found: dict[int, TimestampFinding] = {}
    while len(found) < len(stamps):
        place = _next(stamps, found)
        above = [found[one].at for one in found if place in stamps[one].over]
        until = min((at for at in above if at is not None), default=None)
        found[place] = _judged(stamps[place], trust, until, beside)
    good = [(one.at, one.by) for place, one in found.items() if one.at is not None and stamps[place].proves]
    at, by = min(good, default=(None, ""))
    reasons = [reason for _place, one in sorted(found.items()) for reason in one.reasons]
    sound = [stamps[place] for place, one in found.items() if one.at is not None and stamps[place].proves]
    archived, late = any(one.archive for one in sound), bool(sound) and all(one.later for one in sound)
    return Proof(at, by, unique(reasons), archived, late)


def judge_signer(signer: x509.Certificate, proof: Proof, **given: Any) -> chain.ChainFinding:
    """Judge the signer's certificate at the time proved; `given` is what `chain.judge_chain` takes besides.

    What was archived after the certificate had ended was not therefore signed after it: then no time is proved, unless
    the signer's own clock says the same.
    """
    led = chain.judge_chain(signer, proved_at=proof.at, **given)
    if not proof.late or all(one.code not in _ENDED for one in led.reasons):
        return led
    unproved = chain.judge_chain(signer, proved_at=None, **given)
    return led if any(one.code == "chain.claimed_after_expiry" for one in unproved.reasons) else unproved


def _next(stamps: Sequence[Stamp], found: dict[int, TimestampFinding]) -> int:
    """Return the place of a stamp of which all that cover it are judged; the last one where they cover one another."""
    waiting = [place for place in range(len(stamps)) if place not in found]
    free = (place for place in waiting if not any(place in stamps[one].over for one in waiting if one != place))
    return next(free, waiting[-1])


def _judged(stamp: Stamp, trust: Trust, until: datetime | None, beside: dict[str, list[Any]]) -> TimestampFinding:
    found = TimestampFinding((Reason("time.unreadable"),), None, "")
    for way in stamp.ways if stamp.token is not None else ():
        found = judge_timestamp(stamp.token, digest=way, trust=trust, proved_at=until, **beside)
        if all(reason.code != "time.broken" for reason in found.reasons):
            break
    if not stamp.later:
        return found
    return dataclasses.replace(found, reasons=tuple(_of_later(one, found.by) for one in found.reasons))


def _of_later(reason: Reason, by: str) -> Reason:
    """A later time stamp that does not fit takes nothing from the signature: it only proves nothing."""
    return Reason("time.later_broken", {"by": by or "?"}) if weight(reason) == Conclusion.INVALID else reason
