"""A PDF of three pages made on the spot."""

from io import BytesIO

import pikepdf


def pdf() -> BytesIO:
    """Return a PDF whose pages say which page they are."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in (1, 2, 3):
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
        page.Contents = document.make_stream(f"BT /F1 24 Tf 72 760 Td (Trang {number} cong van) Tj ET".encode())
    target = BytesIO()
    document.save(target)
    target.seek(0)
    return target
