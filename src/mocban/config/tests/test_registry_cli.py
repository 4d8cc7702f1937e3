"""`./mocban registry`: books and ledgers from the console, in the name of a person."""

from __future__ import annotations

import pytest

from mocban.config import registry_cli
from mocban.people.choices import Role
from mocban.portal.tests.world import Body
from mocban.reports.tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(db) -> Body:
    return Body()


@pytest.fixture
def login(body):
    body.incoming("Mời họp")
    return body.position(Role.CLERK).person.login


def run(*arguments: object) -> int:
    return registry_cli.main([str(argument) for argument in arguments])


def test_the_books_and_series_are_listed_with_their_ids(body, login, capsys):
    assert run("list", "--login", login) == 0
    words = capsys.readouterr().out
    assert str(body.books["incoming"].pk) in words
    assert "Chung [2026]" in words


@pytest.mark.parametrize("options", [(), ("--xlsx",)])
def test_a_book_is_written_to_a_new_file_by_name_or_id(body, login, tmp_path, options):
    for named in (body.books["incoming"].pk, "Sổ incoming"):
        out = tmp_path / f"{named}.out"
        assert run("print", "--login", login, named, "--out", out, *options) == 0
        assert out.read_bytes()[:2] == (b"PK" if options else b"%P")
        assert run("print", "--login", login, named, "--out", out, *options) == 1  # nothing is overwritten


def test_a_sealed_volume_is_written_with_its_hash(body, login, tmp_path, capsys):
    book = body.books["incoming"]
    book.state = "locked"
    book.save()
    assert run("print", "--login", login, book.pk, "--seal", "--out", tmp_path / "v.pdf") == 0
    assert book.printed_volumes.get().sha256 in capsys.readouterr().out


def test_a_ledger_is_written(body, login, tmp_path):
    series = body.books["incoming"].series
    assert run("ledger", "--login", login, series.pk, "--period", "2026", "--out", tmp_path / "l.pdf") == 0
    assert "SỔ THEO DÕI SỐ" in text_of((tmp_path / "l.pdf").read_bytes())


def test_unknown_people_books_periods_and_missing_rights_are_refused_in_words(body, login, tmp_path, capsys):
    series, out = body.books["incoming"].series.pk, tmp_path / "x.pdf"
    officer = body.position(Role.OFFICER).person.login
    for arguments in (
        ("print", "--login", "nobody", "x", "--out", out),
        ("print", "--login", login, "no such book", "--out", out),
        ("print", "--login", officer, body.books["incoming"].pk, "--out", out),
        ("ledger", "--login", login, series, "--period", "1999", "--out", out),
        ("ledger", "--login", officer, series, "--out", out),
    ):
        assert run(*arguments) == 1, arguments
        assert capsys.readouterr().err.strip()
    assert not out.exists()
