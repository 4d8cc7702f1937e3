"""A document stays PDF/A-2b in the veraPDF engine through every step of signing, at the longest level."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from mocban.signing.pdf import demo_images, layout
from mocban.signing.pdf.grades import LONG_TERM, Grade
from mocban.signing.tests import drafts
from mocban.signing.tests.graded import filled, grade, sealed, signed
from mocban.signing.tests.servers import Served, serving
from tests.conformance.pdfa import check

FREE = {"number": "", "date": ""}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as running:
        yield running


def opaque(png: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(out, "PNG")
    return out.getvalue()


SIGNATURE, SEAL = demo_images.signature_image("An"), demo_images.seal_image("Xã An Hòa", "An Hòa")


@pytest.mark.parametrize(
    ("signature", "seal", "draft"),
    [
        (SIGNATURE, SEAL, {}),
        (opaque(SIGNATURE), opaque(SEAL), {}),
        (None, None, FREE),
    ],
    ids=["transparent", "opaque", "text"],
)
def test_every_step_is_archivable(
    signature: bytes | None, seal: bytes | None, draft: dict[str, str], served: Served
) -> None:
    wanted = grade(served)
    laid, _places = layout.lay_fields(drafts.draft(archivable=True, **draft), form=drafts.STATE)
    by_person = signed(laid, served, wanted.at_most(LONG_TERM), image=signature)
    numbered = filled(by_person)
    by_body = sealed(numbered, served, wanted, image=seal)
    assert [check(pdf) for pdf in (laid, by_person, numbered, by_body)] == ["", "", "", ""]


def test_a_draft_that_says_no_meaning_of_its_colours_is_given_one(served: Served) -> None:
    """It may do without as long as it uses calibrated colours; black text and a seal to be seen through may not."""
    with pikepdf.open(io.BytesIO(drafts.draft(archivable=True))) as document:
        del document.Root.OutputIntents
        out = io.BytesIO()
        document.save(out)
    assert check(out.getvalue()) == ""
    laid, _places = layout.lay_fields(out.getvalue(), form=drafts.STATE)
    assert check(filled(signed(laid, served, Grade(), image=SIGNATURE))) == ""


def test_signed_pages_look_as_before_but_for_the_marks(served: Served) -> None:
    """Laying fields changes no point of the page."""
    draft = drafts.draft(archivable=True)
    laid, _places = layout.lay_fields(draft, form=drafts.STATE)
    first, second = (pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().tobytes() for pdf in (draft, laid))
    assert first == second
