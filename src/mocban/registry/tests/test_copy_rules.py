"""Which copy may be made of what: every pair of the regimes' tables, with the article of each refusal."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from mocban import law
from mocban.lib.errors import RuleBroken
from mocban.registry import amendment_rules, copy_rules
from mocban.registry.amendment_rules import AMENDMENT_TRANSITIONS, RULE_OF, check_kind, next_amendment
from mocban.registry.choices import (
    AmendmentKind,
    AmendmentState,
    CopyMaker,
    CopyState,
    Medium,
    OutgoingStatus,
    SourceForm,
)
from mocban.registry.copy_rules import COPY_TRANSITIONS, check_extent, check_media, check_source, copy_kind, next_copy

DAY = date(2026, 11, 4)
FORMS = {
    ("state", "full-copy"): {"original", "main"},
    ("state", "extract-copy"): {"original", "main"},
    ("state", "second-copy"): {"full_copy"},
    ("party", "full-copy"): {"original", "main"},
    ("party", "extract-copy"): {"original", "main"},
    ("party", "second-copy"): {"original", "main"},
}
MAKERS = {
    ("state", "full-copy"): {"issuer", "receiver", "archive"},
    ("state", "extract-copy"): {"issuer", "receiver", "archive"},
    ("state", "second-copy"): {"issuer", "receiver", "archive"},
    ("party", "full-copy"): {"issuer"},
    ("party", "second-copy"): {"receiver"},
    ("party", "extract-copy"): {"issuer", "archive"},
}
# NĐ 30/2020, Điều 25: paper and electronic, from and to.
MEDIA = {
    "full-copy": {"paper>paper", "electronic>paper", "paper>electronic"},
    "second-copy": {"paper>paper", "electronic>paper", "paper>electronic"},
    "extract-copy": {"paper>paper", "electronic>paper", "paper>electronic", "electronic>electronic"},
}
KINDS = sorted({code for _regime, code in FORMS})


def code_of(check, *arguments, **given) -> str:  # type: ignore[no-untyped-def]
    """The code of the refusal, "" when it passes."""
    try:
        check(*arguments, **given)
    except RuleBroken as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("pair", "form", "maker"),
    list(itertools.product(FORMS, SourceForm, CopyMaker)),
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_every_source_and_maker_is_allowed_or_refused_as_the_regime_says(
    pair: tuple[str, str], form: SourceForm, maker: CopyMaker
) -> None:
    kind = copy_kind(pair[1], regime=pair[0], on=DAY)
    expected = (
        "copy.wrong_source" if form not in FORMS[pair] else "copy.wrong_maker" if maker not in MAKERS[pair] else ""
    )
    assert code_of(check_source, kind, form=form, maker=maker) == expected


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize(("source", "target"), list(itertools.product(Medium, Medium)))
def test_every_change_of_medium_is_allowed_or_refused_as_the_article_says(
    code: str, source: Medium, target: Medium
) -> None:
    kind = copy_kind(code, regime="state", on=DAY)
    held = law.value("copy.media", on=DAY, regime="state")
    given = {"source": source, "target": target, "allowed": held.value[code], "citation": held.citation}
    expected = "" if f"{source}>{target}" in MEDIA[code] else "copy.wrong_medium"
    assert code_of(check_media, kind, form=SourceForm.ORIGINAL, **given) == expected
    if source == Medium.ELECTRONIC:
        assert code_of(check_media, kind, form=SourceForm.MAIN, **given) == "copy.main_is_paper"


def test_a_refusal_cites_the_article_where_it_is_confirmed_and_nothing_where_it_is_not() -> None:
    state = copy_kind("second-copy", regime="state", on=DAY)
    with pytest.raises(RuleBroken) as refused:
        check_source(state, form=SourceForm.ORIGINAL, maker=CopyMaker.RECEIVER)
    assert "Điều 25 khoản 2" in refused.value.citation
    assert "bản sao y" in str(refused.value.message)
    assert copy_kind("second-copy", regime="party", on=DAY).citation == ""
    assert "36-HD/VPTW" in copy_kind("second-copy", regime="party", on=date(2026, 5, 26)).citation


@pytest.mark.parametrize(
    ("code", "pages", "excerpt", "expected"),
    [
        ("extract-copy", (0, 0), "", "copy.no_part"),
        ("extract-copy", (1, 2), "", ""),
        ("extract-copy", (0, 0), "Khoản 1", ""),
        ("extract-copy", (1, 2), "Khoản 1", "copy.two_parts"),
        ("extract-copy", (3, 2), "", "copy.pages"),
        ("extract-copy", (0, 2), "", "copy.pages"),
        ("extract-copy", (0, 0), "x" * 20_001, "copy.long_excerpt"),
        ("full-copy", (0, 0), "", ""),
        ("full-copy", (1, 1), "", "copy.whole"),
        ("second-copy", (0, 0), "Khoản 1", "copy.whole"),
    ],
)
def test_a_part_is_chosen_for_an_extract_and_only_for_it(
    code: str, pages: tuple[int, int], excerpt: str, expected: str
) -> None:
    kind = copy_kind(code, regime="state", on=DAY)
    assert code_of(check_extent, kind, pages=pages, excerpt=excerpt) == expected


@pytest.mark.parametrize("status", list(OutgoingStatus))
def test_only_what_was_issued_and_not_recalled_is_copied(status: OutgoingStatus) -> None:
    copied = status in (OutgoingStatus.ISSUED, OutgoingStatus.REPLACED)
    assert code_of(copy_rules.check_issued, status) == ("" if copied else "copy.not_issued")
    assert code_of(copy_rules.check_issued, None) == ""


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(CopyState, ["approve", "refuse", "number", "make"])))
def test_every_step_of_a_copy_outside_the_table_is_refused(state: CopyState, verb: str) -> None:
    expected = "" if (state, verb) in COPY_TRANSITIONS else "registry.wrong_state"
    assert code_of(next_copy, state, verb) == expected


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(AmendmentState, ["take_effect", "cancel"])))
def test_every_step_of_an_amendment_outside_the_table_is_refused(state: AmendmentState, verb: str) -> None:
    expected = "" if (state, verb) in AMENDMENT_TRANSITIONS else "registry.wrong_state"
    assert code_of(next_amendment, state, verb) == expected


@pytest.mark.parametrize("kind", [AmendmentKind.AMEND, AmendmentKind.REPLACE, AmendmentKind.CORRECT])
@pytest.mark.parametrize("old", ["decision", "official-letter"])
@pytest.mark.parametrize("new", ["decision", "official-letter"])
def test_wrong_content_asks_for_equal_form_and_wrong_form_for_a_letter(kind: AmendmentKind, old: str, new: str) -> None:
    held = law.value(RULE_OF[kind], on=DAY, regime="state")
    kinds = {one.code: one for one in law.kinds(regime="state", on=DAY)}
    fits = new == "official-letter" if kind == AmendmentKind.CORRECT else new == old
    found = code_of(check_kind, kind, old=old, new=kinds[new], by=str(held.value), citation=held.citation)
    assert found == ("" if fits else "amendment.wrong_form")


@pytest.mark.parametrize("status", list(OutgoingStatus))
def test_only_an_issued_document_is_put_right(status: OutgoingStatus) -> None:
    expected = "" if status == OutgoingStatus.ISSUED else "amendment.not_issued"
    assert code_of(amendment_rules.check_amendable, status, citation="") == expected


def test_the_number_of_a_copy_is_printed_as_the_regime_prints_it() -> None:
    given = {"on": DAY, "number": 5, "kind_symbol": "SY", "body_symbol": "SNV"}
    assert law.printed_copy_number(regime="state", **given) == "Số: 05/SY-SNV"  # type: ignore[arg-type]
    assert law.printed_copy_number(regime="party", **{**given, "kind_symbol": ""}) == "Số 05-BS/SNV"  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        law.printed_copy_number(regime="state", **{**given, "kind_symbol": ""})  # type: ignore[arg-type]
