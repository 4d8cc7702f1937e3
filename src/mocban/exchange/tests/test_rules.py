"""Rules of the exchange as tables."""

from __future__ import annotations

import itertools

import pytest

from mocban.exchange import rules
from mocban.exchange.choices import PacketState, StatusCode
from mocban.lib.errors import RuleBroken

S, R, A = PacketState.SENT, PacketState.REFUSED, PacketState.ACCEPTED


def test_every_pair_outside_the_table_is_refused():
    for state, verb in itertools.product(PacketState, ("accept", "refuse")):
        if (state, verb) in rules.TRANSITIONS:
            assert rules.next_state(state, verb) == rules.TRANSITIONS[(state, verb)]
            continue
        with pytest.raises(RuleBroken) as refused:
            rules.next_state(state, verb, citation="QĐ 28")
        assert (refused.value.code, refused.value.citation) == ("packet.wrong_state", "QĐ 28")


@pytest.mark.parametrize(
    ("state", "code", "after"),
    [
        *((S, code, S) for code in ("01", "13", "15", "16", "99", "")),
        *((S, code, A) for code in ("03", "04", "05", "06")),
        (S, "02", R),
        (R, "01", R),
        (R, "03", A),
        *((A, code, A) for code in ("01", "02", "03", "06", "13")),
    ],
)
def test_a_status_moves_a_sent_packet_forward_only(state, code, after):
    assert rules.state_after(state, code) == after


@pytest.mark.parametrize("code", list(StatusCode))
def test_only_statuses_of_the_work_are_reported_by_desks(code):
    if code in rules.REPORTABLE:
        rules.check_reportable(code)
        return
    with pytest.raises(RuleBroken):
        rules.check_reportable(code)


@pytest.mark.parametrize(("size", "allowed"), [(50 * 1024 * 1024, True), (50 * 1024 * 1024 + 1, False)])
def test_the_size_limit_is_inclusive(size, allowed):
    if allowed:
        rules.check_size(size, megabytes=50, citation="")
        return
    with pytest.raises(RuleBroken) as refused:
        rules.check_size(size, megabytes=50, citation="Quy chế")
    assert refused.value.citation == "Quy chế"
