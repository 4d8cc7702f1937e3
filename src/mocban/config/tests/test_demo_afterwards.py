"""The demo's copy and recall, on the bodies of the tests: what a first look at the program must show."""

from __future__ import annotations

import pytest

from mocban.config.demo.afterwards import copy_and_recall
from mocban.exchange.models import Packet
from mocban.registry.choices import CopyState, OutgoingStatus
from mocban.registry.models import Copy, Outgoing
from tests import steps
from tests.world import DAY, World, keys, world  # noqa: F401

pytestmark = pytest.mark.django_db


def test_the_demo_shows_a_made_copy_and_a_recall_that_waits_for_its_answer(world: World, keys: None) -> None:  # noqa: F811
    steps.issued(world)
    copy_and_recall({"snv": world.office, "vptu": world.other}, on=DAY)
    assert Copy.objects.get().state == CopyState.MADE
    assert Outgoing.objects.filter(status=OutgoingStatus.RECALLED).count() == 1
    request = Packet.objects.get(organisation=world.other.organisation, business_type=1)
    assert (request.state, request.refers_to is not None) == ("waiting", True)
