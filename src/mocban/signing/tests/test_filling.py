"""What is written after signing must agree with what the draft prints, letter for letter."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf import filling, layout, sealing
from mocban.signing.pdf.forms import NumberForm
from mocban.signing.tests.conftest import DATE_TEXT, NUMBER_TEXT, PERSON, Chain
from mocban.signing.tests.drafts import GAP, PARTY, STATE, draft
from mocban.signing.tests.seen import flat_text


def filled(pdf: bytes, form: NumberForm, store: SoftKeys, at: datetime, number: str, date: str) -> bytes:
    signed = sealing.sign_as_person(layout.lay_fields(pdf, form=form)[0], keystore=store, holder=PERSON, at=at)
    return filling.fill_number(signed, number_text=number, date_text=date)


def test_the_party_form_is_filled_in_its_own_gap(keystore: SoftKeys, now: datetime) -> None:
    pdf = draft(number=f"Số {GAP} -CV/VPTU", date=f"An Hòa, ngày {GAP} tháng {GAP} năm")
    text = flat_text(filled(pdf, PARTY, keystore, now, "Số 07-CV/VPTU", "An Hòa, ngày 05 tháng 02 năm 2026"))
    assert "Số 07 -CV/VPTU" in text
    assert "ngày 05 tháng 02 năm 2026" in text


def test_room_too_narrow_is_printed_anew_with_every_letter(keystore: SoftKeys, now: datetime) -> None:
    pdf = draft(number="Số: /QĐ-ĐU", date="Phủ Lý, ngày tháng năm 2026")
    form = dataclasses.replace(STATE, number_after="/QĐ-ĐU")
    done = filled(pdf, form, keystore, now, "Số: 1234/QĐ-ĐU", "Phủ Lý, ngày 05 tháng 11 năm 2026")
    text = flat_text(done, draft_too=False)
    assert "Số: 1234/QĐ-ĐU" in text
    assert "Phủ Lý, ngày 05 tháng 11 năm 2026" in text


def test_a_draft_without_marked_room_gets_the_whole_text(keystore: SoftKeys, now: datetime) -> None:
    text = flat_text(filled(draft(number="", date=""), STATE, keystore, now, NUMBER_TEXT, DATE_TEXT))
    assert NUMBER_TEXT in text
    assert DATE_TEXT in text


@pytest.mark.parametrize(
    ("code", "number", "date"),
    [
        ("signing.symbol_differs", "Số: 12/UBND-VX", DATE_TEXT),
        ("signing.date_differs", NUMBER_TEXT, "An Hòa, ngày 05 tháng 01 năm 2027"),
        ("signing.no_room", "Số: 123456789012345/SNV-VP", DATE_TEXT),
        ("signing.letter_missing", "Số: 12/SNV-VP", "山, ngày 05 tháng 11 năm 2026"),
    ],
)
def test_what_disagrees_or_cannot_be_printed_whole_is_refused(code: str, number: str, date: str, chain: Chain) -> None:
    with pytest.raises(RuleBroken) as refusal:
        filling.fill_number(chain.signed, number_text=number, date_text=date)
    assert refusal.value.code == code


def test_a_date_in_another_form_is_a_mistake_of_the_caller(chain: Chain) -> None:
    with pytest.raises(ValueError, match="05/11/2026"):
        filling.fill_number(chain.signed, number_text=NUMBER_TEXT, date_text="05/11/2026")
