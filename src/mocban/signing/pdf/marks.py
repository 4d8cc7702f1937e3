"""What a signature shows on the page: an image, or two short lines where there is no image."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle

from mocban.signing.pdf.fonts import printable
from mocban.signing.pdf.images import Picture, colour_profile
from mocban.signing.pdf.pen import Pen

TEXT_SIZE, SMALLEST = 10.0, 4.0  # points
LEADING = 1.2


class ImageMark(BaseStampStyle):
    """Shows an image as large as the field allows, undistorted, in the middle."""

    def __init__(self, image: Picture) -> None:
        super().__init__()
        object.__setattr__(self, "image", image)  # the style classes of pyHanko are frozen

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, object]) -> Any:
        return _Image(writer, box, self.image)  # type: ignore[attr-defined]


class TextMark(BaseStampStyle):
    """Shows lines of small black upright text, wrapped between words: centred in the left `share`, or `right` aligned.

    `size` is the largest size in points; text that does not fit is set smaller.
    """

    def __init__(
        self, lines: tuple[str, ...], share: float = 1.0, *, size: float = TEXT_SIZE, right: bool = False
    ) -> None:
        super().__init__()
        object.__setattr__(self, "lines", tuple(printable(line) for line in lines))
        object.__setattr__(self, "share", share)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "right", right)

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, object]) -> Any:
        return _Text(writer, box, self)


class NoMark(BaseStampStyle):
    """Shows nothing: the text under it is part of the page."""

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, object]) -> Any:
        return _Nothing(writer=writer, box=box)


class _Nothing(AppearanceContent):
    def render(self) -> bytes:
        return b""


class _Image(AppearanceContent):
    def __init__(self, writer: BasePdfFileWriter, box: BoxConstraints, image: Picture) -> None:
        super().__init__(writer=writer, box=box)
        self.image = image

    def render(self) -> bytes:
        scale = min(self.box.width / self.image.width, self.box.height / self.image.height)
        width, height = self.image.width * scale, self.image.height * scale
        self.set_resource(ResourceType.XOBJECT, pdf_name("/MbPicture"), _drawn(self._ensure_writer, self.image))
        x, y = (self.box.width - width) / 2, (self.box.height - height) / 2
        return b"q %.3f 0 0 %.3f %.3f %.3f cm /MbPicture Do Q" % (width, height, x, y)


def _drawn(writer: BasePdfFileWriter, image: Picture) -> Any:
    """Put the picture into the file as it was prepared; its colours do not depend on the page's."""
    profile = generic.StreamObject({pdf_name("/N"): generic.NumberObject(3)}, stream_data=colour_profile())
    profile.compress()
    icc = generic.ArrayObject([pdf_name("/ICCBased"), writer.add_object(profile)])
    drawn = _points(image, image.points, icc)
    if image.alpha:
        drawn[pdf_name("/SMask")] = writer.add_object(_points(image, image.alpha, pdf_name("/DeviceGray")))
    return writer.add_object(drawn)


def _points(image: Picture, compressed: bytes, colours: Any) -> generic.StreamObject:
    number = generic.NumberObject
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): number(image.width),
            pdf_name("/Height"): number(image.height),
            pdf_name("/BitsPerComponent"): number(8),
            pdf_name("/ColorSpace"): colours,
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=compressed,
    )


class _Text(AppearanceContent):
    def __init__(self, writer: BasePdfFileWriter, box: BoxConstraints, mark: Any) -> None:
        super().__init__(writer=writer, box=box)
        self.lines, self.room, self.size, self.right = mark.lines, box.width * mark.share, mark.size, mark.right

    def render(self) -> bytes:
        pen = Pen(self._ensure_writer)
        size, rows = self._fitted(pen)
        y = self.box.height / 2 + (len(rows) / 2 - 0.85) * LEADING * size
        drawn = []
        for row in rows:
            left = self.room - pen.width(row, size, italic=False)
            drawn.append(pen.line(row, left if self.right else left / 2, y, size, italic=False))
            y -= LEADING * size
        for font, value in pen.resources().items():
            self.set_resource(ResourceType.FONT, pdf_name(font), value)
        return b"q 0 g " + b" ".join(drawn) + b" Q"

    def _fitted(self, pen: Pen) -> tuple[float, list[str]]:
        """Return the largest size, up to the usual one, at which all words stand inside, and the rows they make."""
        size = self.size
        while True:
            rows = [row for line in self.lines for row in _wrapped(pen, line, self.room, size)]
            widest = max(pen.width(row, size, italic=False) for row in rows)
            if size <= SMALLEST or (widest <= self.room and len(rows) * LEADING * size <= self.box.height):
                return size, rows
            size -= 0.5


def _wrapped(pen: Pen, text: str, room: float, size: float) -> list[str]:
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and pen.width(longer, size, italic=False) > room:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows
