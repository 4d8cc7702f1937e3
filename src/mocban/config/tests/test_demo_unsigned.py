"""The demo's list of the unsigned, on the bodies of the tests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mocban.config.demo.unsigned import leave_unsigned
from mocban.registry.models import Outgoing
from mocban.registry.services.from_paper import issue_from_paper
from mocban.registry.sufficiency import judged, lacking
from tests.world import DAY, World, keys, world  # noqa: F401

pytestmark = pytest.mark.django_db


def test_the_demo_shows_a_letter_without_a_seal_and_a_scan_that_the_clerk_can_seal(world: World, keys: None) -> None:  # noqa: F811
    leave_unsigned(world.office, world.other, on=DAY)
    rows = lacking(judged(world.chief, "outgoing", since=DAY - timedelta(days=9), until=DAY))
    assert {row.origin: row.sufficiency for row in rows} in (
        {"drafted": "unsealed", "late": "unchecked"},
        {"drafted": "unsealed", "late": "no_signature"},
    )
    issue_from_paper(outgoing=Outgoing.objects.get(origin="late"), actor=world.clerk, on=DAY)
    assert [row.sufficiency for row in rows.all()] == ["unsealed"]
