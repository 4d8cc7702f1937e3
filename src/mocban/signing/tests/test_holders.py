"""Whose key made a signature: a person's or an organisation's."""

from __future__ import annotations

import pytest

from mocban.signing.verification.findings import Conclusion, FileFinding, SignatureFinding
from mocban.signing.verification.holders import holder_of, with_holders


def signature(signer: str, organisation: str = "", subject: str = "", form: str = "pades") -> SignatureFinding:
    return SignatureFinding("1", form, Conclusion.VALID, (), signer=signer, organisation=organisation, subject=subject)


@pytest.mark.parametrize(
    ("signer", "organisation"),
    [
        ("Ủy ban nhân dân xã An Hòa", ""),
        ("Uỷ ban nhân dân xã An Hoà", "Tỉnh Lam Sơn"),
        ("VĂN PHÒNG TỈNH ỦY", ""),
        ("Lam Sơn Xanh", "LAM SƠN XANH"),
        ("Sở Nội vụ", "Ủy ban nhân dân tỉnh Lam Sơn"),
    ],
)
def test_a_body_is_known_by_its_name(signer, organisation):
    assert holder_of(signature(signer, organisation)) == "organisation"


@pytest.mark.parametrize("signer", ["Trương Thị Bé", "Đoàn Văn Hậu", "Công Tằng Thị Mai", "Hội Văn Sơn", "Văn Phú"])
def test_a_person_whose_family_name_sounds_like_a_body_stays_a_person(signer):
    assert holder_of(signature(signer, "Ủy ban nhân dân xã An Hòa")) == "person"


def test_the_numbers_of_public_authorities_decide_before_the_name():
    assert holder_of(signature("Thái Bình Dương", subject="UID=MST:0100000000, CN=Thái Bình Dương")) == "organisation"
    person = "UID=CMND:012345678, UID=MST:0100000000, CN=Phòng Văn Tâm"
    assert holder_of(signature("Phòng Văn Tâm", subject=person)) == "person"


def test_a_time_stamp_and_a_nameless_certificate_are_nobodys():
    found = FileFinding(
        "pdf",
        Conclusion.VALID,
        (),
        (signature("Sở Nội vụ", form="timestamp"), signature(""), signature("Lê Thị Mai")),
    )
    assert [one.holder for one in with_holders(found).signatures] == ["", "", "person"]
