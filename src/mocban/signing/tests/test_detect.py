"""A file is what its bytes say, whatever it is called."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.signing.tests import signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.detect import CMS, PDF, UNKNOWN, XML, ZIP, der_of, detect


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\n" * 1000 + b"%PDF-1.7", PDF),
        (b"\n" * 1024 + b"%PDF-1.7", UNKNOWN),
        (b"<a>%PDF-1.7</a>", PDF),  # a reader of PDF would open it
        (b"PK\x03\x04 mimetype %PDF-1.7", ZIP),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", XML),
        ("<a/>".encode("utf-16"), XML),
        (b"  <a/>", XML),
        (b"< a", UNKNOWN),
        (b"", UNKNOWN),
        (b"\x30\x82\x01\x02 certificate", UNKNOWN),
        (b"MIIB" + b"A" * 100, CMS),
        (b"From: a@b\nSubject: c\n\ntext", UNKNOWN),
    ],
)
def test_the_start_of_a_file_tells_its_kind(data: bytes, kind: str) -> None:
    assert detect(data) == kind


def test_a_message_is_found_in_every_wrapping(pki: Pki) -> None:
    der = signed.cms(pki, b"content with %PDF-1.7 inside")
    text = base64.encodebytes(der)
    wrapped = [
        der,
        text,
        b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n",
        b"-----BEGIN CMS-----\r\n" + text.replace(b"\n", b"\r\n") + b"-----END CMS-----\r\n",
        b"MIME-Version: 1.0\nContent-Type: application/x-pkcs7-mime; smime-type=signed-data;\n name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n" + text,
    ]
    assert [(detect(one), der_of(one) == der) for one in wrapped] == [(CMS, True)] * len(wrapped)


@given(st.binary(max_size=2000))
def test_nothing_is_too_strange_to_be_told(data: bytes) -> None:
    assert detect(data) in (PDF, CMS, XML, ZIP, UNKNOWN)
