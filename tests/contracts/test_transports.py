"""What every transport of the exchange must do, whatever carries the bytes."""

from __future__ import annotations

import pytest
from django.db import transaction

from mocban.exchange.adapters.loopback import LoopbackTransport
from mocban.exchange.choices import MessageKind, ParcelState
from mocban.exchange.ports import Transport
from mocban.lib.errors import RuleBroken
from mocban.lib.ids import new_id
from mocban.people.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)

HERE, THERE, NOWHERE = "H99.10", "A99.01", "G99"
DOCUMENT, STATUS = MessageKind.DOCUMENT, MessageKind.STATUS


@pytest.fixture(params=[LoopbackTransport])
def transport(request) -> Transport:
    """Each adapter with two bodies that it reaches, HERE and THERE, and one that it does not, NOWHERE."""
    for code in (HERE, THERE):
        Organisation.objects.create(name=code, regime="state", symbol=code, code=code, place="Lam Sơn")
    Organisation.objects.create(name=NOWHERE, regime="state", symbol="X", code=NOWHERE, place="Y", hosted=False)
    return request.param()


def test_it_knows_whom_it_reaches(transport):
    assert [transport.reaches(code) for code in (HERE, THERE, NOWHERE, "", "không có")] == [True, True, *[False] * 3]


def test_what_is_sent_waits_for_the_addressee_alone_byte_for_byte_in_order(transport):
    sent = [
        transport.send(data, sender=HERE, to=THERE, kind=kind)
        for data, kind in ((b"\x00\xff mot", DOCUMENT), (b"hai", STATUS), (b"ba", DOCUMENT))
    ]
    waiting = list(transport.receive(THERE))
    assert [delivery.transport_id for delivery in waiting] == sent
    assert [delivery.data for delivery in waiting] == [b"\x00\xff mot", b"hai", b"ba"]
    assert [delivery.kind for delivery in waiting] == [DOCUMENT, STATUS, DOCUMENT]
    assert {delivery.sender_code for delivery in waiting} == {HERE}
    assert list(transport.receive(HERE)) == []


def test_an_identifier_fits_where_packets_keep_it(transport):
    made = {transport.send(b"x", sender=HERE, to=THERE, kind=DOCUMENT) for _time in range(3)}
    assert len(made) == 3
    assert all(0 < len(identifier) <= 100 for identifier in made)


@pytest.mark.parametrize("outcome", [ParcelState.DONE, ParcelState.FAIL])
def test_what_is_acknowledged_is_not_given_again(transport, outcome):
    first = transport.send(b"mot", sender=HERE, to=THERE, kind=DOCUMENT)
    second = transport.send(b"hai", sender=HERE, to=THERE, kind=DOCUMENT)
    assert len(list(transport.receive(THERE))) == len(list(transport.receive(THERE))) == 2
    for _time in range(2):
        transport.acknowledge(first, outcome)
    assert [delivery.transport_id for delivery in transport.receive(THERE)] == [second]


def test_nobody_is_sent_to_who_cannot_be_reached(transport):
    with pytest.raises(RuleBroken) as refused:
        transport.send(b"x", sender=HERE, to=NOWHERE, kind=DOCUMENT)
    assert refused.value.code == "exchange.unreachable"
    assert list(transport.receive(NOWHERE)) == []


def test_a_rollback_sends_and_acknowledges_nothing(transport):
    kept = transport.send(b"mot", sender=HERE, to=THERE, kind=DOCUMENT)
    with transaction.atomic():
        transport.send(b"hai", sender=HERE, to=THERE, kind=DOCUMENT)
        transport.acknowledge(kept, ParcelState.DONE)
        transaction.set_rollback(True)
    assert [delivery.transport_id for delivery in transport.receive(THERE)] == [kept]


def test_sending_many_in_one_transaction_keeps_them_all(transport):
    with transaction.atomic():
        for ordinal in range(3):
            transport.send(str(ordinal).encode(), sender=HERE, to=THERE, kind=STATUS)
    assert [delivery.data for delivery in transport.receive(THERE)] == [b"0", b"1", b"2"]


def test_acknowledging_what_is_unknown_changes_nothing(transport):
    kept = transport.send(b"mot", sender=HERE, to=THERE, kind=DOCUMENT)
    transport.acknowledge(str(new_id()), ParcelState.DONE)
    assert [delivery.transport_id for delivery in transport.receive(THERE)] == [kept]
