"""Issuers and recipients: what was picked from the directory, or typed so that only one agency can be meant."""

import pytest

from mocban.people.actor import system_actor
from mocban.people.services import AgencyFields, add_agency
from mocban.registry import picks
from tests.world import DAY

SNV, KHE = ("Sở Nội vụ tỉnh Đông Lĩnh", "H99.03"), ("Ủy ban nhân dân xã Khê", "H98.27")


@pytest.fixture
def listed(world, db):
    fields = AgencyFields(code=KHE[1], name=KHE[0], former_codes=["000.27.H98"])
    return add_agency(fields=fields, actor=system_actor(world.office.organisation))


@pytest.mark.parametrize(
    ("name", "code", "meant"),
    [
        (*KHE, KHE),
        ("uy ban nhan dan xa khe", "", ("uy ban nhan dan xa khe", KHE[1])),
        ("H98.27", "", KHE),
        ("000.27.H98", "", KHE),
        ("Sở Nội vụ", SNV[1], ("Sở Nội vụ", SNV[1])),
        (KHE[0], SNV[1], KHE),
        ("Công ty Khê", KHE[1], ("Công ty Khê", "")),
        ("Công ty Khê", "", ("Công ty Khê", "")),
        ("Từ trục liên thông", "H50.01", ("Từ trục liên thông", "H50.01")),
    ],
)
def test_the_issuer_is_the_picked_or_the_only_possible_agency(listed, name, code, meant):
    assert picks.issuer(name, code, on=DAY) == meant


def test_recipients_come_one_a_line_each_once_with_the_code_when_it_is_certain(listed):
    lines = f"Như trên\n{KHE[0]} | {KHE[1]}\n\n  {KHE[0]}\nTổng công ty | A | lạ\n| {SNV[1]}\nLưu: VT"
    assert picks.recipients(lines, on=DAY) == [
        ("Như trên", ""),
        KHE,
        ("Tổng công ty | A", "lạ"),
        SNV,
        ("Lưu: VT", ""),
    ]
