"""What a check found in one word, computed by the database itself from the finding that it keeps."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Q, Value, When

from .choices import Bearing, Verdict
from .verification.holders import ORGANISATION, PERSON

COPY_FIELD = "mb_copy"  # where the organisation signs a copy from paper (pdf.copy_mark): it needs no person
LONGEST = 20


def _held(**about: str) -> Q:
    return Q(finding__contains={"signatures": [about]})


def _when(bearing: Bearing, condition: Any) -> When:
    return When(condition, then=Value(bearing.value))


def bearing() -> Case:
    """Return the expression over the columns verdict, signature_count and finding of a check.

    Whether every signature stands is the verdict; whose they are says the finding (verification.holders).
    """
    organisation, person = _held(holder=ORGANISATION), _held(holder=PERSON)
    return Case(
        _when(Bearing.INDETERMINATE, Q(signature_count=0, finding__readable=False)),
        _when(Bearing.NO_SIGNATURE, Q(signature_count=0)),
        _when(Bearing.INVALID, Q(verdict=Verdict.INVALID.value)),
        _when(Bearing.INDETERMINATE, Q(verdict=Verdict.INDETERMINATE.value)),
        _when(Bearing.SIGNED, organisation & (person | _held(name=COPY_FIELD))),
        _when(Bearing.ORGANISATION_ONLY, organisation),
        _when(Bearing.PERSON_ONLY, person),
        default=Value(Bearing.INDETERMINATE.value),
        output_field=CharField(max_length=LONGEST),
    )
