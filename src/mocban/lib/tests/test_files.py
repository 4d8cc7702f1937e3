import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import files


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("Báo cáo quý III.pdf", "Báo cáo quý III.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("12/CV-VPTU.docx", "12-CV-VPTU.docx"),
        ("C:\\Users\\x\\công văn.pdf", "C-Users-x-công văn.pdf"),
        (".htaccess", "tap-tin.htaccess"),
        ("", "tap-tin"),
        ("CON.pdf", "tap-tin-CON.pdf"),
        ("a\r\nSet-Cookie x.pdf", "a Set-Cookie x.pdf"),
    ],
)
def test_hostile_names_become_plain_ones(given_name: str, safe: str) -> None:
    assert files.safe_name(given_name) == safe


def test_a_long_name_is_cut_but_keeps_its_extension() -> None:
    name = files.safe_name("đề án " * 100 + ".docx")
    assert name.endswith(".docx")
    assert len(name.encode()) <= files.MAX_BYTES


@given(st.text(max_size=300))
def test_every_name_is_short_and_without_separators(sample: str) -> None:
    name = files.safe_name(sample)
    assert name
    assert len(name.encode()) <= files.MAX_BYTES
    assert not set(name) & set('/\\\x00\r\n":')
    assert name not in (".", "..")


@given(st.text(max_size=80))
def test_the_plain_twin_is_ascii(sample: str) -> None:
    assert files.ascii_name(sample).isascii()


def test_the_plain_twin_is_readable() -> None:
    assert files.ascii_name("Báo cáo số 12.pdf") == "bao-cao-so-12.pdf"
