"""Envelopes addressed to a person: noted, handed over unopened, returned for registration; secrets to one alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from mocban.audit.selectors import history
from mocban.registry.choices import BookKind, EnvelopeState
from mocban.registry.models import Envelope, Incoming
from mocban.registry.services.envelopes import return_envelope
from mocban.registry.services.incoming import register_incoming
from mocban.registry.services.logs import Receiver, confirm_receipts, undo_hand_over
from mocban.secrecy.choices import Level
from tests import steps
from tests.world import DAY, World, position

from .logs import envelope, handed, log, to_officer, to_unit

pytestmark = pytest.mark.django_db


def state_of(made: Envelope) -> str:
    return Envelope.objects.get(pk=made.pk).state


def test_an_envelope_goes_unopened_to_its_addressee_and_comes_back_to_be_registered(world: World) -> None:
    made = envelope(world, marks="12/CCB")
    assert (made.state, made.addressee) == (EnvelopeState.WAITING, str(position(world.officer)))
    assert not Envelope.objects.visible_to(world.officer).exists()
    [line] = handed(world, made, receiver=to_officer(world))
    assert Envelope.objects.visible_to(world.officer).get().handed_on == DAY
    confirm_receipts(lines=[line], actor=world.officer, on=DAY)
    assert Envelope.objects.get(pk=made.pk).received_at is not None
    returned = return_envelope(envelope=made, actor=world.officer, on=DAY)
    assert (returned.state, returned.returned_on) == (EnvelopeState.RETURNED, DAY)
    arrival = steps.arrival(world, files=())
    entry = register_incoming(
        arrival=type(arrival)(**{**vars(arrival), "envelope": returned}),
        book=world.office.incoming_book,
        actor=world.clerk,
        on=DAY,
    )
    assert Envelope.objects.get(pk=made.pk).incoming == entry
    assert state_of(made) == EnvelopeState.REGISTERED
    # The trail tells the day, not what stood on the envelope.
    told = " ".join(entry.sentence for entry in history(made))
    assert "04/11/2026" in told
    assert "Cựu chiến binh" not in told
    assert "12/CCB" not in told


def test_an_envelope_that_waits_or_was_registered_opens_no_entry(world: World) -> None:
    made = envelope(world)
    arrival = steps.arrival(world, files=())
    with steps.refused("registry.wrong_state"):
        register_incoming(
            arrival=type(arrival)(**{**vars(arrival), "envelope": made}),
            book=world.office.incoming_book,
            actor=world.clerk,
            on=DAY,
        )


def test_an_undone_hand_over_lets_the_envelope_wait_again(world: World) -> None:
    made = envelope(world)
    [line] = handed(world, made, receiver=to_officer(world))
    with steps.refused("registry.wrong_state"):
        handed(world, made, receiver=to_officer(world), book=line.book)
    undo_hand_over(line=line, actor=world.clerk, on=DAY)
    assert state_of(made) == EnvelopeState.WAITING
    assert not Envelope.objects.visible_to(world.officer).exists()
    assert handed(world, made, receiver=Receiver(name="Hội Cựu chiến binh"), book=line.book)


def test_only_the_addressee_or_the_clerk_returns_an_envelope(world: World) -> None:
    made = envelope(world)
    handed(world, made, receiver=to_officer(world))
    with pytest.raises(PermissionDenied):
        return_envelope(envelope=made, actor=world.head, on=DAY)
    assert return_envelope(envelope=made, actor=world.clerk, on=DAY).state == EnvelopeState.RETURNED


# An envelope with the letter of a secret


def test_a_secret_envelope_goes_to_the_competent_person_alone_and_is_never_registered_here(world: World) -> None:
    book = log(world, BookKind.HANDOVER)
    made = envelope(world, level=Level.SECRET.value)
    for receiver in (to_unit(world), Receiver(position=position(world.head)), Receiver(name="Văn phòng")):
        with steps.refused("envelope.only_addressee"):
            handed(world, made, receiver=receiver, book=book)
    handed(world, made, receiver=to_officer(world), book=book)
    with steps.refused("envelope.secret"):
        return_envelope(envelope=made, actor=world.officer, on=DAY)
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"level": "secret", "marks": "05/BC"}, "envelope.secret_words"),
        ({"level": "secret", "note": "về nhân sự"}, "envelope.secret_words"),
        ({"level": "top-secret", "position": None, "addressee": "Giám đốc"}, "envelope.no_addressee"),
        ({"marks": "C"}, "envelope.marked_secret"),
        ({"marks": "Tối mật"}, "envelope.marked_secret"),
        ({"note": "TUYỆT MẬT"}, "envelope.marked_secret"),
        ({"position": None}, "envelope.no_addressee"),
        ({"arrived_on": DAY.replace(day=5)}, "log.later_day"),
    ],
)
def test_what_may_not_stand_in_the_book_is_not_written(world: World, change: dict[str, Any], code: str) -> None:
    with steps.refused(code):
        envelope(world, **change)
    assert not Envelope.objects.exists()


def test_the_addressee_is_one_of_the_own_body(world: World) -> None:
    with steps.refused("envelope.other_body"):
        envelope(world, position=position(world.stranger))
