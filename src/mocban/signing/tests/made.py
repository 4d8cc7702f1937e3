"""Signed PDFs as honest producers make them, and the steps that follow a signature, for the tests of verification."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pikepdf
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko import stamp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator import ValidationContext

from mocban.signing.ports import KeyStore
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.pdf import judge_pdf
from mocban.signing.verification.trust import Anchor, Trust

WORDS = "BT /F1 14 Tf 72 720 Td (UBND XA AN HOA) Tj 0 -40 Td (Chi tra 1.000.000 dong cho ho ngheo.) Tj ET"
FONT = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}


def plain(pages: int = 1, words: str = WORDS, **options: Any) -> bytes:
    """Return an unsigned PDF of text pages; `options` go to pikepdf's save (object streams, linearize, …)."""
    document = pikepdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary({f"/{key}": pikepdf.Name(value) for key, value in FONT.items()})
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        body = words if number == 0 else f"BT /F1 12 Tf 72 700 Td (Trang {number + 1}) Tj ET"
        page.Contents = document.make_stream(body.encode("latin-1"))
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def text_field(
    document: pikepdf.Pdf, name: str, rect: tuple[float, ...], *, value: str = "", page: int = 0, flags: int = 4
) -> pikepdf.Dictionary:
    """Add a text field, empty or filled, with an appearance, to a document that is not signed yet."""
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    look = document.make_stream(appearance_words(value))
    look.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, width, height],
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_helvetica(document))),
    )  # fmt: skip
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String(name),
        Rect=list(rect), F=flags, DA=pikepdf.String("/F1 12 Tf 0 g"), AP=pikepdf.Dictionary(N=look),
    )  # fmt: skip
    if value:
        field.V = pikepdf.String(value)
    return add_widget(document, field, page)


def add_widget(document: pikepdf.Pdf, field: pikepdf.Dictionary, page: int = 0) -> pikepdf.Dictionary:
    """Put a field on a page and into the form."""
    made = document.make_indirect(field)
    target = document.pages[page].obj
    made.P = target
    if "/Annots" not in target:
        target.Annots = pikepdf.Array()
    target.Annots.append(made)
    if "/AcroForm" not in document.Root:
        fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_helvetica(document)))
        document.Root.AcroForm = document.make_indirect(
            pikepdf.Dictionary(Fields=pikepdf.Array(), DR=fonts, DA=pikepdf.String("/F1 12 Tf 0 g"))
        )
    document.Root.AcroForm.Fields.append(made)
    return made


def _helvetica(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.make_indirect(pikepdf.Dictionary({f"/{key}": pikepdf.Name(value) for key, value in FONT.items()}))


def appearance_words(value: str) -> bytes:
    return f"/Tx BMC q BT /F1 12 Tf 0 g 2 4 Td ({value}) Tj ET Q EMC".encode("latin-1") if value else b"/Tx BMC EMC"


def edited(data: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """Return a PDF rewritten by pikepdf after `change`; for documents that are not signed yet."""
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out, **options)
    return out.getvalue()


def form(*names: str, **options: Any) -> bytes:
    """Return a document with an empty text field for each name, below its words."""

    def change(document: pikepdf.Pdf) -> None:
        for place, name in enumerate(names):
            text_field(document, name, (72, 600 - 40 * place, 272, 620 - 40 * place))

    return edited(plain(), change, **options)


# --- after the first bytes ---------------------------------------------------------------------------------------


def sign(
    data: bytes,
    pki: Pki,
    label: str = "person",
    *,
    field: str = "signature",
    box: tuple[int, int, int, int] | None = None,
    image: bytes | None = None,
    stamper: Any = None,
    level: str = "B-B",
    prepared: bool = False,
    look: Any = None,
    spec: SigFieldSpec | None = None,
    signer: Any = None,
    **more: Any,
) -> bytes:
    """Return `data` signed; `box` makes the signature visible, `image` is a PNG drawn in it."""
    values: dict[str, Any] = {"subfilter": SigSeedSubFilter.PADES, "md_algorithm": "sha256", **more}
    if level in ("B-LT", "B-LTA"):
        crls, ocsps = (pki.crl(), pki.crl("root")), (pki.ocsp(label),)
        context = ValidationContext(
            trust_roots=[pki.certificate("root")], other_certs=[pki.certificate("interm")], crls=crls, ocsps=ocsps,
            allow_fetching=False,
        )  # fmt: skip
        values |= {"validation_context": context, "embed_validation_info": True, "use_pades_lta": level == "B-LTA"}
    if level != "B-B" and stamper is None:
        stamper = pki.stamper()
    made = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    style = look
    if style is None and image is not None:
        from PIL import Image
        from pyhanko.pdf_utils.images import PdfImage

        drawn = PdfImage(Image.open(io.BytesIO(image)))
        style = stamp.StaticStampStyle(background=drawn, background_opacity=1.0, border_width=0)
    if style is None:
        style = stamp.TextStampStyle(stamp_text="Ky boi: %(signer)s", border_width=1)
    if spec is None and not prepared:
        spec = SigFieldSpec(field, on_page=0, box=box)
    out = io.BytesIO()
    signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name=field, **values),
        signer=signer or pki.signer(label),
        timestamper=stamper,
        stamp_style=style,
        new_field_spec=spec,
    ).sign_pdf(made, existing_fields_only=prepared, output=out, appearance_text_params={"signer": "An Hoa"})
    return out.getvalue()


def prepare(data: bytes, *specs: SigFieldSpec) -> bytes:
    """Return `data` with empty signature fields, as an update."""
    made = IncrementalPdfFileWriter(io.BytesIO(data))
    for spec in specs:
        fields.append_signature_field(made, spec)
    return written(made)


def written(made: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return `data` with an incremental update that `change` makes."""
    made = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    change(made)
    return written(made)


def field_of(made: IncrementalPdfFileWriter, name: str) -> Any:
    """Return a field's reference and dictionary inside an update."""
    for reference in made.root["/AcroForm"]["/Fields"]:
        entry = reference.get_object()
        if entry.get("/T") == name:
            return reference, entry
    raise KeyError(name)


def look_of(made: IncrementalPdfFileWriter, drawn: bytes, width: float, height: float) -> generic.IndirectObject:
    """Add an appearance with Helvetica as /F1."""
    font = generic.DictionaryObject({pdf_name(f"/{key}"): pdf_name(value) for key, value in FONT.items()})
    stream = generic.StreamObject(stream_data=drawn)
    stream.update(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
            pdf_name("/Resources"): generic.DictionaryObject(
                {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): made.add_object(font)})}
            ),
        }
    )
    return made.add_object(stream)


def fill(data: bytes, name: str, value: str, drawn: bytes | None = None) -> bytes:
    """Fill a text field, as an update; `drawn` replaces the content of the appearance."""

    def change(made: IncrementalPdfFileWriter) -> None:
        reference, entry = field_of(made, name)
        entry[pdf_name("/V")] = pdf_string(value)
        x0, y0, x1, y1 = (float(one) for one in entry["/Rect"])
        content = appearance_words(value) if drawn is None else drawn
        look = look_of(made, content, x1 - x0, y1 - y0)
        entry[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look})
        made.mark_update(reference.reference)

    return updated(data, change)


def stamp_document(data: bytes, pki: Pki, *, at: datetime | None = None, label: str = "tsa") -> bytes:
    """Add a document time stamp."""
    made = IncrementalPdfFileWriter(io.BytesIO(data))
    out = io.BytesIO()
    asyncio.run(signers.PdfTimeStamper(pki.stamper(label, at=at)).async_timestamp_pdf(made, "sha256", output=out))
    return out.getvalue()


# --- judging -----------------------------------------------------------------------------------------------------


def trust_in(keystore: KeyStore, at: datetime) -> Trust:
    """Return trust in the roots of a key store."""
    roots = [root.public_bytes(Encoding.DER) for root in keystore.trust_roots()]
    return Trust(at=at, anchors=tuple(Anchor(root) for root in roots))


def judged(data: bytes, trust: Trust) -> FileFinding:
    """Judge in this process; one test goes through the helper."""
    return judge_pdf(data, trust)


def conclusions(data: bytes, trust: Trust) -> list[str]:
    return [str(one.conclusion) for one in judged(data, trust).signatures]


def codes(found: FileFinding) -> set[str]:
    return {reason.code for one in (found, *found.signatures) for reason in one.reasons}


def assert_valid(data: bytes, trust: Trust) -> FileFinding:
    found = judged(data, trust)
    bad = [
        (one.name, reason.code, reason.values)
        for one in found.signatures
        for reason in one.reasons
        if one.conclusion != Conclusion.VALID
    ]
    assert found.conclusion == Conclusion.VALID, (found.reasons, bad)
    return found


class RawLook:
    """A stamp style that draws what it is told, as a hostile signer's program would."""

    def __init__(self, drawn: bytes) -> None:
        self.drawn = drawn

    def create_stamp(self, writer: IncrementalPdfFileWriter, box: Any, _text_params: Any) -> Any:
        return _RawStamp(writer, box, self.drawn)


class _RawStamp:
    def __init__(self, writer: IncrementalPdfFileWriter, box: Any, drawn: bytes) -> None:
        self.writer, self.box, self.drawn = writer, box, drawn

    def apply_appearance(self, annotation: Any) -> None:
        look = look_of(self.writer, self.drawn, float(self.box.width), float(self.box.height))
        annotation[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look})
