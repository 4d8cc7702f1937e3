"""Signing: one PIN for a batch, what fails alone fails alone, and every signature stands in the log."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mocban_agent.__main__ import main
from mocban_agent.asking import Console
from mocban_agent.desk import Question
from mocban_agent.journal import Journal, check
from mocban_agent.requests import Document
from mocban_agent.tokens import PinState

from .conftest import Running
from .fakes import NAME, rsa_key, verifies
from .people import OTHER, PAGE, digests

Start = Callable[..., Running]
MANY = [hashlib.sha256(bytes([number])).digest() for number in range(5)]


def log(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


def test_a_batch_is_signed_with_one_pin(running: Start) -> None:
    made = running()
    job = made.paired().signed(digests(made.tokens.certificate.identity, *MANY))
    assert (job["state"], job["code"], [one["id"] for one in job["results"]]) == ("done", "", ["1", "2", "3", "4", "5"])
    for digest, result in zip(MANY, job["results"]):  # noqa: B905 - as many as were asked for, see above
        verifies(rsa_key(), base64.b64decode(result["signature"]), digest, "sha256")
    assert len(made.person.questions) == 1


def test_the_person_is_shown_whose_documents_which_key_and_every_digest(running: Start) -> None:
    made = running()
    made.paired().signed(digests(made.tokens.certificate.identity, *MANY[:2]))
    ((question, state),) = made.person.questions
    assert (question.origin, question.subject, question.token, question.body) == (PAGE, NAME, "token đỏ", "Sở Nội vụ")
    assert [one.digest for one in question.documents] == MANY[:2]
    assert state == PinState()


def test_one_digest_that_the_token_refuses_does_not_stop_the_others(running: Start) -> None:
    made = running(broken=frozenset({MANY[1]}))
    job = made.paired().signed(digests(made.tokens.certificate.identity, *MANY))
    assert job["state"] == "done"
    assert [one.get("error") for one in job["results"]] == [None, "not_signed", None, None, None]


def test_a_token_pulled_out_in_the_middle_leaves_what_was_signed(running: Start) -> None:
    made = running(pulled_after=2)
    job = made.paired().signed(digests(made.tokens.certificate.identity, *MANY))
    assert (job["state"], job["code"], len(job["results"])) == ("failed", "no_token", 2)
    assert [line["event"] for line in log(made.folder)][-3:] == ["signed", "signed", "stopped"]


@pytest.mark.parametrize(("pins", "code"), [((None,), "cancelled"), (("",), "cancelled"), (("9",), "wrong_pin")])
def test_without_the_pin_nothing_is_signed(running: Start, pins: tuple[str | None, ...], code: str) -> None:
    made = running(pins=pins)
    job = made.paired().signed(digests(made.tokens.certificate.identity, *MANY))
    assert (job["state"], job["code"], job["results"]) == ("failed", code, [])


def test_a_certificate_that_is_not_plugged_in_is_said_to_be_missing(running: Start) -> None:
    made = running()
    page = made.paired()
    assert page.signed(digests("0" * 64, MANY[0]))["code"] == "no_certificate"
    made.tokens.there = False
    assert page.signed(digests("0" * 64, MANY[0]))["code"] == "no_token"
    assert page.ask("/certificates", {}) == (409, {"error": "no_token"})


def test_while_one_job_waits_for_the_pin_another_is_refused_and_the_first_can_be_cancelled(running: Start) -> None:
    made = running()
    asked, answered = threading.Event(), threading.Event()

    def slow(question: Question, state: PinState) -> str:
        asked.set()
        assert answered.wait(20)
        return "1234"

    made.person.pin = slow  # type: ignore[method-assign]
    page = made.paired()
    request = digests(made.tokens.certificate.identity, *MANY)
    _status, job = page.ask("/sign", request)
    assert asked.wait(20)
    assert page.ask("/sign", request) == (409, {"error": "busy"})
    assert page.ask("/certificates", {}) == (409, {"error": "busy"})
    assert page.ask("/cancel", {"job": job["job"]})[0] == 200
    answered.set()
    assert page.finished(job["job"])["code"] == "cancelled"
    assert [line["event"] for line in log(made.folder)].count("signed") == 0


def test_a_job_is_known_only_to_the_page_that_began_it(running: Start) -> None:
    made = running()
    page, other = made.paired(), made.paired(OTHER)
    job = page.signed(digests(made.tokens.certificate.identity, MANY[0]))
    assert other.ask("/job", {"job": job["job"]}) == (404, {"error": "no_job"})
    assert other.ask("/cancel", {"job": job["job"]}) == (404, {"error": "no_job"})


def test_the_log_tells_what_was_signed_for_whom(running: Start) -> None:
    made = running()
    made.paired().signed(digests(made.tokens.certificate.identity, MANY[0]))
    lines = log(made.folder)
    assert [line["event"] for line in lines] == ["paired", "asked", "signed"]
    assert (lines[2]["digest"], lines[2]["text"], lines[2]["origin"]) == (MANY[0].hex(), "Số 1/SNV-VP: báo cáo", PAGE)
    assert check(made.folder / "log.jsonl") == (3, lines[2]["hash"])
    assert (made.folder / "log.jsonl").stat().st_mode & 0o777 == 0o600


def test_where_the_log_cannot_be_written_nothing_is_signed(running: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    made = running()
    page = made.paired()

    def full(event: str, origin: str, **facts: str) -> None:
        raise OSError("no space")

    monkeypatch.setattr(made.agent.journal, "note", full)
    job = page.signed(digests(made.tokens.certificate.identity, MANY[0]))
    assert (job["state"], job["code"], job["results"]) == ("failed", "no_log", [])


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("harm", ["drop", "change"])
def test_a_log_in_which_a_line_was_dropped_or_changed_is_found_out(
    tmp_path: Path, place: int, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.jsonl"
    journal = Journal(path)
    for text in ("một", "hai", "ba", "bốn"):
        journal.note("signed", PAGE, text=text)
    assert main(["--folder", str(tmp_path), "--check-log"]) == 0
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[place : place + 1] = [] if harm == "drop" else [lines[place].replace("signed", "asked")]
    path.write_text("".join(lines), "utf-8")
    with pytest.raises(ValueError, match=f"line {place + 1} "):
        Journal(path)
    assert main(["--folder", str(tmp_path), "--check-log"]) == 1
    assert "log.jsonl" in capsys.readouterr().err


def test_a_damaged_log_is_put_aside_and_the_person_is_told(running: Start, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"torn', "utf-8")
    made = running()
    assert "không còn nguyên vẹn" in made.person.told[0]
    assert [path.read_text("utf-8") for path in tmp_path.glob("log-damaged-*")] == ['{"torn']
    made.paired()
    assert len(log(tmp_path)) == 1


QUESTION = Question(PAGE, NAME, "token đỏ", "Sở Nội vụ", (Document("1", "sha256", MANY[0], "Số 1/SNV-VP: báo cáo"),))


def console(line: str) -> tuple[Console, io.StringIO, list[str]]:
    out, pins = io.StringIO(), ["1234"]
    return Console(out, read_pin=lambda _prompt: pins.pop(), read_line=lambda _prompt: line), out, pins


def test_the_console_shows_the_digest_in_the_groups_of_the_page() -> None:
    asker, out, _pins = console("")
    assert asker.pin(QUESTION, PinState()) == "1234"
    digest = MANY[0].hex()
    assert all(words in out.getvalue() for words in (NAME, PAGE, "Số 1/SNV-VP", f"{digest[:4]} {digest[4:8]} "))


@pytest.mark.parametrize(("typed", "asked"), [("thử", True), ("", False), ("có", False)])
def test_before_the_last_try_the_person_must_agree(typed: str, asked: bool) -> None:
    asker, out, pins = console(typed)
    assert asker.pin(QUESTION, PinState(wrong=True, low=True, last=True)) == ("1234" if asked else None)
    assert "token sẽ bị khóa" in out.getvalue()
    assert pins == ([] if asked else ["1234"])


def test_a_console_that_is_closed_signs_nothing() -> None:
    def closed(_prompt: str) -> str:
        raise EOFError

    assert Console(io.StringIO(), read_pin=closed).pin(QUESTION, PinState()) is None
