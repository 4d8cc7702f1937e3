"""Attacks by the look of a later signature: large enough for a seal, with a small change of words inside."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

RING = b"1 0 0 RG 3 w 10 10 380 90 re S 0 0 1 rg 150 20 200 60 re f"
LARGE_LOOKS = {
    "bar over digits": b"1 0 0 rg 56 116 62 16 re f",
    "white over digits": b"1 g 56 116 62 16 re f",
    "line through digits": b"0 G 2 w 55 125 m 120 125 l S",
    "digits beside digits": b"BT 0 g /F1 14 Tf 119 120 Td (.000) Tj ET",
    "a drawn stroke beside a digit": b"0 g 117 120 m 119 120 l 119 130 l 117 130 l f",
}


def sealed_with(look: bytes, pki: Pki) -> bytes:
    """A signed page with a large seal over it."""
    first, shown = made.sign(made.plain(), pki), made.RawLook(look)
    return made.sign(first, pki, "organisation", field="seal", box=(60, 560, 460, 760), look=shown)


def test_a_large_look_alone_accuses_nobody(pki: Pki) -> None:
    made.assert_valid(sealed_with(RING, pki), pki.trust())


@pytest.mark.parametrize("name", LARGE_LOOKS)
def test_a_small_change_is_found_in_a_large_look_too(name: str, pki: Pki) -> None:
    attacked = sealed_with(RING + LARGE_LOOKS[name], pki)
    assert made.judged(attacked, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


@pytest.mark.parametrize(("word", "box"), [("khong", (300, 676, 360, 694)), ("000", (296, 676, 340, 694))])
def test_a_picture_of_a_word_may_not_continue_a_line(word: str, box: tuple[int, int, int, int], pki: Pki) -> None:
    width, height = box[2] - box[0], box[3] - box[1]
    picture, out = Image.new("RGBA", (width * 4, height * 4), (0, 0, 0, 0)), io.BytesIO()
    ImageDraw.Draw(picture).text((4, 4), word, fill=(0, 0, 0, 255), font_size=height * 3)
    picture.save(out, "PNG")
    attacked = made.sign(made.sign(made.plain(), pki), pki, "organisation", field="seal", box=box, image=out.getvalue())
    assert made.judged(attacked, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_a_signature_does_not_fill_a_page(pki: Pki) -> None:
    drawn = b"BT 0 g /F1 14 Tf 20 40 Td (Van ban nay duoc sua doi.) Tj ET"
    first = made.sign(made.plain(), pki)
    large = made.sign(first, pki, "organisation", field="seal", box=(40, 60, 560, 600), look=made.RawLook(drawn))
    assert made.judged(large, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_digits_may_not_be_completed_by_a_signatures_look(pki: Pki) -> None:
    first = made.sign(made.plain(), pki)
    with_digits = made.sign(
        first, pki, "organisation", field="seal", box=(190, 676, 260, 694),
        look=made.RawLook(b"BT 0 g /F1 14 Tf 0 4 Td (.000) Tj ET"),
    )  # fmt: skip
    assert made.judged(with_digits, pki.trust()).signatures[0].conclusion == Conclusion.INVALID
