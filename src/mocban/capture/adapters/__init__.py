"""The programs behind the ports. One of each in a process, started when first asked, gone when idle."""

from __future__ import annotations

from functools import cache

from ..ports import OfficeConverter, Recogniser, TextExtractor
from .libreoffice import LibreOffice
from .sandboxed import SandboxedExtractor
from .tesseract import Tesseract


@cache
def extractor() -> TextExtractor:
    return SandboxedExtractor()


@cache
def converter() -> OfficeConverter:
    return LibreOffice()


@cache
def recogniser() -> Recogniser:
    return Tesseract()
